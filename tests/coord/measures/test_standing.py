"""How a hospital stands: the pure rule."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.measures.progress import period_of
from coord.measures.standing import SILENT_DAYS, Standing, Stay, completeness, expected_days, standing, weekdays

TODAY = date(2026, 11, 23)
LONG_AGO = date(2026, 1, 1)
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (1.0, Standing.ON_TRACK),
        (0.9, Standing.ON_TRACK),
        (0.89, Standing.WATCH),
        (0.6, Standing.WATCH),
        (0.59, Standing.BEHIND),
        (0.0, Standing.BEHIND),
    ],
)
def test_the_share_of_recorded_days_decides_for_a_hospital_that_reports(share: float, expected: Standing) -> None:
    assert standing(share, TODAY, LONG_AGO, TODAY) is expected


def test_more_than_two_silent_weeks_are_behind_whatever_the_share() -> None:
    last = TODAY - timedelta(days=SILENT_DAYS)
    assert standing(1.0, last, LONG_AGO, TODAY) is Standing.ON_TRACK
    assert standing(1.0, last - timedelta(days=1), LONG_AGO, TODAY) is Standing.BEHIND


def test_a_hospital_without_a_filled_post_is_to_be_watched_and_never_behind() -> None:
    assert standing(1.0, None, None, TODAY) is Standing.WATCH
    assert standing(0.0, LONG_AGO, None, TODAY) is Standing.WATCH


def test_a_post_filled_yesterday_is_not_silent_yet() -> None:
    yesterday = TODAY - timedelta(days=1)
    assert standing(1.0, None, yesterday, TODAY) is Standing.ON_TRACK
    assert standing(1.0, LONG_AGO, yesterday, TODAY) is Standing.ON_TRACK
    assert standing(1.0, None, LONG_AGO, TODAY) is Standing.BEHIND


@given(DAYS, st.integers(0, 400))
def test_weekdays_are_monday_to_friday_within_the_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = list(weekdays(first, last))
    assert all(first <= day <= last and day.weekday() < 5 for day in found)
    assert len(found) == sum(1 for n in range(length + 1) if (first + timedelta(days=n)).weekday() < 5)


def test_days_are_expected_only_while_a_post_is_filled_and_once_for_each_worker() -> None:
    stays = [
        Stay("sam", date(2026, 11, 11), None),
        Stay("eve", date(2026, 1, 1), date(2026, 11, 3)),
        Stay("eve", date(2026, 11, 2), date(2026, 11, 2)),
    ]
    expected = expected_days(stays, date(2026, 11, 1), date(2026, 11, 13))
    assert expected == {
        *(("sam", date(2026, 11, day)) for day in (11, 12, 13)),
        *(("eve", date(2026, 11, day)) for day in (2, 3)),
    }


def test_completeness_is_the_recorded_share_of_expected_days_and_whole_where_none_is_expected() -> None:
    expected = {("sam", date(2026, 11, day)) for day in (2, 3, 4, 5)}
    recorded = {("sam", date(2026, 11, 2)), ("sam", date(2026, 11, 7)), ("eve", date(2026, 11, 3))}
    assert completeness(expected, recorded) == 0.25
    assert completeness(set(), recorded) == 1.0


def test_the_period_of_the_running_month_ends_yesterday_and_shows_twelve_months() -> None:
    period = period_of(None, TODAY)
    assert (period.first, period.last_expected, period.end) == (
        date(2026, 11, 1),
        date(2026, 11, 22),
        date(2026, 11, 30),
    )
    assert (period.months[0], period.months[-1], len(period.months)) == ("2025-12", "2026-11", 12)


def test_the_period_of_a_past_month_is_the_whole_month() -> None:
    period = period_of("2024-02", TODAY)
    assert (period.first, period.last_expected) == (date(2024, 2, 1), date(2024, 2, 29))
    assert period.months[0] == "2023-03"


@given(DAYS)
def test_every_month_has_twelve_different_months_that_end_with_it(today: date) -> None:
    months = period_of(None, today).months
    assert len(set(months)) == 12
    assert list(months) == sorted(months)
    assert months[-1] == f"{today:%Y-%m}"
