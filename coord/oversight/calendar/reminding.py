"""Reminding hospitals of late months: in the pages and by mail, once a day, nothing about any person."""

from coord import audit
from coord.kernel.errors import Conflict, NotFound, Problem
from coord.oversight.calendar.inputs import RemindLate
from coord.oversight.calendar.reads import report_calendar
from coord.oversight.calendar.tables import MonthReminder
from coord.work import Unit, action
from coord.work.inserting import insert_new


@action("month.remind")
async def remind_late(unit: Unit, given: RemindLate) -> int:
    """Remind hospitals of their late months; how many were reminded: those of today are passed over.

    It goes out after a minute (``telling``). ``MonthReminder.sent_at`` is the unit's moment.

    Raises ``NotFound`` for a foreign program or hospital, ``Conflict`` where a hospital is not late or all were
    reminded today.
    """
    calendar = await report_calendar(unit, given.program)
    wanted = set(given.hospitals)
    if not wanted <= {line.hospital_id for line in calendar.lines}:
        raise NotFound
    late = [line for line in calendar.late if line.hospital_id in wanted]
    if len(late) < len(wanted):
        raise Conflict(Problem("hospitals", "NO_MONTH_LATE"))
    fresh = [
        MonthReminder(program_id=calendar.program.id, hospital_id=line.hospital_id, sent_on=calendar.today,
                      sent_at=unit.started_at, sent_by_id=unit.actor.user_id)
        for line in late if not line.is_reminded_today
    ]  # fmt: skip
    # Somebody else may remind the same hospital at this very moment: the database lets one of both in.
    sent = await insert_new(unit, fresh) if fresh else []
    if not sent:
        raise Conflict(Problem("hospitals", "REMINDED_TODAY"))
    for row in sent:
        audit.record(unit, "month.remind", row)
    return len(sent)
