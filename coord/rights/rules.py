"""When a copy is held back, and what a correction changes. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from coord.clients.record.rules import DEMANDED
from coord.kernel.errors import Problem
from coord.rights.codes import CorrectedField

PAUSE = timedelta(days=30)
"""After a hold nobody holds the same copy back again for so long: it would otherwise never be given."""
Facts = Mapping[CorrectedField, str | None]


@dataclass(frozen=True, slots=True)
class Hold:
    """A copy held back: until when, whether a second person agreed, whether it ended before."""

    until_at: datetime
    is_approved: bool
    ended_at: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the copy is held back at a moment: one person alone holds nothing back."""
        return self.is_approved and self.is_open(at)

    def is_open(self, at: datetime) -> bool:
        """Whether it holds, or would once a second person agrees."""
        return self.ended_at is None and at < self.until_at

    @property
    def over_at(self) -> datetime:
        """When it ended, or will."""
        return self.until_at if self.ended_at is None else min(self.ended_at, self.until_at)


def check_new_hold(before: Hold | None, at: datetime) -> list[Problem]:
    """Why no new hold can be asked for, given the last one: it is open, or it kept the copy back not long ago."""
    if before is None:
        return []
    if before.is_open(at):
        return [Problem("reason", "HELD_ALREADY")]
    if before.is_approved and at < before.over_at + PAUSE:
        return [Problem("reason", "HELD_NOT_LONG_AGO", {"limit": PAUSE.days})]
    return []


def corrected(before: Facts, after: Facts) -> Mapping[CorrectedField, str | None]:
    """What differs, with what it said before."""
    return {field: before[field] for field in CorrectedField if before[field] != after[field]}


def emptied(before: Facts, after: Facts) -> Iterator[Problem]:
    """Facts that every file must say, which a correction would take away; one that was never said may stay open."""
    for fact in DEMANDED:
        field = CorrectedField(fact)
        if before[field] is not None and after[field] is None:
            yield Problem(fact.lower(), "REQUIRED")
