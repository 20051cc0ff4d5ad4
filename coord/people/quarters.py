"""Quarters of a year: pure. What is due once a quarter is due by its last day."""

from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Quarter:
    """Three months of a year; ``number`` from 1 to 4."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """Such as 2026Q4."""
        return f"{self.year}Q{self.number}"

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, (self.number - 1) * _MONTHS + 1, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return self.after.first - timedelta(days=1)

    @property
    def after(self) -> "Quarter":
        """The next quarter."""
        return quarter_of(self.first + timedelta(days=100))

    @property
    def before(self) -> "Quarter":
        """The quarter before."""
        return quarter_of(self.first - timedelta(days=1))


def quarter_of(day: date) -> Quarter:
    """The quarter of a day."""
    return Quarter(day.year, (day.month - 1) // _MONTHS + 1)
