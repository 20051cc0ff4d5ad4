"""T11 at the endpoint: whoever takes shown totals from each other is left with rounded counts; of hiding alone, with the truth."""

import random
from collections.abc import Mapping, Sequence

import pytest

from coord.work.engine import Database
from tests.disclosure.attack import AT_ONCE, FIGURES, Ask, document
from tests.disclosure.control import Hiding
from tests.disclosure.endpoint import TARGETS, one_look, sponsor, truth
from tests.disclosure.world import lay, publish

pytestmark = pytest.mark.anyio
BASE, PAIRS = 3, 40
_FIGURE = "referralsClosedLoop"


async def differences(ask: Ask, pairs: int = PAIRS, seed: int = 2) -> Sequence[set[int]]:
    """For each hospital what all pairs of slices leave of it that differ in this hospital alone."""
    chance = random.Random(seed)  # noqa: S311  an attack that can be repeated
    slices: list[tuple[int, list[int]]] = []
    for _ in range(pairs):
        for one in range(len(TARGETS)):
            others = [n for n in range(len(TARGETS)) if n != one and chance.random() < 0.5]
            slices += [(one, [*others, one]), (one, others)]
    totals = [total for at in range(0, len(slices), AT_ONCE) for total in await _totals(ask, slices[at : at + AT_ONCE])]
    found: list[set[int]] = [set() for _ in TARGETS]
    for place in range(0, len(slices), 2):
        with_it, without = totals[place], totals[place + 1]
        if with_it is not None and without is not None:
            found[slices[place][0]].add(with_it - without)
    return found


async def _totals(ask: Ask, slices: Sequence[tuple[int, Sequence[int]]]) -> Sequence[int | None]:
    variables: dict[str, Sequence[str]] = {}
    for n, (_, chosen) in enumerate(slices):
        variables |= {f"h{n}": [TARGETS[i].id for i in chosen], f"g{n}": []}
    data = await ask(document(len(slices), with_rows=False), variables)
    return [data[f"a{n}"]["total"][_FIGURE]["value"] for n in range(len(slices))]


def true_counts_behind(rounded: int) -> range:
    """The true counts that a rounded one can come from: 0 from 0 to 2, else two less to two more."""
    return range(max(0, rounded - BASE + 1), rounded + BASE)


async def test_t11_what_is_left_of_a_hidden_cell_is_its_rounded_count(database: Database) -> None:
    """However many pairs are asked, each leaves the same multiple of three, with at least three true counts behind it."""
    await lay()
    await publish()
    true, look = (await truth())[_FIGURE], (await one_look())[_FIGURE]
    hidden = [n for n, value in enumerate(look) if 0 < value < 5]
    assert hidden
    async with sponsor() as ask:
        found = await differences(ask)
    assert found == [{value} for value in look]
    for n, value in enumerate(look):
        assert value % BASE == 0
        assert true[n] in true_counts_behind(value)
        assert len(true_counts_behind(value)) >= BASE
    assert any(look[n] != true[n] for n in hidden)


async def test_t11_the_same_subtraction_names_every_count_of_a_server_that_only_hides(database: Database) -> None:
    await lay()
    await publish()
    true: Mapping[str, Sequence[int]] = await truth()
    hiding = Hiding(TARGETS, true)
    assert set(FIGURES) == set(true)
    assert await differences(hiding.ask) == [{value} for value in true[_FIGURE]]
