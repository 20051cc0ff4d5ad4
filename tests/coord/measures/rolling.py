"""Figures from the rollups beside the same figures counted from the rows."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from coord.access import Actor
from coord.measures import MeasureQuery, measure_table
from coord.measures.rollups import making
from coord.work import begin

_reads: Any = import_module("coord.measures.reads")
Figures = Mapping[Any, Mapping[str, int]]


@contextmanager
def by_rows() -> Iterator[None]:
    """As long as the block lasts nothing is kept ready."""
    kept = _reads.program_and_rollups

    async def none(*given: Any) -> tuple[Any, None]:
        return (await kept(*given))[0], None

    _reads.program_and_rollups = none
    try:
        yield
    finally:
        _reads.program_and_rollups = kept


@contextmanager
def watched() -> Iterator[list[bool]]:
    """Whether each question of the block found something ready."""
    kept, found = _reads.program_and_rollups, list[bool]()

    async def asked(*given: Any) -> Any:
        program, held = await kept(*given)
        found.append(held is not None)
        return program, held

    _reads.program_and_rollups = asked
    try:
        yield found
    finally:
        _reads.program_and_rollups = kept


async def answer(actor: Actor, query: MeasureQuery) -> Figures:
    """Every cell by its key, and the total under ()."""
    async with begin(actor, read_only=True) as unit:
        table = await measure_table(unit, query)
    cells: dict[Any, Mapping[str, int]] = {tuple(v.key for v in row.key): row.figures for row in table.rows}
    assert len(cells) == len(table.rows), "a key stands twice"
    return {**cells, None: table.total}


async def agree(actor: Actor, query: MeasureQuery) -> bool:
    """Whether a question was answered by what is kept ready; fails where the rows say something else."""
    with watched() as found:
        ready = await answer(actor, query)
    with by_rows():
        counted = await answer(actor, query)
    assert ready == counted, (actor.name, query)
    return any(found)


async def caught_up() -> None:
    """Everything is made and folded."""
    await making.keep_up()
