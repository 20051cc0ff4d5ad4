"""Quality indicators with numbers computed by hand."""

from datetime import UTC, date, datetime

import pytest

from coord.contacts.group_rules import Roll, absences_in_a_row, attendance_rate, came_as_guests, weekly
from coord.contacts.tables import ServiceContact
from coord.kernel.workdays import workdays
from coord.measures.indicators import Share, indicators, is_in_time, post_days
from coord.placements.tables import Placement
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import asked, contact, log
from tests.world import AGENCY, BUILDER, LIN, NORTH, NORTH_GROUP, NORTH_MEMBERS, PROGRAM_ID, cast, fixed

SEPTEMBER = ("2026-09-01", "2026-09-30")
TWELVE = [fixed(f"person/{n}") for n in range(12)]


def test_four_sessions_of_twelve_members_with_nine_eleven_ten_and_eight_are_79_percent() -> None:
    rolls = [Roll(date(2026, 1, 5 + 7 * n), TWELVE[:came], TWELVE[came:]) for n, came in enumerate((9, 11, 10, 8))]
    assert attendance_rate(rolls, TWELVE) == 38 / 48
    assert (attendance_rate([], TWELVE), attendance_rate(rolls, [])) == (None, None)
    assert absences_in_a_row(rolls, TWELVE) == {TWELVE[8]: 1, TWELVE[9]: 1, TWELVE[10]: 2, TWELVE[11]: 4}
    guest = fixed("person/guest")
    assert came_as_guests([*rolls, Roll(date(2026, 2, 2), [TWELVE[0], guest], [])], TWELVE) == [guest]


def test_weekly_sessions_pass_over_holidays_and_keep_their_weekday() -> None:
    days = list(weekly(date(2026, 9, 21), 3, workdays("CN").is_holiday))
    assert days == [date(2026, 9, 21), date(2026, 9, 28), date(2026, 10, 12)]
    assert list(weekly(date(2026, 9, 21), 3, lambda _: True)) == []


@pytest.mark.parametrize(("late", "in_time"), [(0, True), (3, True), (4, False)])
def test_a_record_is_in_time_within_three_days(late: int, in_time: bool) -> None:
    assert is_in_time(date(2026, 2, 27), date.fromordinal(date(2026, 2, 27).toordinal() + late)) is in_time


@pytest.mark.parametrize(
    ("starts", "ends", "days"),
    [("2026-01-01", None, 30), ("2026-09-10", None, 21), ("2026-09-01", "2026-09-01", 1), ("2026-10-01", None, 0)],
)
def test_post_days_count_both_ends(starts: str, ends: str | None, days: int) -> None:
    first, last = map(date.fromisoformat, SEPTEMBER)
    until = None if ends is None else date.fromisoformat(ends)
    assert post_days(date.fromisoformat(starts), until, first, last) == days


def test_of_nothing_there_is_no_share() -> None:
    assert (Share(0, 0).value, Share(0, 4).value, Share(3, 4).value) == (None, 0.0, 0.75)


@pytest.mark.anyio
async def test_the_indicators_of_a_month_computed_by_hand(database: Database) -> None:
    for day, recorded in (("2026-09-03", 6), ("2026-09-03", 7), ("2026-09-10", 10), ("2026-09-11", 30)):
        kept = await log(contact(client=str(LIN), occurred_on=day))
        async with begin(BUILDER) as unit:
            row = await unit.find(ServiceContact, kept.contact_id)
            row.recorded_at = datetime(2026, 9, recorded, 15, 59, tzinfo=UTC)
    members = list(map(str, NORTH_MEMBERS))
    for day, came in (("2026-09-07", 9), ("2026-09-14", 7), ("2026-10-12", 1)):
        kept = await log(contact(client=None, service_code="GROUP_SESSION", group=str(NORTH_GROUP), occurred_on=day,
                                 attendees=members[:came], absentees=members[came:]))  # fmt: skip
        async with begin(BUILDER) as unit:
            row = await unit.find(ServiceContact, kept.contact_id)
            row.recorded_at = datetime.combine(row.occurred_on, datetime.min.time(), UTC)
    async with begin(BUILDER) as unit:
        unit.add(Placement(program_id=PROGRAM_ID, hospital_id=NORTH, employer_id=AGENCY, starts_on=date(2026, 9, 21)))
    async with begin(cast.ola, read_only=True) as unit:
        found = await indicators(unit, asked(SEPTEMBER, hospitals=[str(NORTH)]))
    assert found.records_in_time == Share(4, 6)
    assert found.group_attendance == Share(16, 20)
    assert found.staffed_days == Share(60, 70)
