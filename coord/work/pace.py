"""How often one person may do what shows or takes much within an hour; counted in the transaction of the act itself.

The count and what it counts stand or fall together, through whichever door they come, and of two acts at one moment
the second waits for the count of the first. Somebody who has what a person may see could otherwise take it all with a
program; a day's work stays far below these limits.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from math import ceil

from sqlmodel import col

from coord.kernel.errors import TooOften
from coord.settings import settings
from coord.work.inserting import locked_row
from coord.work.tables import PaceCount
from coord.work.unit import Unit

HOUR = timedelta(hours=1)


class Pace(StrEnum):
    """What is counted, by the column that counts it."""

    NAMES = "names"
    SEARCHES = "searches"
    EXPORTS = "exports"
    IMPORTS = "imports"
    SENDINGS = "sendings"


_CODES: Mapping[Pace, str] = {
    Pace.NAMES: "TOO_MANY_NAMES",
    Pace.SEARCHES: "TOO_MANY_SEARCHES",
    Pace.EXPORTS: "TOO_MANY_EXPORTS",
    Pace.IMPORTS: "TOO_MANY_IMPORTS",
    Pace.SENDINGS: "TOO_MANY_SENDINGS",
}


def limit_of(pace: Pace) -> int:
    """How many of a kind one person may do within an hour; 0 is no limit."""
    known = settings()
    limits = {
        Pace.NAMES: known.names_per_hour,
        Pace.SEARCHES: known.searches_per_hour,
        Pace.EXPORTS: known.exports_per_hour,
        Pace.IMPORTS: known.imports_per_hour,
        Pace.SENDINGS: known.sendings_per_hour,
    }
    return limits[pace]


async def keep_pace(unit: Unit, pace: Pace, number: int = 1) -> None:
    """Count what is about to be done; parts of the system are not counted. Raises ``TooOften`` beyond the limit."""
    limit, person = limit_of(pace), unit.actor.account_id
    if unit.read_only:
        raise AssertionError("a read-only unit counts nothing")
    if person is None or not limit or not number:
        return
    row = await locked_row(unit, PaceCount(id=person, began_at=unit.started_at), col(PaceCount.id) == person)
    if unit.started_at - row.began_at >= HOUR:
        row.began_at = unit.started_at
        for one in Pace:
            setattr(row, one.value, 0)
    taken: int = getattr(row, pace.value)
    if taken + number > limit:
        raise TooOften(_CODES[pace], limit, ceil((row.began_at + HOUR - unit.started_at).total_seconds()))
    setattr(row, pace.value, taken + number)
