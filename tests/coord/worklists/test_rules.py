"""Follow-ups after discharge by their clocks: 72 hours, the schedule, readmission."""

from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from coord.clients.discharges import Discharged
from coord.programs import Setting
from coord.programs.setting_rules import DEFAULTS
from coord.worklists.rules import Met, counted_discharges, due_now, newest_of_each, schedule

SHANGHAI = "Asia/Shanghai"
ZONE = ZoneInfo(SHANGHAI)
DISCHARGED = datetime(2025, 10, 3, 11, tzinfo=ZONE)
LIN = uuid4()


def _due(day: str, *met: Met) -> str | None:
    found = due_now(schedule(DISCHARGED, SHANGHAI, DEFAULTS), met, date.fromisoformat(day))
    return None if found is None else found.name


def test_seventy_two_hours_are_calendar_hours_and_the_schedule_counts_from_the_day() -> None:
    first, *later = schedule(DISCHARGED, SHANGHAI, DEFAULTS)
    assert first.deadline == datetime(2025, 10, 6, 11, tzinfo=ZONE)
    assert (first.opens_on, first.due_on) == (date(2025, 10, 4), date(2025, 10, 6))
    assert [f"{one.due_on:%m-%d}" for one in later] == ["10-10", "10-17", "11-02", "12-02", "01-01", "04-01"]


def test_a_contact_on_the_day_of_discharge_does_not_count() -> None:
    assert _due("2025-10-03") is None
    assert _due("2025-10-04", Met(date(2025, 10, 3))) == "72H"


def test_the_hours_count_where_they_are_known_and_the_day_where_not() -> None:
    monday = date(2025, 10, 6)
    assert _due("2025-10-06", Met(monday, datetime(2025, 10, 6, 10, 59, tzinfo=ZONE))) is None
    assert _due("2025-10-06", Met(monday, datetime(2025, 10, 6, 11, 1, tzinfo=ZONE))) == "72H"
    assert _due("2025-10-06", Met(monday)) is None


@pytest.mark.parametrize(
    ("day", "waits"),
    [
        ("2025-10-06", "72H"), ("2025-10-07", "D7"), ("2025-10-13", "D7"), ("2025-10-14", "D14"), ("2025-10-29", "D14"),
        ("2025-10-30", "D30"), ("2025-11-25", "D60"), ("2025-12-25", "D90"), ("2026-03-25", "D180"),
        ("2026-04-08", "D180"), ("2026-04-09", None),
    ],
)  # fmt: skip
def test_one_follow_up_waits_at_a_time_and_none_after_the_last(day: str, waits: str | None) -> None:
    assert _due(day) == waits


def test_first_contact_five_days_after_discharge_misses_the_hours_and_meets_the_seventh_day() -> None:
    met = Met(date(2025, 10, 8))
    first, seventh = schedule(DISCHARGED, SHANGHAI, DEFAULTS)[:2]
    assert (first.is_met([met]), seventh.is_met([met])) == (False, True)
    assert _due("2025-10-09", met) is None


def test_a_discharge_just_after_midnight_belongs_to_the_local_day() -> None:
    late = datetime(2026, 2, 28, 0, 30, tzinfo=ZONE)
    assert schedule(late, SHANGHAI, DEFAULTS)[1].due_on == date(2026, 3, 7)
    assert schedule(datetime(2024, 2, 29, 23, 59, tzinfo=ZONE), SHANGHAI, DEFAULTS)[3].due_on == date(2024, 3, 30)


def _discharge(moment: datetime, readmitted: date | None = None) -> Discharged:
    return Discharged(uuid4(), LIN, moment, readmitted)


def test_of_two_discharges_with_a_readmission_between_only_the_last_counts_and_only_it_is_followed() -> None:
    first = _discharge(DISCHARGED, date(2025, 10, 15))
    last = _discharge(datetime(2025, 10, 20, 9, tzinfo=ZONE))
    assert counted_discharges([first, last], 30, SHANGHAI) == [last]
    assert newest_of_each([last, first]) == {LIN: last}
    assert newest_of_each([first]) == {}


def test_a_readmission_after_the_days_leaves_both_discharges_counted() -> None:
    first = _discharge(DISCHARGED, (DISCHARGED + timedelta(days=31)).date())
    last = _discharge(DISCHARGED + timedelta(days=50))
    assert counted_discharges([first, last], 30, SHANGHAI) == [first, last]


def test_a_programs_own_schedule_counts_from_its_days() -> None:
    own = {**DEFAULTS, Setting.AFTER_DISCHARGE_HOURS: 48, Setting.SCHEDULE_DAY_6: 150}
    first, *later = schedule(DISCHARGED, SHANGHAI, own)
    assert (first.name, first.deadline) == ("48H", datetime(2025, 10, 5, 11, tzinfo=ZONE))
    last = date(2025, 10, 3) + timedelta(days=150)
    assert (later[-1].name, later[-1].due_on) == ("D150", last)
    assert due_now([first, *later], [], last + timedelta(days=8)) is None
