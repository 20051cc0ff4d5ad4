"""Which spending a draft may name. Pure."""

from collections.abc import Sequence

from coord.agreements.codes import BudgetCategory
from coord.agreements.spending import Spending
from coord.releases.parameters import Parameters
from coord.releases.protecting import is_dominated


def is_pay_of_few(one: Spending, how: Parameters) -> bool:
    """Whether a sum for posts is mostly one or two people's pay (p% rule and NK rule)."""
    return one.category is BudgetCategory.POST and is_dominated(one.parts, 0, how.p_percent, how.nk_percent)


def named_sums(found: Sequence[Spending], how: Parameters) -> Sequence[tuple[Spending, int | None]]:
    """Each purpose with its sum, or None where that is the pay of few."""
    return [(one, None if is_pay_of_few(one, how) else one.amount) for one in found]


def totals(named: Sequence[tuple[Spending, int | None]]) -> Sequence[tuple[str, int]]:
    """The sum of each currency of which nothing is held back: from a total the rest could be worked out."""
    silent = {one.currency for one, amount in named if amount is None}
    currencies = dict.fromkeys(one.currency for one, _ in named)
    return [
        (currency, sum(one.amount for one, _ in named if one.currency == currency))
        for currency in currencies
        if currency not in silent
    ]
