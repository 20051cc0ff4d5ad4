"""Work that time asks for. The clock stands in the database: several workers, or none for a day, make one run of it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlmodel import col

from coord.kernel.sql import select
from coord.work.door import action
from coord.work.inserting import insert_new
from coord.work.tables import ScheduledJob
from coord.work.unit import Unit


@action("job.run")
async def ask_for_due(unit: Unit, periods: Mapping[str, timedelta]) -> Sequence[str]:
    """Leave every job whose time has come in the outbox, and set when it comes again; returns their names.

    A job that nobody asked for while everything was down comes once, not once for each time that it missed.
    """
    known = set(await unit.scalars(select(ScheduledJob.name)))
    new = [ScheduledJob(name=name, next_at=unit.started_at) for name in periods if name not in known]
    if new:
        await insert_new(unit, new)
    statement = (
        select(ScheduledJob)
        .where(col(ScheduledJob.name).in_(periods), col(ScheduledJob.next_at) <= unit.started_at)
        .order_by(col(ScheduledJob.name))
        .with_for_update(skip_locked=True)
    )
    due = list(await unit.scalars(statement))
    for row in due:
        unit.later(row.name)
        row.next_at = unit.started_at + periods[row.name]
    return [row.name for row in due]
