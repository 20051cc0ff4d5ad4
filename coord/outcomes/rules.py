"""Outcome rules: functions of scores, never of rows. Pure; every comparison is of whole numbers or exact fractions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from coord.outcomes.codes import ChangeClass
from coord.outcomes.scales import GAD7, PHQ9, Scale

REMITTED_BELOW = 5
_TENTHS = 1000
_FEWEST_PAIRS = 2


def is_response(start: int, end: int) -> bool | None:
    """At least half of the start score gone; None for a start score of 0."""
    return None if start == 0 else 2 * (start - end) >= start


def is_remission(end: int) -> bool:
    """PHQ-9 below 5."""
    return end < REMITTED_BELOW


def is_relapse(lowest_since: int, now: int) -> bool:
    """The program's own definition: at caseness again, and reliably above the lowest score since remission."""
    return now >= (PHQ9.caseness or 0) and now - lowest_since >= (PHQ9.reliable_change or 0)


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """Jacobson and Truax: the error of measurement, of a difference, and the change that exceeds chance."""

    error: float
    error_of_difference: float
    threshold: float


def reliable_change(deviation: float, reliability: float, z: float = 1.96) -> ReliableChange:
    """From the standard deviation and the reliability of an instrument."""
    error = deviation * math.sqrt(1 - reliability)
    of_difference = error * math.sqrt(2)
    return ReliableChange(error, of_difference, z * of_difference)


@dataclass(frozen=True, slots=True)
class Pair:
    """The first and the last complete score of one measure in a course; None where there is none."""

    start: int | None
    end: int | None

    @property
    def is_paired(self) -> bool:
        """Whether both exist."""
        return self.start is not None and self.end is not None

    def moved(self, scale: Scale) -> int:
        """1 reliably better, -1 reliably worse, 0 neither; lower scores are better."""
        if self.start is None or self.end is None:
            return 0
        fallen, least = self.start - self.end, scale.reliable_change or 0
        return (fallen >= least) - (-fallen >= least)


@dataclass(frozen=True, slots=True)
class Course:
    """The two measures of one finished course of treatment."""

    phq9: Pair
    gad7: Pair

    @property
    def at_caseness(self) -> bool | None:
        """At least one start score at its cut-point; None when a missing one could decide otherwise."""
        starts = ((self.phq9.start, PHQ9.caseness or 0), (self.gad7.start, GAD7.caseness or 0))
        if any(start is not None and start >= cut for start, cut in starts):
            return True
        return None if any(start is None for start, _ in starts) else False

    @property
    def is_paired(self) -> bool:
        """Whether both measures have both scores."""
        return self.phq9.is_paired and self.gad7.is_paired

    @property
    def change(self) -> ChangeClass:
        """One better and one worse is no change."""
        if not self.is_paired:
            return ChangeClass.UNCLASSIFIABLE
        moves = {self.phq9.moved(PHQ9), self.gad7.moved(GAD7)}
        if 1 in moves and -1 not in moves:
            return ChangeClass.IMPROVED
        if -1 in moves and 1 not in moves:
            return ChangeClass.DETERIORATED
        return ChangeClass.NO_CHANGE

    @property
    def recovered(self) -> bool:
        """At caseness at the start, and both end scores below their cut-points."""
        if not self.at_caseness or self.phq9.end is None or self.gad7.end is None:
            return False
        return self.phq9.end < (PHQ9.caseness or 0) and self.gad7.end < (GAD7.caseness or 0)

    @property
    def reliably_recovered(self) -> bool:
        """Recovered and reliably improved: two facts, either of which may hold alone."""
        return self.recovered and self.change is ChangeClass.IMPROVED


@dataclass(frozen=True, slots=True)
class Rate:
    """A share as its two counts; it is never stored or added up as a percentage."""

    numerator: int
    denominator: int

    def __add__(self, other: "Rate") -> "Rate":
        """Of both together: sums over sums."""
        return Rate(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def tenths(self) -> int | None:
        """The percentage in tenths, rounded once, half up; None without a denominator."""
        if self.denominator == 0:
            return None
        return (2 * _TENTHS * self.numerator + self.denominator) // (2 * self.denominator)

    @property
    def percent(self) -> str | None:
        """With one decimal."""
        return None if self.tenths is None else f"{self.tenths // 10}.{self.tenths % 10}"


def recovery_denominator(finished: int, not_at_caseness: int) -> int:
    """Finished courses less those not at caseness: those of which nobody can say stay in."""
    return finished - not_at_caseness


def effect_size(pairs: Sequence[tuple[int, int]], *, higher_is_better: bool = False) -> float | None:
    """(mean start - mean end) / standard deviation of the start scores, by n.

    None for fewer than two pairs or without spread.
    """
    if len(pairs) < _FEWEST_PAIRS:
        return None
    starts = [Fraction(start) for start, _ in pairs]
    mean = sum(starts, Fraction(0)) / len(starts)
    variance = sum(((start - mean) ** 2 for start in starts), Fraction(0)) / len(starts)
    if variance == 0:
        return None
    fallen = sum((Fraction(start - end) for start, end in pairs), Fraction(0)) / len(pairs)
    size = float(fallen) / math.sqrt(variance)
    return -size if higher_is_better else size


@dataclass(frozen=True, slots=True)
class Results:
    """What a number of finished courses come to; each rate with its own denominator."""

    courses: Sequence[Course]

    def changed(self, change: ChangeClass) -> Rate:
        """The share of one class among all finished courses."""
        return Rate(sum(course.change is change for course in self.courses), len(self.courses))

    @property
    def paired(self) -> Rate:
        """How complete the measurement is: to be read beside every other rate."""
        return Rate(sum(course.is_paired for course in self.courses), len(self.courses))

    @property
    def for_recovery(self) -> int:
        """The denominator of both kinds of recovery."""
        return recovery_denominator(len(self.courses), sum(c.at_caseness is False for c in self.courses))

    @property
    def recovery(self) -> Rate:
        """Recovered."""
        return Rate(sum(course.recovered for course in self.courses), self.for_recovery)

    @property
    def reliable_recovery(self) -> Rate:
        """Reliably recovered."""
        return Rate(sum(course.reliably_recovered for course in self.courses), self.for_recovery)
