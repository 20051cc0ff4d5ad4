"""From answers to a score: range first, then what is missing, then the sum and its band. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from coord.kernel.errors import Invalid, Problem
from coord.outcomes.codes import Band, ScaleCode, ScoreStatus
from coord.outcomes.scales import Scale

Items = Sequence[int | None]
_PRESENT, _MAJOR, _OTHER = 2, 5, 2
EVER, LATELY = 1, 2
"""How the last item of the C-SSRS screener is answered: behavior long ago, behavior within three months."""
_TRIAGE = (Band.TRIAGE_NONE, Band.TRIAGE_LOW, Band.TRIAGE_MODERATE, Band.TRIAGE_HIGH)


@dataclass(frozen=True, slots=True)
class Scored:
    """What the answers come to. Without a score there is no band, but the answers are kept."""

    score: int | None
    status: ScoreStatus
    band: Band | None
    prorated: bool = False


def check_items(scale: Scale, items: Items) -> list[Problem]:
    """What is wrong with the answers: too many or too few places, or one outside the range."""
    if len(items) != scale.items:
        return [Problem("items", "WRONG_NUMBER_OF_ITEMS", {"limit": scale.items})]
    highest = [_highest(scale, number) for number in range(1, scale.items + 1)]
    outside = [
        n
        for n, (item, most) in enumerate(zip(items, highest, strict=True), 1)
        if item is not None and not scale.lowest <= item <= most
    ]
    return [Problem(f"item_{n}", "ITEM_OUT_OF_RANGE", {"limit": highest[n - 1]}) for n in outside]


def _highest(scale: Scale, number: int) -> int:
    """Only the last item of the screener has a third answer."""
    return scale.highest if scale.code is not ScaleCode.CSSRS or number == scale.items else 1


def band_of(scale: Scale, score: int) -> Band | None:
    """The band in which a score lies."""
    return next((band for lowest, band in reversed(scale.bands) if score >= lowest), None)


def scored(scale: Scale, items: Items) -> Scored:
    """The score of answers within the range."""
    if scale.code is ScaleCode.CSSRS:
        return _screened(items)
    answered = [item for item in items if item is not None]
    missing = len(items) - len(answered)
    if missing > scale.most_missing or not answered:
        return Scored(None, ScoreStatus.INCOMPLETE, None)
    # Half up, in whole numbers: the mean of the answered items for each item.
    total = (2 * sum(answered) * scale.items + len(answered)) // (2 * len(answered))
    score = total * scale.factor
    return Scored(score, ScoreStatus.COMPLETE, band_of(scale, score), prorated=missing > 0)


def _screened(items: Items) -> Scored:
    """The screener: questions 3 to 5 are asked only after a yes to question 2."""
    asked = range(6) if items[1] else (0, 1, 5)
    level = triage(items)
    if any(items[n] is None for n in asked):
        # What was answered counts at once; a level below the highest could still rise.
        return Scored(None, ScoreStatus.INCOMPLETE, level if level is Band.TRIAGE_HIGH else None)
    return Scored(_TRIAGE.index(level), ScoreStatus.COMPLETE, level)


def triage(items: Items) -> Band:
    """High: 4, 5, or behavior within three months; moderate: 3, or behavior long ago; low: 1 or 2."""
    wish, thoughts, method, intent, plan, behavior = (item or 0 for item in items)
    if intent or plan or behavior >= LATELY:
        return Band.TRIAGE_HIGH
    if method or behavior == EVER:
        return Band.TRIAGE_MODERATE
    return Band.TRIAGE_LOW if wish or thoughts else Band.TRIAGE_NONE


def depressive_syndrome(items: Items) -> str | None:
    """The PHQ-9 algorithm, MAJOR or OTHER; secondary, never shown as a diagnosis. None when an item is missing."""
    if any(item is None for item in items):
        return None
    given = [item or 0 for item in items]
    present = sum(item >= _PRESENT for item in given[:8]) + (given[8] >= 1)
    core = given[0] >= _PRESENT or given[1] >= _PRESENT
    if not core or present < _OTHER:
        return None
    return "MAJOR" if present >= _MAJOR else "OTHER"


def check_raise(scale: ScaleCode, items: Items, raised_to: Band | None, reason: str | None) -> Band | None:
    """A person's own reading of the triage, kept where it is higher than the rule's.

    Raises ``Invalid`` for a lower one, for one without a reason, and for scales without a triage.
    """
    if raised_to is None:
        return None
    if scale is not ScaleCode.CSSRS or raised_to not in _TRIAGE:
        raise Invalid(Problem("raised_to", "NO_TRIAGE"))
    if _TRIAGE.index(raised_to) < _TRIAGE.index(triage(items)):
        raise Invalid(Problem("raised_to", "ONLY_UPWARD"))
    if raised_to is triage(items):
        return None
    if not reason:
        raise Invalid(Problem("raise_reason", "REQUIRED"))
    return raised_to
