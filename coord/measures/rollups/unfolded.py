"""What changes add to the same figures that are not folded yet. Pure."""

from collections.abc import Iterator, Sequence
from typing import Any

from coord.measures.dimensions import Dimension
from coord.measures.rollups.asking import Added, Asked, Rollups
from coord.measures.rollups.rules import Along, Cell
from coord.programs.quarters import months_of, quarter_of_month


def unfolded(held: Rollups, asked: Asked) -> Iterator[Added]:
    """What waits to be folded of the measures that are asked for."""
    yield from _sums(held, asked)
    for name in asked.distinct:
        yield from _pairs(held, asked, name)
    if asked.people:
        yield from _people(held, asked)


def _key_of(cell: Cell, held: Rollups, asked: Asked) -> Sequence[Any]:
    parts = {
        Dimension.HOSPITAL: cell.place_id,
        Dimension.MONTH: cell.month,
        Dimension.QUARTER: quarter_of_month(cell.month),
        Dimension.PROVINCE: held.provinces.get(cell.place_id),
    }
    return [parts.get(dimension, cell.key) for dimension in asked.dimensions]


def _is_asked(cell: Cell, held: Rollups, along: Along) -> bool:
    return cell.along is along and held.first <= cell.month <= held.last


def _sums(held: Rollups, asked: Asked) -> Iterator[Added]:
    for cell, values in held.waiting.sums.items():
        if _is_asked(cell, held, asked.along) and held.is_at(cell.place_id):
            key = asked.plain(_key_of(cell, held, asked))
            yield from (Added(key, name, values[name]) for name in asked.sums if values[name])


def _counts_once(month: str, previous: str, held: Rollups, asked: Asked) -> bool:
    """Whether a pair counts a thing once for each cell."""
    if Dimension.MONTH in asked.dimensions or previous < held.first:
        return True
    return Dimension.QUARTER in asked.dimensions and previous < months_of(quarter_of_month(month))[0]


def _pairs(held: Rollups, asked: Asked, name: str) -> Iterator[Added]:
    single, program_id = held.single(asked.dimensions), held.program.id
    for (cell, previous), value in held.waiting.pairs.get(name, {}).items():
        is_hospital = cell.place_id != program_id and held.is_at(cell.place_id)
        is_place = is_hospital if single is None else cell.place_id == single
        if (
            value
            and is_place
            and _is_asked(cell, held, asked.along)
            and _counts_once(cell.month, previous, held, asked)
        ):
            yield Added(asked.plain(_key_of(cell, held, asked)), name, value)


def _people(held: Rollups, asked: Asked) -> Iterator[Added]:
    along = Along.MET if held.sight.is_whole else Along.NOTHING
    for (cell, previous), value in held.waiting.pairs.get("persons", {}).items():
        is_hospital = cell.place_id != held.program.id and held.is_at(cell.place_id)
        if value and is_hospital and _is_asked(cell, held, along) and previous < held.first:
            yield from asked.met(_key_of(cell, held, asked), value, is_new=not previous)
