"""The clocks against the published vectors: holidays and make-up days of China in 2025, hours after discharge."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coord.kernel.workdays import UnknownYear, workdays
from coord.programs import Setting
from coord.programs.setting_rules import DEFAULTS
from coord.referrals.clocks import (
    due_at,
    first_contact,
    is_reached_enough,
    moments,
    next_moment,
)
from coord.referrals.codes import Clock, Level, Urgency
from coord.referrals.terms import USUAL, Term, Terms

SHANGHAI = "Asia/Shanghai"
DAYS = workdays("CN")


def at(day: str, hour: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{hour}:00").replace(tzinfo=ZoneInfo(SHANGHAI))


def last_day(clock: Clock, started: datetime, urgency: Urgency = Urgency.ROUTINE) -> date:
    due = due_at(USUAL.of(clock, urgency), started, SHANGHAI, DAYS)
    return (due - timedelta(microseconds=1)).astimezone(ZoneInfo(SHANGHAI)).date()


@pytest.mark.parametrize(
    ("clock", "started", "expected"),
    [
        (Clock.DECIDE, "2025-09-25", "2025-10-09"),
        (Clock.ASSIGN, "2025-10-09", "2025-10-15"),
        (Clock.ACKNOWLEDGE, "2025-09-30", "2025-10-09"),
        (Clock.FEEDBACK, "2025-09-25", "2025-10-15"),
    ],
)
def test_working_days_skip_holidays_and_count_make_up_days(clock: Clock, started: str, expected: str) -> None:
    assert last_day(clock, at(started)) == date.fromisoformat(expected)


def test_a_day_is_the_programs_own() -> None:
    """Half past midnight in Shanghai is the evening before in UTC, and counts as the day in Shanghai."""
    late = at("2025-09-25", "00:30")
    assert late.astimezone(ZoneInfo("UTC")).date() == date(2025, 9, 24)
    assert last_day(Clock.DECIDE, late) == date(2025, 10, 9)


LEFT = at("2025-10-03", "11:00")


@pytest.mark.parametrize(
    ("accepted", "urgency", "expected"),
    [
        (at("2025-10-03", "15:00"), Urgency.ROUTINE, (LEFT, at("2025-10-06", "11:00"))),
        (at("2025-10-06", "10:59"), Urgency.ROUTINE, (LEFT, at("2025-10-06", "11:00"))),
        (at("2025-10-06", "11:00"), Urgency.ROUTINE, (LEFT, at("2025-10-10", "11:00"))),
        (at("2025-10-10", "11:00"), Urgency.ROUTINE, (at("2025-10-10", "11:00"), at("2025-10-17", "11:00"))),
        (at("2025-10-03", "12:00"), Urgency.EMERGENCY, (at("2025-10-03", "12:00"), at("2025-10-04", "12:00"))),
    ],
    ids=[
        "72 hours, holidays count",
        "a minute before",
        "then 7 days",
        "then from acceptance",
        "an emergency is sooner",
    ],
)
def test_the_first_contact_is_due_from_the_discharge(
    accepted: datetime, urgency: Urgency, expected: tuple[datetime, datetime]
) -> None:
    assert first_contact(USUAL, urgency, accepted, LEFT) == expected


def test_without_a_discharge_the_first_contact_is_due_from_the_acceptance() -> None:
    assert first_contact(USUAL, Urgency.ROUTINE, LEFT, None) == (LEFT, at("2025-10-10", "11:00"))
    assert [term.real for term in USUAL.after_discharge] == [timedelta(hours=72), timedelta(days=7)]


def test_a_clock_after_discharge_speaks_at_shares_of_its_own_term() -> None:
    due = at("2025-10-06", "11:00")
    plan = moments(Term(real=due - LEFT, quiet=False), LEFT, due, SHANGHAI, DAYS)
    assert plan[0] == (Level.HALF, at("2025-10-04", "23:00"))
    assert plan[2:4] == [(Level.BREACH, due), (Level.COORDINATOR, at("2025-10-07", "23:00"))]


def test_a_year_without_a_table_is_refused() -> None:
    with pytest.raises(UnknownYear):
        due_at(USUAL.of(Clock.DECIDE, Urgency.ROUTINE), at("2031-03-03"), SHANGHAI, DAYS)


@pytest.mark.parametrize("clock", list(Clock))
def test_every_clock_follows_a_programs_own_term(clock: Clock) -> None:
    """One more of its unit makes it end later, and touches no other clock."""
    for setting in Setting:
        own = Terms({**DEFAULTS, setting: DEFAULTS[setting] + 1})
        changed = {one for one in Clock if own.of(one, Urgency.ROUTINE) != USUAL.of(one, Urgency.ROUTINE)}
        assert len(changed) <= 1
        if clock in changed:
            break
    else:
        pytest.fail(f"no setting moves {clock}")


def test_an_emergency_counts_hours_and_needs_no_calendar() -> None:
    term = USUAL.of(Clock.DECIDE, Urgency.EMERGENCY)
    started = at("2031-10-01", "23:00")
    due = due_at(term, started, SHANGHAI, DAYS)
    assert due == at("2031-10-02", "01:00")
    plan = moments(term, started, due, SHANGHAI, DAYS)
    assert [moment for _, moment in plan] == [
        at("2031-10-02", "00:00"), at("2031-10-02", "00:36"), at("2031-10-02", "01:00"), at("2031-10-02", "02:00"),
        at("2031-10-02", "03:00"),
    ]  # fmt: skip


def _plan(clock: Clock, started: datetime) -> Sequence[tuple[Level, datetime]]:
    term = USUAL.of(clock, Urgency.ROUTINE)
    return moments(term, started, due_at(term, started, SHANGHAI, DAYS), SHANGHAI, DAYS)


def test_five_working_days_warn_at_half_and_four_fifths_and_then_escalate() -> None:
    """Half of five days is the middle of the third, four fifths the end of the fourth; nothing on a holiday."""
    assert _plan(Clock.DECIDE, at("2025-09-25")) == [
        (Level.HALF, at("2025-09-29", "13:00")),
        (Level.LATE, at("2025-09-30", "17:00")),
        (Level.BREACH, at("2025-10-10", "09:00")),
        (Level.COORDINATOR, at("2025-10-11", "09:00")),
        (Level.FOUNDATION, at("2025-10-13", "09:00")),
    ]


@pytest.mark.parametrize("clock", [Clock.ACKNOWLEDGE, Clock.DECIDE, Clock.FEEDBACK, Clock.REACH, Clock.NEXT_CONTACT])
def test_quiet_clocks_speak_on_working_days_in_order(clock: Clock) -> None:
    """Begun on every day of a year."""
    for number in range(365):
        plan = _plan(clock, at("2025-01-02", "18:30") + timedelta(days=number))
        times = [moment.astimezone(ZoneInfo(SHANGHAI)) for _, moment in plan]
        assert times == sorted(times)
        assert all(DAYS.is_working(time.date()) and 9 <= time.hour <= 17 for time in times)


def test_a_clock_that_was_kept_silent_says_what_it_missed_in_order() -> None:
    plan = _plan(Clock.DECIDE, at("2025-09-25"))
    said: list[Level] = [Level.HALF]
    following = next_moment(said, plan)
    assert following is not None
    assert following[0] is Level.LATE
    assert next_moment(list(Level), plan) is None


DAY = date(2026, 9, 1)


@pytest.mark.parametrize(
    ("attempts", "enough"),
    [
        ([(DAY, "PHONE"), (DAY + timedelta(days=1), "PHONE"), (DAY + timedelta(days=2), "VISIT")], True),
        ([(DAY, "PHONE"), (DAY, "VISIT"), (DAY + timedelta(days=1), "PHONE")], False),
        ([(DAY, "PHONE"), (DAY + timedelta(days=1), "PHONE"), (DAY + timedelta(days=2), "PHONE")], False),
        ([(DAY, "PHONE"), (DAY + timedelta(days=1), "VISIT")], False),
    ],
    ids=["three days, two channels", "two days", "one channel", "two attempts"],
)
def test_unreachable_needs_attempts_on_different_days_and_channels(
    attempts: list[tuple[date, str]], enough: bool
) -> None:
    assert is_reached_enough(attempts, USUAL.attempts) is enough
