"""Answers do not depend on what the viewer may not see; planted leaks are found."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from coord.clients import ClientCard, actions, find_clients
from coord.clients.codes import ConsentState, Gender
from coord.kernel.errors import Conflict, Problem
from coord.work.listing import Listing
from tests.conftest import DATABASES
from tests.interference.hidden import FOREIGN
from tests.interference.worlds import PRESENT, difference
from tests.world import NORTH, PROGRAM_ID, fixed
from web import clients as page

pytestmark = pytest.mark.anyio

PAIRS = 38
"""For each of eight viewers: 304 pairs of worlds on each database."""
WITHIN = 300


@pytest.fixture(params=DATABASES)
def template(request: pytest.FixtureRequest) -> str:
    """The cast's world, to be copied or rolled back."""
    if request.param == "sqlite":
        return f"sqlite:///{request.getfixturevalue('sqlite_template')}"
    return str(request.getfixturevalue("postgres_template"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("viewer", FOREIGN)
async def test_no_answer_depends_on_invisible_rows(template: str, tmp_path: Path, viewer: str) -> None:
    for seed in range(PAIRS):
        assert await difference(template, tmp_path, viewer, seed) is None


def _count_of_all_rows(patch: pytest.MonkeyPatch) -> None:
    whole = Listing.total

    async def total(self: Listing, unit: Any, where: Any) -> int:
        return await whole(self, unit, where) + PRESENT.clients

    patch.setattr(Listing, "total", total)


def _error_naming_a_foreign_code(patch: pytest.MonkeyPatch) -> None:
    put = actions._put  # noqa: SLF001 - a leak is planted where it would arise

    async def unique_everywhere(unit: Any, client: Any, codes: Any) -> None:
        tried = list(codes)
        if tried and tried[0] in PRESENT.codes:
            raise Conflict(Problem("code", "CODE_TAKEN"))
        await put(unit, client, tried)

    patch.setattr(actions, "_put", unique_everywhere)


def _cache_without_the_actor(patch: pytest.MonkeyPatch) -> None:
    async def cached(unit: Any, search: str, **options: Any) -> Any:
        if search in PRESENT.names:
            known = (Gender.UNKNOWN, 1980, None, None, ConsentState.GIVEN, NORTH, PROGRAM_ID)
            return [ClientCard(fixed("cached"), "X", search, *known)]
        return await find_clients(unit, search, **options)

    patch.setattr(page, "find_clients", cached)


def _one_number_for_all(patch: pytest.MonkeyPatch) -> None:
    next_codes = actions._next_codes  # noqa: SLF001 - a leak is planted where it would arise

    async def one_sequence(unit: Any, hospital: Any) -> Iterator[str]:
        codes = await next_codes(unit, hospital)
        for _ in range(PRESENT.clients):
            next(codes)
        return codes

    patch.setattr(actions, "_next_codes", one_sequence)


LEAKS: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (
    _count_of_all_rows, _error_naming_a_foreign_code, _cache_without_the_actor, _one_number_for_all,
)  # fmt: skip


@pytest.mark.timeout(600)
@pytest.mark.parametrize("plant", LEAKS, ids=lambda leak: leak.__name__.strip("_"))
async def test_a_planted_leak_is_found(
    template: str, tmp_path: Path, plant: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    found = None
    for seed in range(WITHIN):
        found = found or await difference(template, tmp_path, "sam", seed)
        if found:
            break
    assert found is not None
