"""Figures from sums and pairs, with what waits to be folded: what the rows say, at a cost that does not grow with them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_
from sqlmodel import col

from coord.kernel.sql import counting, select
from coord.measures.dimensions import Dimension, place, quarter_of
from coord.measures.facts import SOURCES, Facts, Measure
from coord.measures.inputs import MeasureQuery
from coord.measures.rollups.covering import Sight, along_of, edges, holds, sight_of
from coord.measures.rollups.making import is_made
from coord.measures.rollups.rules import Along, Cell, Difference, month_name
from coord.measures.rollups.streams import STREAMS
from coord.measures.rollups.tables import MeasurePair, MeasureSum
from coord.measures.rollups.waiting import waiting
from coord.organizations.tables import Organization
from coord.programs import ProgramFacts
from coord.programs.quarters import months_of, quarter_of_month
from coord.work import Unit

MOST_WAITING = 2000
"""Beyond so many changes that are not folded, counting the rows is cheaper."""
Key = tuple[Any, ...]
Found = Iterator[tuple[Key, str, int]]
"""The key of a cell, a measure, and what it adds there."""
_NEW, _RETURNING = "new_persons", "returning_persons"


@dataclass(frozen=True, slots=True)
class Rollups:
    """What is kept ready of a program, as somebody sees it who asks for some months."""

    program: ProgramFacts
    sight: Sight
    first: str
    last: str
    waiting: Difference
    provinces: Mapping[UUID, str | None]

    def holds(self, measure: Measure, dimensions: Sequence[Dimension]) -> bool:
        """Whether a measure's figures by these dimensions are here."""
        return holds(measure.facts, measure.distinct is not None, dimensions, self.sight)


async def rollups_for(
    unit: Unit, program: ProgramFacts, query: MeasureQuery, facts: Collection[Facts], dimensions: Sequence[Dimension]
) -> Rollups | None:
    """The rollups for a query; None where the rows have to be counted.

    A unit that writes counts rows: it may have changed them, and sees no one moment of the database.
    """
    wanted = [one for one in facts if one is Facts.PEOPLE or any(one in stream.facts for stream in STREAMS)]
    sight = sight_of(unit.actor, program.id, query.hospitals)
    if not wanted or not unit.read_only or sight is None or along_of(dimensions) is None:
        return None
    if not await is_made(unit, program) or await _has_edges(unit, program.id, query, wanted, sight):
        return None
    seen = None if sight.is_whole else sight.hospitals
    found = await waiting(unit, program, MOST_WAITING, hospitals=seen, whole=True, streams=_streams(wanted))
    if found is None:
        return None
    changed = {cell.place_id for cell in found.difference.cells()} - {program.id}
    provinces = await _provinces(unit, changed) if Dimension.PROVINCE in dimensions else {}
    first, last = month_name(query.from_day), month_name(query.to_day)
    return Rollups(program, sight, first, last, found.difference, provinces)


def _streams(facts: Collection[Facts]) -> list[Any]:
    asked = {Facts.PRESENCE if one is Facts.PEOPLE else one for one in facts}
    return [stream for stream in STREAMS if asked.intersection(stream.facts)]


async def _has_edges(
    unit: Unit, program_id: UUID, query: MeasureQuery, facts: Collection[Facts], sight: Sight
) -> bool:  # fmt: skip
    """Whether anything is on days of the first or last month that were not asked for."""
    for days in edges(query):
        for one in {Facts.PRESENCE if one is Facts.PEOPLE else one for one in facts}:
            source = SOURCES[one]
            model: Any = source.model
            there = select(model.id).where(model.program_id == program_id, source.day.between(*days)).limit(1)
            if sight.hospitals is not None and not (sight.is_whole and Facts.PEOPLE in facts):
                there = there.where(model.hospital_id.in_(sight.hospitals))
            if await unit.scalar(counting(there)) is not None:
                return True
    return False


async def _provinces(unit: Unit, hospitals: Collection[UUID]) -> Mapping[UUID, str | None]:
    statement = select(Organization.id, Organization.province).where(col(Organization.id).in_(hospitals))
    return dict(map(tuple, await unit.rows(counting(statement)))) if hospitals else {}


async def figures(unit: Unit, held: Rollups, measures: Sequence[Measure], dimensions: Sequence[Dimension]) -> Found:
    """What measures add to cells by their dimensions; all of them must be held."""
    found: list[tuple[Key, str, int]] = []
    sums = [m for m in measures if m.distinct is None and m.facts is not Facts.PEOPLE]
    distinct = [m for m in measures if m.distinct is not None]
    people = [m for m in measures if m.facts is Facts.PEOPLE]
    along = along_of(dimensions) or Along.NOTHING
    if sums:
        names = [measure.name for measure in sums]
        found += await _stored_sums(unit, held, names, dimensions, along)
        found += _waiting_sums(held, names, dimensions, along)
    if distinct:
        found += await _pairs(unit, held, [m.name for m in distinct], dimensions, along)
    if people:
        found += await _people(unit, held, {m.name for m in people}, dimensions)
    return iter(found)


def _columns(model: Any, dimensions: Sequence[Dimension]) -> list[Any]:
    columns = {
        Dimension.HOSPITAL: model.place_id,
        Dimension.MONTH: model.month,
        Dimension.QUARTER: quarter_of(model.month),
        Dimension.PROVINCE: place.province,
    }
    return [columns.get(d, model.key).label(f"by_{d.lower()}") for d in dimensions]


def _plain(key: Sequence[Any], dimensions: Sequence[Dimension], *, is_split: bool = True) -> Key:
    """A key as rows of facts have it: None where nothing is said, ids of agencies."""

    def one(value: Any, dimension: Dimension) -> Any:
        if dimension is Dimension.AGENCY:
            return UUID(value) if value else None
        if dimension.value in Along.__members__:
            return (value or None) if is_split else None
        return value

    return tuple(one(value, dimension) for value, dimension in zip(key, dimensions, strict=True))


def _key_of(cell: Cell, held: Rollups, dimensions: Sequence[Dimension]) -> Sequence[Any]:
    parts = {
        Dimension.HOSPITAL: cell.place_id,
        Dimension.MONTH: cell.month,
        Dimension.QUARTER: quarter_of_month(cell.month),
        Dimension.PROVINCE: held.provinces.get(cell.place_id),
    }
    return [parts.get(dimension, cell.key) for dimension in dimensions]


def _stored(held: Rollups, model: Any, along: Along, statement: Any, dimensions: Sequence[Dimension]) -> Any:
    statement = statement.select_from(model).where(
        model.program_id == held.program.id, model.along == along.value, model.month.between(held.first, held.last)
    )
    if Dimension.PROVINCE in dimensions:
        statement = statement.outerjoin(place, place.id == model.place_id)
    return statement.group_by(*(f"by_{d.lower()}" for d in dimensions))


def _at(held: Rollups, model: Any) -> list[Any]:
    hospitals = held.sight.hospitals
    return [] if hospitals is None else [model.place_id.in_(hospitals)]


def _is_at(held: Rollups, place_id: UUID) -> bool:
    return held.sight.hospitals is None or place_id in held.sight.hospitals


async def _stored_sums(
    unit: Unit, held: Rollups, names: Sequence[str], dimensions: Sequence[Dimension], along: Along
) -> Found:
    keys = _columns(MeasureSum, dimensions)
    totals = [func.coalesce(func.sum(getattr(MeasureSum, name)), 0).label(f"sum_{name}") for name in names]
    statement = _stored(held, MeasureSum, along, select(*keys, *totals), dimensions).where(*_at(held, MeasureSum))
    cells = [(_plain(row[: len(keys)], dimensions), row[len(keys) :]) for row in await unit.rows(counting(statement))]
    return ((key, name, int(value)) for key, values in cells for name, value in zip(names, values, strict=True))


def _waiting_sums(held: Rollups, names: Sequence[str], dimensions: Sequence[Dimension], along: Along) -> Found:
    for cell, values in held.waiting.sums.items():
        if cell.along is along and held.first <= cell.month <= held.last and _is_at(held, cell.place_id):
            key = _plain(_key_of(cell, held, dimensions), dimensions)
            yield from ((key, name, values[name]) for name in names if values[name])


def _counts_once(held: Rollups, dimensions: Sequence[Dimension]) -> tuple[list[Any], Callable[[str, str], bool]]:
    """Which pairs count a thing once for each cell: as a condition, and for a month and the one before."""
    if Dimension.MONTH in dimensions:
        return [], lambda _month, _previous: True
    earlier = col(MeasurePair.previous) < held.first
    if Dimension.QUARTER not in dimensions:
        return [earlier], lambda _month, previous: previous < held.first
    before = quarter_of(col(MeasurePair.previous)) < quarter_of(col(MeasurePair.month))
    never = col(MeasurePair.previous) == ""
    return [
        or_(earlier, before, never)
    ], lambda month, previous: previous < held.first or previous < months_of(quarter_of_month(month))[0]


async def _pairs(
    unit: Unit, held: Rollups, names: Sequence[str], dimensions: Sequence[Dimension], along: Along
) -> list[tuple[Key, str, int]]:
    """Distinct things: of each hospital, of the one that is asked for, or of the whole program."""
    model, keys = MeasurePair, _columns(MeasurePair, dimensions)
    by_hospital = Dimension.HOSPITAL in dimensions
    single = held.program.id if held.sight.hospitals is None and not by_hospital else held.sight.only
    where, once = _counts_once(held, dimensions)
    number = func.sum(model.number).label("number")
    statement = _stored(held, model, along, select(*keys, col(model.measure), number), dimensions)
    statement = statement.where(col(model.measure).in_(names), *where).group_by(col(model.measure))
    if single is not None:
        statement = statement.where(col(model.place_id) == single)
    else:
        statement = statement.where(*_at(held, model), col(model.place_id) != held.program.id)
    found = [(_plain(row[:-2], dimensions), row[-2], int(row[-1])) for row in await unit.rows(counting(statement))]

    def is_there(cell: Cell) -> bool:
        is_place = (
            cell.place_id == single if single else cell.place_id != held.program.id and _is_at(held, cell.place_id)
        )
        return is_place and cell.along is along and held.first <= cell.month <= held.last

    for name in names:
        for (cell, previous), value in held.waiting.pairs.get(name, {}).items():
            if value and is_there(cell) and once(cell.month, previous):
                found.append((_plain(_key_of(cell, held, dimensions), dimensions), name, value))
    return found


async def _people(
    unit: Unit, held: Rollups, names: Collection[str], dimensions: Sequence[Dimension]
) -> list[tuple[Key, str, int]]:
    """People of the period by where they were met first in it; new are those never met before (CR-2)."""
    model, keys = MeasurePair, _columns(MeasurePair, dimensions)
    # Who sees one hospital alone met everybody there.
    along = Along.MET if held.sight.is_whole else Along.NOTHING
    is_new = (col(model.previous) == "").label("is_new")
    number = func.sum(model.number).label("number")
    statement = _stored(held, model, along, select(*keys, is_new, number), dimensions).group_by("is_new")
    statement = statement.where(
        col(model.measure) == "persons", col(model.previous) < held.first, *_at(held, model),
        col(model.place_id) != held.program.id,
    )  # fmt: skip
    rows = [(row[:-2], bool(row[-2]), int(row[-1])) for row in await unit.rows(counting(statement))]
    for (cell, previous), value in held.waiting.pairs.get("persons", {}).items():
        is_in = held.first <= cell.month <= held.last and previous < held.first and _is_at(held, cell.place_id)
        if value and cell.along is along and is_in and cell.place_id != held.program.id:
            rows.append((_key_of(cell, held, dimensions), not previous, value))
    # Only the agency of their first contact is known of people: along everything else they say nothing.
    found = [(_plain(key, dimensions, is_split=False), _NEW if new else _RETURNING, n) for key, new, n in rows]
    return [row for row in found if row[1] in names]
