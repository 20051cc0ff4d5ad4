"""The foundation's side of reporting in the demo: reminders, a checked and a fresh sample, actions in every state."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from coord.access import Actor, system
from coord.demo import places
from coord.demo.groundwork import LATE, fixed, month_start
from coord.demo.referrals import person
from coord.oversight.calendar.tables import MonthReminder
from coord.oversight.evidence import CheckEvidence, DrawSample, check_evidence, draw_sample, sample_sheet
from coord.oversight.remedies import ActionOrigin, ActionOwner, MoveAction, OpenAction, move_action, open_action
from coord.oversight.remedies.tables import CorrectiveAction
from coord.programs.month_locks import month_of_day
from coord.work import begin

_LAID = system("demo oversight", "puts what happened last week into the demo's reporting", "job.run")
_WRONG = (("MISMATCH", "签到表上的日期晚一天"), ("NOT_SEEN", "没有找到服务记录单"))


async def lay_oversight(today: date) -> None:
    """A reminder, two samples, corrective actions that are overdue, open, done and verified."""
    ola, oscar, sam = await person("ola"), await person("oscar"), await person("sam")
    month = month_of_day(month_start(today, 3))
    north = fixed(places.NORTH)
    checked = await _checked(ola, north, month)
    await _draw(ola, fixed(places.SOUTH), month)
    given: dict[str, Any] = {"program": places.PROGRAM, "hospital": north, "month": month, "owner": "HOSPITAL"}
    first = await _open(ola, **given, origin="EVIDENCE", check=checked, title="补齐签到表，并更正服务日期",
                        due_on=today + timedelta(days=10))  # fmt: skip
    second = await _open(ola, **given, origin="QUALITY", title="核对两位社工同日服务同一对象的记录", due_on=today)
    await _move(sam, first, "FINISH", "签到表已补齐，日期已更正")
    await _move(sam, second, "FINISH", "已逐条核对，确认为联合探访")
    await _move(oscar, second, "VERIFY", None)
    await _open(ola, **given, origin="QUALITY", title="补记三次小组的参加者名单", due_on=today + timedelta(days=5))
    await _last_week(ola, today)


async def _checked(ola: Actor, hospital: UUID, month: str) -> UUID:
    """Draw and look up all but the last records; the first two are wrong. Gives a wrong one."""
    sample = await _draw(ola, hospital, month)
    async with begin(ola, read_only=True) as unit:
        records = (await sample_sheet(unit, sample)).records
    for number, record in enumerate(records[: max(len(records) - 2, 1)]):
        found, note = _WRONG[number] if number < len(_WRONG) else ("SEEN", None)
        async with begin(ola) as unit:
            await check_evidence(unit, CheckEvidence.parse({"check": record.id, "found": found, "note": note}))
    return records[0].id


async def _draw(ola: Actor, hospital: UUID, month: str) -> UUID:
    async with begin(ola) as unit:
        return await draw_sample(
            unit, DrawSample.parse({"program": places.PROGRAM, "hospital": hospital, "month": month})
        )


async def _open(ola: Actor, **given: Any) -> UUID:
    async with begin(ola) as unit:
        return await open_action(unit, OpenAction.parse({**given, "due_on": str(given["due_on"])}))


async def _move(who: Actor, action: UUID, move: str, note: str | None) -> None:
    async with begin(who) as unit:
        await move_action(unit, MoveAction.parse({"action": action, "move": move, "note": note}))


async def _last_week(ola: Actor, today: date) -> None:
    """The late hospital was reminded three days ago, and has not answered what was due yesterday."""
    async with begin(_LAID) as unit:
        ago = unit.started_at - timedelta(days=3)
        place: dict[str, Any] = {"program_id": fixed("program"), "hospital_id": fixed(LATE)}
        unit.add(
            MonthReminder(**place, sent_on=today - timedelta(days=3), sent_at=ago, sent_by_id=ola.user_id),
            CorrectiveAction(
                **place, origin=ActionOrigin.LATE_MONTH, month=month_of_day(month_start(today, 2)),
                title="补交月报并说明逾期原因", owner=ActionOwner.HOSPITAL, due_on=today - timedelta(days=1), opened_at=ago,
                opened_by_id=ola.user_id, opened_by_name=ola.name,
            ),
        )  # fmt: skip
