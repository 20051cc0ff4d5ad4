"""What blocks a payment, how money adds up, when the law wants something published. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from coord.agreements.codes import Comparison, ConditionKind, ConditionState, DisclosureKind, EntryKind, TrancheState
from coord.agreements.machine import MET, UNPAID
from coord.kernel.errors import Problem
from coord.kernel.quantity import Quantity
from coord.kernel.workdays import same_month_day_after

PROGRESS_MONTHS, FINAL_MONTHS, RELATED_DAYS, LONG_MONTHS = 3, 3, 30, 6
REMIND_DAYS = 14
"""Charity Law and the measures for disclosure: progress of a project of more than six months every three months, the
final report within three months of its end, gifts of and grants to related parties within thirty days."""
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Totals:
    """The money of an agreement, in minor units; derived from the ledger and the tranches, stored nowhere."""

    committed: int = 0
    paid: int = 0
    open: int = 0
    spent: int = 0

    @property
    def remaining(self) -> int:
        """What is neither paid nor promised by a tranche; below zero where tranches promise too much."""
        return self.committed - self.paid - self.open


def totals(committed: int, entries: Mapping[EntryKind, int], tranches: Mapping[TrancheState, int]) -> Totals:
    """The money of an agreement from the sums of its entries and tranches."""
    paid = entries.get(EntryKind.DISBURSEMENT, 0) - entries.get(EntryKind.REFUND, 0)
    promised = sum(amount for state, amount in tranches.items() if state in UNPAID)
    return Totals(committed, paid, promised, entries.get(EntryKind.EXPENDITURE, 0))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A condition as a payment sees it."""

    kind: ConditionKind
    state: ConditionState


def unmet(conditions: Iterable[Waiting]) -> int:
    """How many conditions still block (M3)."""
    return sum(one.state not in MET for one in conditions)


@dataclass(frozen=True, slots=True)
class Earlier:
    """The tranche before: whether it is paid, what had been paid before it, its amount, what has been spent since."""

    state: TrancheState
    paid_before: int
    amount: int
    spent: int

    def spent_enough(self, percent: int) -> bool:
        """Whether enough of it is spent, what was paid earlier being spent first."""
        return (self.spent - self.paid_before) * HUNDRED >= percent * self.amount


def blocks_request(conditions: Sequence[Waiting], earlier: Earlier | None, percent: int) -> Iterator[Problem]:
    """Why a tranche cannot be asked for yet (M3, M5)."""
    still_open = unmet(conditions)
    if still_open:
        yield Problem("tranche", "CONDITIONS_OPEN", {"number": still_open})
    if earlier is None:
        return
    if earlier.state is not TrancheState.PAID:
        yield Problem("tranche", "EARLIER_UNPAID")
        return
    if not any(one.kind is ConditionKind.REPORT for one in conditions):
        yield Problem("tranche", "NO_REPORT_ASKED")
    if not earlier.spent_enough(percent):
        yield Problem("tranche", "SPENT_TOO_LITTLE", {"percent": percent})


def overpays(totals_now: Totals, amount: int) -> bool:
    """Whether a payment would exceed what is committed (M1)."""
    return totals_now.paid + amount > totals_now.committed


def reaches(actual: Quantity, comparison: Comparison, threshold: Quantity) -> bool | None:
    """Whether an indicator's figure is where a condition wants it; None without a whole."""
    if actual.value is None or threshold.value is None:
        return None
    if comparison is Comparison.AT_LEAST:
        return actual.value >= threshold.value
    return actual.value <= threshold.value


def share(part: int, whole: int) -> Fraction | None:
    """A part of a whole; None without one."""
    return Fraction(part, whole) if whole else None


@dataclass(frozen=True, slots=True)
class Due:
    """Something that the law wants published by a day."""

    kind: DisclosureKind
    due_on: date


def progress_due(starts_on: date, ends_on: date | None, last_published: date | None) -> Due | None:
    """The next progress report of a long project: three months after the last one, or after the start.

    None for a project of at most six months, and where it ends before: then the final report comes.
    """
    if ends_on is not None and ends_on <= same_month_day_after(starts_on, LONG_MONTHS):
        return None
    due = same_month_day_after(last_published or starts_on, PROGRESS_MONTHS)
    return None if ends_on is not None and due >= ends_on else Due(DisclosureKind.PROGRESS, due)


def final_due(ends_on: date) -> Due:
    """The full results and the use of money, within three months after the end."""
    return Due(DisclosureKind.FINAL, same_month_day_after(ends_on, FINAL_MONTHS))


def related_due(happened_on: date) -> Due:
    """A gift of, or a grant to, a related party."""
    return Due(DisclosureKind.RELATED_PARTY, happened_on + timedelta(days=RELATED_DAYS))


def reminder_on(due_on: date, today: date) -> date | None:
    """The day since which somebody is to be told of what is due: two weeks before it, and once more when it is over.

    None while it is early. Whoever was told since that day is told no more; a day without a job loses nothing.
    """
    over = due_on + timedelta(days=1)
    if today >= over:
        return over
    soon = due_on - timedelta(days=REMIND_DAYS)
    return soon if today >= soon else None
