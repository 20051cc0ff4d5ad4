"""Clocks of a breach. Pure.

The authority is told within 72 hours of knowing (GDPR 33; Enforcement Decree of Korea's PIPA 39 and 40); PIPL 57 of China
says at once and gives no number, so the shorter of both is what the work list asks for. Persons are told in the same time
here: PIPA names 72 hours for them too, the others without undue delay.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(hours=72)
REMIND_BEFORE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that has to follow: until when, and when it was done."""

    due_at: datetime
    done_at: datetime | None

    def is_overdue(self, at: datetime) -> bool:
        """Whether the time has run out."""
        return self.done_at is None and at > self.due_at

    def hours_left(self, at: datetime) -> int:
        """Whole hours until it is due; none once it is overdue."""
        return max(0, int((self.due_at - at).total_seconds() // 3600))


def due_at(discovered_at: datetime) -> datetime:
    """Until when authority and persons have to be told."""
    return discovered_at + WITHIN
