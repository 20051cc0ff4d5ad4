"""Counting working days of a country. A year without a table refuses to be computed."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from coord.kernel.errors import Invalid, Problem
from coord.kernel.workdays.yearly import PACKAGED, DayKind, read_year, years_in

_SATURDAY = 5
_ONE = timedelta(days=1)
_COUNTRY_OF_ZONE = {"Asia/Shanghai": "CN", "Asia/Seoul": "KR"}


class UnknownYear(Invalid):
    """Working days of a year that has no table: a due day would be a guess."""

    def __init__(self, country: str, year: int) -> None:
        super().__init__(Problem("", "YEAR_WITHOUT_CALENDAR", {"country": country, "year": year}))
        self.country, self.year = country, year


def country_of(zone: str) -> str:
    """The country whose working days a program counts, by its time zone. Raises ``Invalid`` for another zone."""
    if zone not in _COUNTRY_OF_ZONE:
        raise Invalid(Problem("", "ZONE_WITHOUT_CALENDAR", {"zone": zone}))
    return _COUNTRY_OF_ZONE[zone]


class WorkDays:
    """The working days of one country. Every method raises ``UnknownYear`` where it would have to guess."""

    def __init__(self, country: str, years: Mapping[int, Mapping[date, DayKind]]) -> None:
        """``years``: for each known year its days that differ from their weekday."""
        self.country = country
        self._years = years

    def knows(self, year: int) -> bool:
        """Whether the year has a table."""
        return year in self._years

    def is_working(self, day: date) -> bool:
        """Whether a day is worked: make-up days are, holidays and other weekends are not."""
        if day.year not in self._years:
            raise UnknownYear(self.country, day.year)
        kind = self._years[day.year].get(day)
        return day.weekday() < _SATURDAY if kind is None else kind is DayKind.WORKDAY

    def is_holiday(self, day: date) -> bool:
        """Whether a day is a holiday by the table, on whatever weekday."""
        if day.year not in self._years:
            raise UnknownYear(self.country, day.year)
        return self._years[day.year].get(day) is DayKind.HOLIDAY

    def after(self, day: date, number: int) -> date:
        """The last of ``number`` working days after a day: day 1 is the next working day."""
        if number < 1:
            raise ValueError("working days are counted from 1")
        left = number
        while left:
            day += _ONE
            left -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> Iterator[date]:
        """The working days from one day to another, both included."""
        day = first
        while day <= last:
            if self.is_working(day):
                yield day
            day += _ONE

    def elapsed(self, since: date, today: date) -> int:
        """How many working days have come since a day, which itself does not count; today does."""
        return sum(1 for _ in self.between(since + _ONE, today))


def workdays(country: str, folder: Path | None = None) -> WorkDays:
    """The calendar of a country from the tables that come with coord; those of ``folder`` go before them.

    A table that is added or replaced counts at once, in every process.
    """
    state = () if folder is None else tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir()))
    return _read(country, folder, state)


@lru_cache(maxsize=32)
def _read(country: str, folder: Path | None, _state: tuple[tuple[str, int], ...]) -> WorkDays:
    files = {**years_in(PACKAGED), **(years_in(folder) if folder else {})}
    years = {
        year: read_year(path.read_text(encoding="utf-8"), year)
        for (found, year), path in files.items()
        if found == country
    }
    return WorkDays(country, years)
