"""A figure as numerator over denominator: it is added up as sum over sum and never passes through a float."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Quantity:
    """``numerator`` of ``denominator``; a count has the denominator 1, a rate without a whole has 0."""

    numerator: int
    denominator: int = 1

    @property
    def value(self) -> Fraction | None:
        """The exact value; None without a whole: not 0 and not 100 percent (M9)."""
        return Fraction(self.numerator, self.denominator) if self.denominator else None


def ratio_of_sums(parts: Iterable[Quantity]) -> Quantity:
    """The rate of several places together: sum over sum, never a mean of rates (M8)."""
    held = list(parts)
    return Quantity(sum(one.numerator for one in held), sum(one.denominator for one in held))


def total(parts: Iterable[Quantity]) -> Quantity:
    """The count of several places together. Raises ``ValueError`` for a rate: rates are no counts."""
    held = list(parts)
    if any(one.denominator != 1 for one in held):
        raise ValueError("a rate is not summed like a count")
    return Quantity(sum(one.numerator for one in held))


def progress(actual: Quantity | None, baseline: Quantity | None, target: Quantity | None) -> Fraction | None:
    """(actual - baseline) / (target - baseline), not capped; falling indicators need no case of their own.

    None where a part is missing or has no whole, and where target and baseline are the same.
    """
    parts = [None if one is None else one.value for one in (actual, baseline, target)]
    now, start, end = parts
    if now is None or start is None or end is None or start == end:
        return None
    return (now - start) / (end - start)


def capped(share: Fraction | None) -> Fraction:
    """A progress as the length of a bar: between 0 and 1; nothing known is no bar."""
    return Fraction(0) if share is None else min(Fraction(1), max(Fraction(0), share))
