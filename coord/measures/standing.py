"""How a hospital stands: one rule for the status and the bar. Pure."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

BEHIND_BELOW = 0.6
WATCH_BELOW = 0.9
SILENT_DAYS = 14
_FRIDAY = 4


class Standing(StrEnum):
    """Worst first."""

    BEHIND = "BEHIND"
    WATCH = "WATCH"
    ON_TRACK = "ON_TRACK"


@dataclass(frozen=True, slots=True)
class Stay:
    """A filled post: who, from when to when."""

    worker: object
    starts_on: date
    ends_on: date | None


def weekdays(first: date, last: date) -> Iterator[date]:
    """Monday to Friday between two days, both included."""
    day = first
    while day <= last:
        if day.weekday() <= _FRIDAY:
            yield day
        day += timedelta(days=1)


def expected_days(stays: Iterable[Stay], first: date, last: date) -> set[tuple[object, date]]:
    """The working days on which each filled post is expected to have recorded something."""
    return {
        (stay.worker, day)
        for stay in stays
        for day in weekdays(max(first, stay.starts_on), min(last, stay.ends_on or last))
    }


def completeness(expected: AbstractSet[tuple[object, date]], recorded: AbstractSet[tuple[object, date]]) -> float:
    """Share of expected working days with a record, 0 to 1; 1 where nothing was expected yet."""
    return len(expected & recorded) / len(expected) if expected else 1.0


def standing(share: float, last_report: date | None, staffed_since: date | None, as_of: date) -> Standing:
    """One rule: the share of days recorded, silence of two weeks, a hospital without a filled post.

    Silence is counted from the last report, or from the day on which the post was filled if that is later.
    """
    if staffed_since is None:
        return Standing.WATCH
    silent = (as_of - max(last_report or staffed_since, staffed_since)).days > SILENT_DAYS
    if silent or share < BEHIND_BELOW:
        return Standing.BEHIND
    return Standing.WATCH if share < WATCH_BELOW else Standing.ON_TRACK
