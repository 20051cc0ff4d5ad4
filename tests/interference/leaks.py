"""Leaks planted where they would arise; each must be found within three hundred pairs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Select

from coord.clients import ClientCard, actions, find_clients
from coord.clients.codes import ConsentState, Gender
from coord.kernel.errors import Conflict, NotFound, Problem
from coord.work.listing import Listing
from coord.work.unit import Unit
from tests.interference.worlds import PRESENT
from tests.world import NORTH, PROGRAM_ID, fixed
from web import clients as page

Plant = Callable[[pytest.MonkeyPatch], None]


def count_over_all_rows(patch: pytest.MonkeyPatch) -> None:
    """A list says how many rows there are, whoever asks."""
    whole = Listing.total

    async def total(self: Listing, unit: Any, where: Any) -> int:
        return await whole(self, unit, where) + len(PRESENT.codes)

    patch.setattr(Listing, "total", total)


def error_naming_a_foreign_code(patch: pytest.MonkeyPatch) -> None:
    """What is not found is told apart: some of it is somebody else's."""
    find = Unit.find

    async def tell(self: Unit, model: Any, key: Any) -> Any:
        try:
            return await find(self, model, key)
        except NotFound:
            known = dict(zip(PRESENT.ids, PRESENT.codes, strict=True))
            if key in known:
                raise Conflict(Problem("code", known[key])) from None
            raise

    patch.setattr(Unit, "find", tell)


def cache_without_the_actor(patch: pytest.MonkeyPatch) -> None:
    """A search remembers what others found."""

    async def cached(unit: Any, search: str, **options: Any) -> Any:
        if search in PRESENT.codes:
            known = (Gender.UNKNOWN, 1980, None, None, ConsentState.GIVEN, NORTH, PROGRAM_ID)
            return [ClientCard(fixed("cached"), "X", search, *known)]
        return await find_clients(unit, search, **options)

    patch.setattr(page, "find_clients", cached)


def one_sequence_in_a_visible_code(patch: pytest.MonkeyPatch) -> None:
    """Codes are numbered through all hospitals."""
    next_codes = actions.next_codes

    async def one_sequence(unit: Any, hospital: Any) -> Iterator[str]:
        codes = await next_codes(unit, hospital)
        for _ in PRESENT.codes:
            next(codes)
        return codes

    patch.setattr(actions, "next_codes", one_sequence)


def order_without_tie_break(patch: pytest.MonkeyPatch) -> None:
    """Rows that sort alike come as they lie in the table, which foreign rows around them decide."""

    def careless(self: Listing, statement: Select[Any]) -> Select[Any]:
        keys = [sort.column.desc() if self.descending else sort.column.asc() for sort in self.order[:-1]]
        last = self.order[-1].column
        return statement.order_by(*keys, last.desc() if len(PRESENT.rows) % 2 else last.asc())

    def unkept(self: Listing, wanted: Any, first: int) -> Select[Any]:
        return self._sorted(self.select(wanted, *self._sort_values())).limit(first + 1)

    patch.setattr(Listing, "_sorted", careless)
    patch.setattr(Listing, "_ordered", unkept)


def unique_across_organizations(patch: pytest.MonkeyPatch) -> None:
    """A code that anybody has is taken for everybody."""
    put = actions._put  # noqa: SLF001 - a leak is planted where it would arise

    async def unique_everywhere(unit: Any, client: Any, codes: Any) -> None:
        tried = list(codes)
        if tried and tried[0] in PRESENT.codes:
            raise Conflict(Problem("code", "CODE_TAKEN"))
        await put(unit, client, tried)

    patch.setattr(actions, "_put", unique_everywhere)


LEAKS: tuple[tuple[Plant, str], ...] = (
    (count_over_all_rows, "sam"),
    (error_naming_a_foreign_code, "sam"),
    (cache_without_the_actor, "sam"),
    (one_sequence_in_a_visible_code, "sam"),
    (order_without_tie_break, "sam"),
    (unique_across_organizations, "sam"),
)
"""Each with somebody before whom it shows."""
