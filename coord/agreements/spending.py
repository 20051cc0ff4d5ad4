"""What was spent for which purpose, as it may be published: no sum that is one or two people's pay."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.agreements.codes import BudgetCategory, EntryKind
from coord.agreements.machine import BEFORE_SIGNATURE
from coord.agreements.reads import allocations_of
from coord.agreements.tables import Agreement, BudgetLine, LedgerEntry
from coord.kernel.sql import select
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class Spending:
    """Minor units spent on a purpose in one currency; for posts, what each post or line adds (``parts``)."""

    currency: str
    category: BudgetCategory
    amount: int
    parts: Sequence[int] = ()


@read("agreement.list")
async def spending_of(unit: Unit, program_id: UUID, until: date) -> Sequence[Spending]:
    """Expenditures of a program's signed agreements up to a day, by currency and purpose. Two statements."""
    statement = (
        select(Agreement.currency, BudgetLine.category, BudgetLine.id, func.sum(LedgerEntry.amount))
        .join(LedgerEntry, col(LedgerEntry.agreement_id) == col(Agreement.id))
        .join(BudgetLine, col(BudgetLine.id) == col(LedgerEntry.budget_line_id))
        .where(
            col(Agreement.program_id) == program_id,
            col(Agreement.state).not_in(BEFORE_SIGNATURE),
            col(LedgerEntry.kind) == EntryKind.EXPENDITURE,
            col(LedgerEntry.booked_on) <= until,
        )
        .group_by(col(Agreement.currency), col(BudgetLine.category), col(BudgetLine.id))
        .order_by(col(BudgetLine.id))
    )
    rows = list(map(tuple, await unit.rows(statement)))
    shares = await allocations_of(unit, [line for _, category, line, _ in rows if category is BudgetCategory.POST])
    return _added(rows, shares)


def _added(rows: Sequence[tuple[Any, ...]], shares: Mapping[UUID, Sequence[Any]]) -> Sequence[Spending]:
    """Lines of one purpose together; a line for posts is split among them as it is allocated."""
    amounts: dict[tuple[str, BudgetCategory], int] = defaultdict(int)
    parts: dict[tuple[str, BudgetCategory], list[int]] = defaultdict(list)
    for currency, category, line, amount in rows:
        key = (currency, BudgetCategory(category))
        amounts[key] += int(amount)
        parts[key] += _split(int(amount), [one.amount for one in shares.get(line, ())])
    order = list(BudgetCategory)
    return [
        Spending(currency, category, amounts[currency, category], parts[currency, category])
        for currency, category in sorted(amounts, key=lambda key: (key[0], order.index(key[1])))
    ]


def _split(amount: int, shares: Sequence[int]) -> Sequence[int]:
    whole = sum(shares)
    return [amount] if not whole else [amount * one // whole for one in shares]
