"""Windows of days after an index date, as data. Day 0 is the index date; both ends are included. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from coord.kernel.workdays import same_month_day_after
from coord.outcomes.rules import is_remission, is_response


class Pick(StrEnum):
    """Which score of a window counts."""

    FIRST = "FIRST"
    LAST = "LAST"
    BEST = "BEST"


@dataclass(frozen=True, slots=True)
class Taken:
    """A complete score of a day; of two on one day the later one stands last."""

    on: date
    score: int


@dataclass(frozen=True, slots=True)
class CohortWindow:
    """From one day to another after ``months`` months (0: after the index date itself)."""

    code: str
    from_day: int
    to_day: int
    months: int = 0
    pick: Pick = Pick.LAST
    eligible_from: int = 10

    def days(self, index: date) -> tuple[date, date]:
        """The first and the last day of the window."""
        anchor = same_month_day_after(index, self.months)
        return anchor + timedelta(days=self.from_day), anchor + timedelta(days=self.to_day)

    def picked(self, index: Taken, scores: Sequence[Taken]) -> Taken | None:
        """The score of the window that counts, None without one; ``scores`` in the order in which they were taken."""
        first, last = self.days(index.on)
        inside = [score for score in scores if first <= score.on <= last]
        if not inside:
            return None
        if self.pick is Pick.BEST:
            return min(inside, key=lambda taken: taken.score)
        return inside[0] if self.pick is Pick.FIRST else inside[-1]


DRR = CohortWindow("DRR", 120, 240)
RESPONSE_6_MONTHS = CohortWindow("RESPONSE_6_MONTHS", -60, 60, months=6)
REMISSION_12_MONTHS = CohortWindow("REMISSION_12_MONTHS", -30, 30, months=12)
SCREEN_FOLLOW_UP = CohortWindow("SCREEN_FOLLOW_UP", 0, 30, pick=Pick.FIRST)


@dataclass(frozen=True, slots=True)
class Followed:
    """What a cohort measure finds for one person. Without a follow-up neither response nor remission."""

    eligible: bool
    followed_up: bool = False
    response: bool = False
    remission: bool = False


def followed(window: CohortWindow, index: Taken, later: Sequence[Taken]) -> Followed:
    """Whether an elevated score was followed up in the window, and with what result."""
    if index.score < window.eligible_from:
        return Followed(eligible=False)
    found = window.picked(index, later)
    if found is None:
        return Followed(eligible=True)
    response = bool(is_response(index.score, found.score))
    return Followed(eligible=True, followed_up=True, response=response, remission=is_remission(found.score))


def wait_days(received: date, first_treatment: date) -> int | None:
    """Calendar days of a wait; None for a negative one, which falls in no class."""
    days = (first_treatment - received).days
    return days if days >= 0 else None


WAIT_CLASSES: Sequence[tuple[str, int, int | None]] = (
    ("WITHIN_28", 0, 28), ("DAYS_29_56", 29, 56), ("DAYS_57_90", 57, 90), ("OVER_90", 91, None),
)  # fmt: skip


def wait_class(days: int | None) -> str | None:
    """The one class of a wait; None when the wait is unknown."""
    if days is None:
        return None
    return next(code for code, first, last in WAIT_CLASSES if days >= first and (last is None or days <= last))
