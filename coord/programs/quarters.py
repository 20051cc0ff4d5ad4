"""Quarters and years as people name them: ``2026Q3``, ``2026``. Pure."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from coord.kernel.errors import Invalid, Problem

_QUARTER = re.compile(r"(2\d{3})Q([1-4])", re.ASCII)
_YEAR = re.compile(r"2\d{3}", re.ASCII)
_MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])", re.ASCII)
_MONTHS = 3


def quarters_of(period: str) -> Sequence[str]:
    """The quarters that a period is the sum of; none for a month, which is never released by itself.

    ``2026Q3`` is itself, ``2026`` its four quarters. Raises ``Invalid`` for what is no period.
    """
    if _QUARTER.fullmatch(period):
        return [period]
    if _YEAR.fullmatch(period):
        return [f"{period}Q{number}" for number in range(1, 5)]
    if _MONTH.fullmatch(period):
        return []
    raise Invalid(Problem("period", "NOT_A_PERIOD"))


def months_of(quarter: str) -> Sequence[str]:
    """The three months of ``2026Q3``."""
    year, number = quarter.split("Q")
    first = (int(number) - 1) * _MONTHS + 1
    return [f"{year}-{month:02d}" for month in range(first, first + _MONTHS)]


def days_of(quarter: str) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    months = months_of(quarter)
    first = date.fromisoformat(f"{months[0]}-01")
    after = date.fromisoformat(f"{months[-1]}-28") + timedelta(days=4)
    return first, after.replace(day=1) - timedelta(days=1)


def quarter_on(day: date) -> str:
    """The quarter of a day."""
    return f"{day.year}Q{(day.month - 1) // _MONTHS + 1}"


def quarter_of_month(month: str) -> str:
    """``2026Q3`` for ``2026-09``."""
    return quarter_on(date.fromisoformat(f"{month}-01"))


def last_quarters(today: date, number: int) -> Sequence[str]:
    """The last whole quarters before a day, the newest first."""
    found = []
    day = today
    for _ in range(number):
        day = days_of(quarter_on(day))[0] - timedelta(days=1)
        found.append(quarter_on(day))
    return found
