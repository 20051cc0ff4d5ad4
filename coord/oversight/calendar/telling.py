"""Reminders go out a minute after they were asked for: until then whoever asked takes them back."""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col

from coord import audit
from coord.access import Role
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell_holders
from coord.oversight.calendar.tables import MonthReminder
from coord.work import Unit, action

REMINDED = (Role.HOSPITAL_COORDINATOR, Role.SOCIAL_WORKER)
"""Who hands a month in, at the hospital itself."""
WAITS: Final = timedelta(seconds=60)
_MOST = 500


@action("job.run")
async def tell_reminders(unit: Unit) -> int:
    """Tell the hospitals whose reminder has waited its minute; how many. Run again, it tells nobody twice."""
    waiting = (
        select(MonthReminder)
        .where(
            col(MonthReminder.told_at).is_(None), col(MonthReminder.taken_back_at).is_(None),
            col(MonthReminder.sent_at) <= unit.started_at - WAITS,
        )
        .order_by(col(MonthReminder.id))
        .limit(_MOST)
        .with_for_update(skip_locked=True)
    )  # fmt: skip
    rows = list(await unit.scalars(waiting))
    for row in rows:
        row.told_at = unit.started_at
        tell_holders(unit, REMINDED, row.hospital_id, NoticeKind.MONTH_LATE, "months", row.id)
    return len(rows)


@action("month.remind")
async def take_reminders_back(unit: Unit, sent_at: datetime) -> int:
    """Take back the reminders that the actor asked for at one moment; how many.

    Raises ``Conflict`` once one of them went out, or where there are none.
    """
    statement = select(MonthReminder).where(
        col(MonthReminder.sent_by_id) == unit.actor.user_id,
        col(MonthReminder.sent_at) == sent_at,
        col(MonthReminder.taken_back_at).is_(None),
    )
    rows = list(await unit.scalars(statement.with_for_update().execution_options(populate_existing=True)))
    if not rows or any(row.told_at is not None for row in rows):
        raise Conflict(Problem("undo", "REMINDER_IS_OUT"))
    for row in rows:
        before = audit.facts(row)
        row.taken_back_at = unit.started_at
        audit.record(unit, "month.take_reminder_back", row, before=before)
    return len(rows)
