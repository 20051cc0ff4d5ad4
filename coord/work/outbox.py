"""The outbox: the truth about jobs. The queue is only a fast copy of it and may be lost at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlmodel import col

from coord.kernel.clock import now
from coord.kernel.sql import select
from coord.work.door import action, read
from coord.work.tables import OutboxJob
from coord.work.unit import Unit

BATCH = 50
WAITS = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 300, 1800))
"""How long a job that was handed to the queue may stay undone, by the number of failed passes."""
MAX_ATTEMPTS = len(WAITS)
_MAX_ERROR = 200


@dataclass(frozen=True, slots=True)
class DueJob:
    """A job to hand to the queue, and how many passes failed so far."""

    id: UUID
    job: str
    attempts: int


@dataclass(frozen=True, slots=True)
class OutboxHealth:
    """How many jobs wait, since when the oldest one waits, and which were given up by name."""

    waiting: int
    oldest_at: datetime | None
    parked: Mapping[str, int]


def _open() -> ColumnElement[bool]:
    return and_(col(OutboxJob.done_at).is_(None), col(OutboxJob.parked_at).is_(None))


def _overdue(at: datetime, hurry: float) -> ColumnElement[bool]:
    """Handed over so long ago that the queue must have lost or failed it."""
    passes = [and_(col(OutboxJob.attempts) == n, col(OutboxJob.enqueued_at) < at - wait / hurry)
              for n, wait in enumerate(WAITS)]  # fmt: skip
    return or_(*passes, col(OutboxJob.attempts) >= MAX_ATTEMPTS)


@action("job.run")
async def claim_due(unit: Unit, *, limit: int = BATCH, hurry: float = 1) -> Sequence[DueJob]:
    """Jobs never handed over, or overdue, the oldest first; locked until the unit ends.

    Jobs that are running hold their own lock and are skipped. ``hurry`` divides the waiting times.
    """
    statement = (
        select(OutboxJob)
        .where(_open(), or_(col(OutboxJob.enqueued_at).is_(None), _overdue(now(), hurry)))
        .order_by(col(OutboxJob.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [DueJob(row.id, row.job, row.attempts) for row in await unit.scalars(statement)]


@action("job.run")
async def mark_enqueued(unit: Unit, ids: Sequence[UUID]) -> None:
    """The queue holds these jobs now."""
    await _change(unit, col(OutboxJob.id).in_(ids), enqueued_at=now())


@action("job.run")
async def count_failed_pass(unit: Unit, job: DueJob) -> bool:
    """A pass through the queue failed; returns False when the job is given up and parked."""
    if job.attempts + 1 >= MAX_ATTEMPTS:
        await _change(unit, col(OutboxJob.id) == job.id, attempts=job.attempts + 1, parked_at=now())
        return False
    await _change(unit, col(OutboxJob.id) == job.id, attempts=job.attempts + 1)
    return True


@action("job.run")
async def take(unit: Unit, job_id: UUID) -> OutboxJob | None:
    """Lock a job for this unit; None when it is done already or does not exist."""
    statement = select(OutboxJob).where(col(OutboxJob.id) == job_id).with_for_update()
    found: OutboxJob | None = await unit.scalar(statement)
    return None if found is None or found.done_at is not None else found


@action("job.run")
async def finish(unit: Unit, job: OutboxJob) -> None:
    """The job is done; committed together with its effect."""
    job.done_at, job.parked_at, job.last_error = now(), None, None
    await unit.session.flush()


@action("job.run")
async def note_failure(unit: Unit, job_id: UUID, error: str) -> None:
    """Keep the kind of the last failure; its text could hold personal data."""
    await _change(unit, and_(col(OutboxJob.id) == job_id, _open()), last_error=error[:_MAX_ERROR])


@action("job.run")
async def renew_lease(unit: Unit, job_id: UUID) -> None:
    """A job that works in several transactions is still alive: do not hand it out again."""
    await _change(unit, and_(col(OutboxJob.id) == job_id, _open()), enqueued_at=now())


@action("job.run")
async def unpark(unit: Unit) -> None:
    """Give parked jobs a new series of passes; a worker does it when it starts, perhaps repaired."""
    await _change(unit, col(OutboxJob.parked_at).is_not(None), parked_at=None, attempts=0, enqueued_at=None)


@read("job.run")
async def outbox_health(unit: Unit) -> OutboxHealth:
    """What waits and what was given up."""
    number, oldest = await unit.row(select(func.count(), func.min(OutboxJob.created_at)).where(_open()))
    parked = (
        select(OutboxJob.job, func.count()).where(col(OutboxJob.parked_at).is_not(None)).group_by(col(OutboxJob.job))
    )
    return OutboxHealth(int(number), oldest, {job: int(n) for job, n in await unit.rows(parked)})


async def _change(unit: Unit, where: ColumnElement[bool], **values: Any) -> None:
    statement = update(OutboxJob).where(where).values(**values)
    await unit.session.run(statement.execution_options(synchronize_session=False))
