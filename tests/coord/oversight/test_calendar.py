"""The calendar of reports: late ones first; reminders once a day, to whoever hands a month in, by page and API."""

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col

from coord.access import Actor, Grant, Role, system
from coord.audit.tables import AuditEntry
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.notices.tables import Notice, OutgoingMail
from coord.oversight.calendar import CalendarMark, RemindLate, remind_late, report_calendar
from coord.oversight.calendar.rules import mark_of, months_over
from coord.oversight.calendar.tables import MonthReminder
from coord.oversight.calendar.telling import WAITS, take_reminders_back, tell_reminders
from coord.periods.codes import MonthState, Timeliness
from coord.periods.tables import MonthReport
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import stored
from tests.coord.periods.handling import put
from tests.queries import queries
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import BUILDER, FOUNDATION, NORTH, PROGRAM, PROGRAM_ID, SOUTH, cast, fixed
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
# The program, its reminders, and six of each of six months.
ASKED = 2 + 6 * 6
DAY = today("Asia/Shanghai")
LAST = f"{DAY.replace(day=1) - timedelta(days=1):%Y-%m}"
# Months whose day has passed whatever today is.
BEFORE_LAST = f"{(DAY.replace(day=1) - timedelta(days=1)).replace(day=1) - timedelta(days=1):%Y-%m}"
CLOCK = system("test reminders", "tells hospitals as the job does", "job.run")
SECOND = Actor.of(
    fixed("user/petra"), "Petra", "en", [Grant(FOUNDATION, Role.PROGRAM_OFFICER, FOUNDATION)],
    {"PROGRAMS_RUN": (PROGRAM_ID,)},
)  # fmt: skip
OFFICER = Actor.of(
    fixed("user/petra"), "Petra", "en", [Grant(FOUNDATION, Role.EVALUATOR, FOUNDATION)], {"PROGRAMS_RUN": (PROGRAM_ID,)}
)


async def _calendar(who: Actor) -> Any:
    async with begin(who, read_only=True) as unit:
        return await report_calendar(unit, PROGRAM)


async def _remind(who: Actor, *hospitals: Any) -> int:
    async with begin(who) as unit:
        return await remind_late(unit, RemindLate.parse({"program": PROGRAM, "hospitals": [str(h) for h in hospitals]}))


async def _told() -> int:
    """What the job does, every half minute."""
    async with begin(CLOCK) as unit:
        return await tell_reminders(unit)


async def _a_minute_ago() -> None:
    async with begin(BUILDER) as unit:
        for row in await unit.scalars(select(MonthReminder)):
            row.sent_at -= WAITS


async def _back(who: Actor, moment: datetime) -> int:
    async with begin(who) as unit:
        return await take_reminders_back(unit, moment)


async def test_reminders_are_taken_back_within_their_minute_and_then_not(database: Database) -> None:
    await _remind(cast.ola, NORTH, SOUTH)
    (moment,) = {row.sent_at for row in await stored(MonthReminder)}
    with pytest.raises(Conflict):
        await _back(SECOND, moment)
    assert await _back(cast.ola, moment) == 2
    with pytest.raises(Conflict):
        await _back(cast.ola, moment)
    await _a_minute_ago()
    assert await _told() == 0
    assert not any(line.is_reminded_today for line in (await _calendar(cast.ola)).late)
    assert await _remind(cast.ola, NORTH) == 1
    moment = max(row.sent_at for row in await stored(MonthReminder))
    async with begin(BUILDER) as unit:
        for row in await unit.scalars(select(MonthReminder).where(col(MonthReminder.taken_back_at).is_(None))):
            row.told_at = moment
    with pytest.raises(Conflict) as late:
        await _back(cast.ola, moment)
    assert [one.code for one in late.value.problems] == ["REMINDER_IS_OUT"]
    assert len(await stored(AuditEntry, AuditEntry.verb == "month.take_reminder_back")) == 2


async def test_the_page_takes_reminders_back_by_one_press(database: Database) -> None:
    async with visiting("ola") as ola:
        sent = await ola.post(
            "/calendar/remind", data={"program": PROGRAM, "hospitals": str(NORTH)}, follow_redirects=True
        )
        (path,) = set(re.findall(r'action="(/calendar/undo/[^"]+)"', sent.text))
        assert (await ola.post(path)).status_code == 303
        assert (await ola.post(path)).status_code == 409
    assert [row.taken_back_at is None for row in await stored(MonthReminder)] == [False]


async def _nobody_late_at(hospital: Any) -> None:
    months = (await _calendar(cast.ola)).months
    async with begin(BUILDER) as unit:
        unit.add(*(MonthReport(program_id=PROGRAM_ID, hospital_id=hospital, month=month, state=MonthState.APPROVED)
                   for month in months))  # fmt: skip


@pytest.mark.parametrize(
    ("state", "timeliness", "expected", "begun", "mark"),
    [
        (MonthState.OPEN, Timeliness.MISSING, True, True, "LATE"),
        (MonthState.OPEN, Timeliness.NOT_DUE, True, True, "DRAFT"),
        (MonthState.OPEN, Timeliness.NOT_DUE, True, False, "OPEN"),
        (MonthState.OPEN, Timeliness.MISSING, False, False, "NOT_EXPECTED"),
        (MonthState.RETURNED, Timeliness.LATE, True, True, "RETURNED"),
        (MonthState.LOCKED, Timeliness.LATE, False, True, "LOCKED"),
    ],
)
def test_each_month_has_one_word(state: Any, timeliness: Any, *, expected: bool, begun: bool, mark: str) -> None:
    assert mark_of(state, timeliness, is_expected=expected, is_begun=begun) == CalendarMark(mark)


def test_months_that_are_over_stay_within_the_program_and_six() -> None:
    started = date(2026, 1, 15)
    assert months_over(started, None, date(2026, 3, 31)) == ["2026-02", "2026-01"]
    assert months_over(started, None, date(2026, 1, 31)) == []
    assert months_over(started, date(2026, 2, 1), date(2026, 9, 1)) == ["2026-02", "2026-01"]
    assert len(months_over(started, None, date(2026, 12, 1))) == 6


async def test_hospitals_with_most_late_months_stand_first(database: Database) -> None:
    await put(MonthState.SUBMITTED, BEFORE_LAST)
    found = await _calendar(cast.ola)
    assert [line.hospital_code for line in found.lines[:2]] == ["H002", "H001"]
    north = next(line for line in found.lines if line.hospital_id == NORTH)
    assert {one.month: one.mark for one in north.months}[BEFORE_LAST] is CalendarMark.SUBMITTED
    assert BEFORE_LAST not in north.late


async def test_the_calendar_asks_as_often_for_many_hospitals(database: Database) -> None:
    async with begin(cast.ola, read_only=True) as unit:
        with queries(ASKED):
            await report_calendar(unit, PROGRAM)
    async with begin(cast.sam, read_only=True) as unit:
        with queries(ASKED):
            assert [line.hospital_id for line in (await report_calendar(unit, PROGRAM)).lines] == [NORTH]


async def test_late_hospitals_are_told_once_a_day_and_it_is_on_the_trail(database: Database) -> None:
    assert await _remind(cast.ola, NORTH, SOUTH) == 2
    assert await _told() == 0
    assert await stored(Notice, Notice.kind == "MONTH_LATE") == []
    await _a_minute_ago()
    assert (await _told(), await _told()) == (2, 0)
    await run_waiting()
    told = await stored(Notice, Notice.kind == "MONTH_LATE")
    assert {(one.user_id, one.organization_id, one.subject) for one in told} == {
        (fixed("user/sam"), NORTH, "months"),
        (fixed("user/nia"), SOUTH, "months"),
    }
    assert {(mail.kind, mail.link) for mail in await stored(OutgoingMail, OutgoingMail.kind == "MONTH_LATE")} == {
        ("MONTH_LATE", None)
    }
    assert len(await stored(AuditEntry, AuditEntry.verb == "month.remind")) == 2
    with pytest.raises(Conflict) as again:
        await _remind(cast.ola, NORTH)
    assert [p.code for p in again.value.problems] == ["REMINDED_TODAY"]
    assert len(await stored(MonthReminder)) == 2
    assert all(line.is_reminded_today for line in (await _calendar(cast.ola)).late)


async def test_who_was_reminded_yesterday_is_reminded_again(database: Database) -> None:
    async with begin(BUILDER) as unit:
        unit.add(MonthReminder(program_id=PROGRAM_ID, hospital_id=NORTH, sent_on=DAY - timedelta(days=1),
                               sent_at=unit.started_at - timedelta(days=1)))  # fmt: skip
    assert await _remind(cast.ola, NORTH) == 1


async def test_who_is_not_late_is_not_reminded(database: Database) -> None:
    await _nobody_late_at(NORTH)
    with pytest.raises(Conflict) as refused:
        await _remind(cast.ola, NORTH, SOUTH)
    assert [p.code for p in refused.value.problems] == ["NO_MONTH_LATE"]
    with pytest.raises(NotFound):
        await _remind(cast.ola, fixed("organization/none"))
    with pytest.raises(Invalid):
        await _remind(cast.ola)
    assert await stored(MonthReminder) == []


@pytest.mark.parametrize("name", ["sam", "sun", "fatima", "adam", "petra"])
async def test_nobody_else_reminds(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await _remind(getattr(cast, name), NORTH)
    assert await stored(MonthReminder) == []


async def test_who_evaluates_reads_no_calendar(database: Database) -> None:
    with pytest.raises(NotAllowed):
        await _calendar(OFFICER)


async def test_two_clicks_remind_every_late_hospital(database: Database) -> None:
    async with visiting("ola") as ola:
        board = (await ola.get("/calendar")).text
        assert ("Remind 2 hospitals" in board, "late" in board) == (True, True)
        asked = (await ola.get(f"/calendar/remind?program={PROGRAM}")).text
        assert asked.count(" checked>") == 2
        sent = await ola.post("/calendar/remind", data={"program": PROGRAM, "hospitals": [str(NORTH), str(SOUTH)]})
        assert (sent.status_code, sent.headers["location"]) == (303, f"/calendar?program={PROGRAM}")
        assert "Reminded today" in (await ola.get(f"/calendar/remind?program={PROGRAM}")).text
        again = await ola.post("/calendar/remind", data={"program": PROGRAM, "hospitals": [str(NORTH)]})
        assert (again.status_code, "reminded today" in again.text) == (409, True)
    async with visiting("sam") as sam:
        assert (await sam.get(f"/calendar/remind?program={PROGRAM}")).status_code == 403


async def test_the_api_gives_the_calendar_and_reminds(database: Database) -> None:
    query = '{ reportCalendar(program: "DIP") { months lines { hospital { code } late isRemindedToday } } }'
    send = """mutation ($input: RemindLateHospitalsInput!) { remindLateHospitals(input: $input) {
      ... on HospitalsReminded { number } ... on Rejected { problems { field code } } } }"""
    given = {"program": PROGRAM, "hospitals": [global_id("Organization", NORTH)]}
    async with asking_as(cast.ola) as api:
        assert (await api.data(send, input=given))["remindLateHospitals"] == {"number": 1}
        assert (await api.data(send, input=given))["remindLateHospitals"] == {
            "problems": [{"field": "hospitals", "code": "REMINDED_TODAY"}]
        }
        shown = (await api.data(query))["reportCalendar"]
    assert shown["months"][0] == LAST
    assert {line["hospital"]["code"]: line["isRemindedToday"] for line in shown["lines"]} == {
        "H001": True,
        "H002": False,
    }
