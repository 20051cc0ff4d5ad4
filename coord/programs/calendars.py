"""Which calendars of working days will be missing: said before a due day would have to be guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid
from coord.kernel.sql import select
from coord.kernel.workdays import country_of
from coord.programs.tables import Program
from coord.programs.working_days import working_days
from coord.work import Unit, read

FIRST_SAID = 11
"""From November on: both countries publish the next year's days by then, and terms of January begin in December."""

_MOST = 1000


@dataclass(frozen=True, slots=True, order=True)
class MissingCalendar:
    """A year of a country without a table: working-day clocks that reach into it will not start."""

    country: str
    year: int


class Zoned(NamedTuple):
    """A program's zone, and when it ends."""

    zone: str
    ends_on: date | None


def missing(programs: Iterable[Zoned], today: dict[str, date]) -> Sequence[MissingCalendar]:
    """The missing years of programs, as of the local day of each zone: the running one, and the next from November on."""
    found = set()
    for zone, ends_on in programs:
        day = today[zone]
        years = [day.year, *([day.year + 1] if day.month >= FIRST_SAID else [])]
        try:
            days, country = working_days(zone), country_of(zone)
        except Invalid:
            continue
        found |= {
            MissingCalendar(country, year)
            for year in years
            if not days.knows(year) and (ends_on is None or ends_on >= date(year, 1, 1))
        }
    return sorted(found)


@read("program.list")
async def missing_calendars(unit: Unit) -> Sequence[MissingCalendar]:
    """The calendars that the programs of the actor lack or will lack soon."""
    statement = select(Program.time_zone, Program.ends_on).distinct().limit(_MOST)
    programs = [Zoned(*row) for row in await unit.rows(statement)]
    return missing(programs, {zone: local_date(unit.started_at, zone) for zone in {one.zone for one in programs}})
