"""Yearly tables of holidays and make-up working days: CSV files with ``day,kind,name``.

They follow the yearly notices of the State Council (China) and the almanac of public-office holidays
with substitute days (South Korea). A year has a table or it is unknown: nothing is guessed.
"""

import csv
import io
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path

from coord.kernel.errors import Invalid, Problem

COUNTRIES = ("CN", "KR")
FILE_NAME = re.compile(r"(CN|KR)-(\d{4})\.csv")
PACKAGED = Path(__file__).parent / "years"
_COLUMNS = ["day", "kind", "name"]
_MOST_DAYS = 366


class DayKind(StrEnum):
    """How a day differs from its weekday: free though it is no weekend, or worked though it is one."""

    HOLIDAY = "HOLIDAY"
    WORKDAY = "WORKDAY"


def read_year(text: str, year: int) -> Mapping[date, DayKind]:
    """The table of one year. Raises ``Invalid`` with the first row that cannot be taken."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    if rows.fieldnames != _COLUMNS:
        raise Invalid(Problem("file", "CALENDAR_COLUMNS", {"columns": ",".join(_COLUMNS)}))
    days: dict[date, DayKind] = {}
    for number, row in enumerate(rows, start=2):
        day = _day_of(row["day"])
        known = row["kind"] in set(DayKind)
        if day is None or day.year != year or not known or day in days or number > _MOST_DAYS:
            raise Invalid(Problem("file", "CALENDAR_ROW", {"row": number, "year": year}))
        days[day] = DayKind(row["kind"])
    if not days:
        raise Invalid(Problem("file", "CALENDAR_EMPTY", {"year": year}))
    return days


def _day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def years_in(folder: Path) -> Mapping[tuple[str, int], Path]:
    """The tables of a folder by country and year; other files are none of ours."""
    found = ((FILE_NAME.fullmatch(path.name), path) for path in sorted(folder.glob("*.csv")))
    return {(match[1], int(match[2])): path for match, path in found if match}
