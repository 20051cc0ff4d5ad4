"""The clocks of a month and what may be done with it, by the table."""

from datetime import date

import pytest

from coord.periods.codes import MonthState, Move, Timeliness
from coord.periods.rules import Due, Hands, differences, digest, due_days, last_day, moves_from, timeliness
from coord.programs.setting_rules import DEFAULTS
from coord.programs.tables import Setting
from tests.world import fixed

WHO, OTHER = fixed("user/sam"), fixed("user/sun")


def test_a_month_is_due_on_the_third_reviewed_by_the_fifth_and_locks_on_the_eighth() -> None:
    assert due_days("2026-10", DEFAULTS) == Due(date(2026, 11, 3), date(2026, 11, 5), date(2026, 11, 8))
    assert due_days("2026-12", DEFAULTS) == Due(date(2027, 1, 3), date(2027, 1, 5), date(2027, 1, 8))


def test_a_due_day_that_the_next_month_does_not_have_is_its_last() -> None:
    late = {**DEFAULTS, Setting.LOCK_DAY: 31}
    assert due_days("2026-01", late).lock_on == date(2026, 2, 28)
    assert due_days("2024-01", late).lock_on == last_day("2024-02") == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("submitted", "today", "stands"),
    [
        (date(2026, 11, 3), date(2026, 11, 20), Timeliness.ON_TIME), (date(2026, 11, 4), date(2026, 11, 4), Timeliness.LATE),
        (None, date(2026, 11, 3), Timeliness.NOT_DUE), (None, date(2026, 11, 4), Timeliness.MISSING),
    ],
)  # fmt: skip
def test_a_report_is_on_time_late_missing_or_not_due(submitted: date | None, today: date, stands: Timeliness) -> None:
    assert timeliness(submitted, date(2026, 11, 3), today) is stands


def test_moves_are_offered_to_those_who_may_and_not_to_the_same_person_again() -> None:
    hands = Hands(submitted_by=WHO)
    review = ["month.review"]
    assert moves_from(MonthState.SUBMITTED, review, OTHER, hands) == [Move.RETURN, Move.APPROVE]
    assert moves_from(MonthState.SUBMITTED, review, WHO, hands) == []
    assert moves_from(MonthState.APPROVED, ["month.lock"], OTHER, Hands(WHO, OTHER)) == [Move.SEND_BACK]
    assert moves_from(MonthState.LOCKED, [*review, "month.lock", "month.submit"], OTHER, hands) == []


def test_the_same_figures_have_the_same_digest_and_a_changed_one_another() -> None:
    assert digest({"a": 1, "b": {"人次": 2}}) == digest({"b": {"人次": 2}, "a": 1})
    assert digest({"a": 1}) != digest({"a": 2})


def test_differences_name_only_what_changed() -> None:
    assert differences({"a": 3, "b": 5}, {"a": 4, "b": 5, "c": 1}) == {"a": 1, "c": 1}
