"""Budget lines with what is allocated and spent of them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from coord.agreements.rules import share
from coord.agreements.tables import Allocation, BudgetLine


@dataclass(frozen=True, slots=True)
class AllocationView:
    """A part of a line: for which place, how much."""

    place: str
    is_post: bool
    amount: int


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as it holds now, with what is allocated and spent of it, also on the lines that it replaced."""

    row: BudgetLine
    place: str | None
    allocations: Sequence[AllocationView]
    spent: int
    is_replaced: bool

    @property
    def allocated(self) -> int:
        """How much of it is for somebody."""
        return sum(one.amount for one in self.allocations)

    @property
    def spent_share(self) -> Fraction | None:
        """What is spent of it."""
        return share(self.spent, self.row.amount)


def line_views(
    rows: Sequence[BudgetLine],
    parts: Mapping[UUID, Sequence[Allocation]],
    spent: Mapping[UUID, int],
    names: Mapping[UUID, str],
) -> Sequence[LineView]:
    """Every line; ``names`` knows hospitals, and the hospitals of posts under the posts' ids."""
    replaced = {one.replaces_id for one in rows}
    known = {one.id: one for one in rows}
    return [
        LineView(
            row,
            None if row.hospital_id is None else names.get(row.hospital_id),
            [_allocation(one, names) for one in parts.get(row.id, ())],
            sum(spent.get(one, 0) for one in _chain(row, known)),
            row.id in replaced,
        )
        for row in rows
    ]


def _chain(row: BudgetLine, known: Mapping[UUID, BudgetLine]) -> Sequence[UUID]:
    """A line and those that it replaced."""
    found, here = [row.id], row.replaces_id
    while here is not None and here in known:
        found.append(here)
        here = known[here].replaces_id
    return found


def _allocation(one: Allocation, names: Mapping[UUID, str]) -> AllocationView:
    place = one.placement_id or one.hospital_id
    return AllocationView("" if place is None else names.get(place, ""), one.placement_id is not None, one.amount)
