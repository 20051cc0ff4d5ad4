"""Everything that happened to a referral in one order: moves, attempts, what came back, what its clocks said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from coord.referrals.codes import Clock, ContactChannel, Level, ReferralOutcome
from coord.referrals.stories import Told


@dataclass(frozen=True, slots=True)
class Feedback:
    """What came back at a moment."""

    at: datetime
    outcome: ReferralOutcome | None
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reminder:
    """What a clock said at a moment."""

    at: datetime
    clock: Clock
    level: Level


@dataclass(frozen=True, slots=True)
class Attempt:
    """The person was not reached, by this channel."""

    at: datetime
    channel: ContactChannel


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the story: exactly one of the four is given."""

    at: datetime
    moved: Told | None = None
    tried: Attempt | None = None
    came_back: Feedback | None = None
    reminded: Reminder | None = None


def timeline(
    moves: Iterable[Told], attempts: Iterable[Attempt], feedback: Iterable[Feedback], reminders: Iterable[Reminder]
) -> Sequence[Happened]:
    """The whole story, the newest first; of what happened at the same moment the move stands above."""
    lines = [
        *(Happened(one.at, reminded=one) for one in reminders),
        *(Happened(one.at, tried=one) for one in attempts),
        *(Happened(one.at, came_back=one) for one in feedback),
        *(Happened(one.at, moved=one) for one in moves),
    ]
    return sorted(lines, key=lambda line: line.at)[::-1]
