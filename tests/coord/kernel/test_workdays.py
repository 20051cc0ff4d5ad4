"""Working days of China and South Korea by their yearly tables; a year without a table is refused."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from coord.kernel.errors import Invalid
from coord.kernel.workdays import (
    COUNTRIES,
    UnknownYear,
    contact_windows,
    country_of,
    read_year,
    same_month_day_after,
    workdays,
)

CHINA, KOREA = workdays("CN"), workdays("KR")


def _days(*texts: str) -> list[date]:
    return [date.fromisoformat(text) for text in texts]


def test_five_working_days_over_the_national_holiday_take_in_the_make_up_day() -> None:
    received = date(2025, 9, 25)
    assert CHINA.after(received, 5) == date(2025, 10, 9)
    assert list(CHINA.between(received + timedelta(days=1), date(2025, 10, 9))) == _days(
        "2025-09-26", "2025-09-28", "2025-09-29", "2025-09-30", "2025-10-09"
    )


def test_five_working_days_after_the_holiday_take_in_the_make_up_saturday() -> None:
    registered = date(2025, 10, 9)
    assert CHINA.after(registered, 5) == date(2025, 10, 15)
    assert list(CHINA.between(registered + timedelta(days=1), date(2025, 10, 15))) == _days(
        "2025-10-10", "2025-10-11", "2025-10-13", "2025-10-14", "2025-10-15"
    )
    assert CHINA.elapsed(registered, date(2025, 10, 15)) == 5
    assert CHINA.elapsed(registered, registered) == 0


def test_contact_is_due_on_calendar_days_after_discharge_holidays_and_all() -> None:
    windows = contact_windows(date(2025, 10, 3))
    assert [window.due_on for window in windows] == _days(
        "2025-10-10", "2025-10-17", "2025-11-02", "2025-12-02", "2026-01-01", "2026-04-01"
    )
    assert [(w.due_on - w.opens_on).days for w in windows] == [3, 3, 3, 7, 7, 7]
    assert [(w.closes_on - w.due_on).days for w in windows] == [3, 3, 3, 7, 7, 7]


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-01-04", True), ("2026-02-14", True), ("2026-02-16", False), ("2026-05-09", True),
        ("2026-09-20", True), ("2026-10-08", True), ("2026-10-10", True), ("2026-11-28", False),
        ("2024-02-29", True), ("2024-10-12", True), ("2025-10-11", True), ("2025-10-12", False),
    ],
)  # fmt: skip
def test_china_works_on_make_up_days_and_rests_on_holidays(day: str, works: bool) -> None:
    assert CHINA.is_working(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-03-03", False), ("2025-06-03", False), ("2025-10-08", False), ("2026-03-02", False),
        ("2026-05-25", False), ("2026-08-17", False), ("2026-10-05", False), ("2026-10-06", True),
        ("2024-02-12", False), ("2024-02-13", True), ("2026-02-14", False),
    ],
)  # fmt: skip
def test_korea_rests_on_substitute_days_and_knows_no_make_up_days(day: str, works: bool) -> None:
    assert KOREA.is_working(date.fromisoformat(day)) is works


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_year_without_a_table_is_refused_also_where_only_the_end_falls_into_it(country: str) -> None:
    calendar = workdays(country)
    assert not calendar.knows(2027)
    for count in (lambda: calendar.is_working(date(2027, 3, 1)), lambda: calendar.after(date(2026, 12, 30), 5)):
        with pytest.raises(UnknownYear) as refused:
            count()
        (problem,) = refused.value.problems
        assert (problem.code, dict(problem.arguments)) == ("YEAR_WITHOUT_CALENDAR", {"country": country, "year": 2027})
    assert calendar.after(date(2026, 12, 30), 1) == date(2026, 12, 31)


def test_a_table_in_a_folder_makes_a_year_known_and_corrects_one_that_comes_with_coord(tmp_path: Path) -> None:
    (tmp_path / "CN-2027.csv").write_text("day,kind,name\n2027-01-01,HOLIDAY,元旦\n", encoding="utf-8")
    (tmp_path / "CN-2026.csv").write_text("day,kind,name\n2026-11-26,HOLIDAY,停工\n", encoding="utf-8")
    (tmp_path / "notes.csv").write_text("nothing of ours", encoding="utf-8")
    own = workdays("CN", tmp_path)
    assert own.after(date(2026, 12, 31), 1) == date(2027, 1, 4)
    assert (own.is_working(date(2026, 11, 26)), CHINA.is_working(date(2026, 11, 26))) == (False, True)


@pytest.mark.parametrize(
    "text",
    [
        "", "tag,art\n2027-01-01,HOLIDAY\n", "day,kind,name\n", "day,kind,name\n2026-01-01,HOLIDAY,x\n",
        "day,kind,name\n2027-02-29,HOLIDAY,x\n", "day,kind,name\n2027-01-01,FREE,x\n", "day,kind,name\n2027-01-01\n",
        "day,kind,name\n2027-01-01,HOLIDAY,x\n2027-01-01,WORKDAY,x\n",
    ],
)  # fmt: skip
def test_a_table_with_a_wrong_row_is_refused_whole(text: str) -> None:
    with pytest.raises(Invalid):
        read_year(text, 2027)


def test_a_program_counts_the_working_days_of_its_country() -> None:
    assert (country_of("Asia/Shanghai"), country_of("Asia/Seoul")) == ("CN", "KR")
    with pytest.raises(Invalid):
        country_of("Europe/Berlin")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2025-06-30", 3, "2025-09-30"), ("2026-01-31", 1, "2026-02-28"), ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"), ("2026-11-30", 3, "2027-02-28"), ("2026-12-15", 1, "2027-01-15"),
    ],
)  # fmt: skip
def test_months_are_added_and_end_with_the_month(day: str, months: int, later: str) -> None:
    assert same_month_day_after(date.fromisoformat(day), months) == date.fromisoformat(later)


def test_no_working_day_is_counted_from_nothing() -> None:
    with pytest.raises(ValueError, match="from 1"):
        CHINA.after(date(2026, 1, 5), 0)
