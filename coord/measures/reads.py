"""Numbers, always current: of the rows that the actor may see, or of what is kept ready of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlmodel import col

from coord.kernel.sql import counting, select
from coord.measures.counted import Counted, key_of
from coord.measures.counting import rules_on
from coord.measures.definitions import MEASURES, measures_from
from coord.measures.dimensions import Dimension, dimension_column, place
from coord.measures.facts import SOURCES, Facts, Measure
from coord.measures.inputs import MeasureQuery
from coord.measures.listed import LISTED
from coord.measures.moments import in_zone
from coord.measures.ratios import QUANTILES, RATIOS
from coord.measures.rollups.answering import figures, program_and_rollups
from coord.measures.rollups.asking import Cells, Key, Rollups
from coord.measures.rows import NOTHING, UNKNOWN, Figures, MeasureRow, Quantiles, kept_rows, named_rows
from coord.organizations.tables import Organization
from coord.programs import ProgramFacts
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """All cells and the total. The total is counted by itself, never added up from the cells."""

    as_of: datetime
    rules_version: str
    rows: Sequence[MeasureRow]
    total: Figures
    quantiles: Quantiles = field(default_factory=dict)


def identified_share(figures: Figures) -> float | None:
    """Person-times of known people over all person-times; None when there are none."""
    return RATIOS["identified_share"].of(figures)


def needed_for(names: Collection[str]) -> frozenset[str]:
    """The measures behind these names: themselves, the parts of ratios, the rows of quantiles."""
    found = {name for name in names if name in MEASURES}
    for name in names:
        if name in RATIOS:
            found |= {RATIOS[name].part, RATIOS[name].whole}
        if name in QUANTILES:
            found.add(QUANTILES[name].measure)
    return frozenset(found)


def scoped(statement: Select[Any], facts: Facts, query: MeasureQuery, program_id: UUID) -> Select[Any]:
    """The statement narrowed to the rows of a query's program, days and hospitals that count."""
    source = SOURCES[facts]
    model: Any = source.model
    statement = statement.select_from(model).where(
        model.program_id == program_id, source.within(query.from_day, query.to_day), *source.counts
    )
    if query.hospitals is not None:
        statement = statement.where(source.place.in_(query.hospitals))
    return statement


def with_place(statement: Select[Any], facts: Facts, dimensions: Sequence[Dimension]) -> Select[Any]:
    """Join the hospital where a dimension needs it."""
    if Dimension.PROVINCE not in dimensions:
        return statement
    return statement.outerjoin(place, place.id == SOURCES[facts].place)


@dataclass(frozen=True, slots=True)
class _Ask:
    """A query within its program, and the measures that somebody reads: the others cost nothing."""

    query: MeasureQuery
    program: ProgramFacts
    wanted: frozenset[str]

    def measures(self, facts: Facts) -> Sequence[Measure]:
        return [measure for measure in measures_from(facts) if measure.name in self.wanted]


@dataclass(slots=True)
class _Cell:
    """What one cell holds: its figures, and the values behind those of which quantiles are taken."""

    figures: dict[str, int] = field(default_factory=lambda: {**NOTHING})
    values: dict[str, list[int]] = field(default_factory=dict)

    def take(self, measure: str, value: int) -> None:
        self.figures[measure] += value
        if measure in _MEASURED:
            self.values.setdefault(measure, []).append(value)

    @property
    def quantiles(self) -> Quantiles:
        if not self.values:
            return UNKNOWN
        return {name: one.of(self.values.get(one.measure, ())) for name, one in QUANTILES.items()}


_Cells = defaultdict[Key, _Cell]
_MEASURED = frozenset(one.measure for one in QUANTILES.values())


async def _aggregate(unit: Unit, facts: Facts, ask: _Ask, dimensions: Sequence[Dimension], cells: _Cells) -> None:
    """One statement for all wanted measures of a table of facts."""
    source, measures = SOURCES[facts], ask.measures(facts)
    # Grouped by label: PostgreSQL takes two equal expressions with bound values for different ones.
    names = [f"by_{d.lower()}" for d in dimensions]
    day = source.day_in(ask.query.to_day)
    keys = [dimension_column(d, source, day).label(n) for d, n in zip(dimensions, names, strict=True)]
    statement = select(*keys, *(m.aggregate.label(m.name) for m in measures))
    statement = scoped(statement, facts, ask.query, ask.program.id)
    statement = with_place(statement, facts, dimensions).group_by(*names)
    statement = statement.params(**in_zone(ask.program.time_zone, ask.query.to_day))
    for row in await unit.rows(counting(statement)):
        key = tuple(row[: len(keys)])
        cell = cells[key]
        for measure, value in zip(measures, row[len(keys) :], strict=True):
            cell.take(measure.name, int(value))


async def _listed(unit: Unit, facts: Facts, ask: _Ask, dimensions: Sequence[Dimension], cells: _Cells) -> None:
    """The rows of facts that are counted one by one, into their cells."""
    found = await LISTED[facts][1](unit, ask.program, ask.query)
    rows = [(measure.name, row) for measure in ask.measures(facts) for row in found.get(measure.name, ())]
    provinces = await provinces_of(unit, (row for _, row in rows)) if Dimension.PROVINCE in dimensions else {}
    for name, row in rows:
        key = tuple(key_of(row, dimension, provinces) for dimension in dimensions)
        cells[key].take(name, row.value)


async def provinces_of(unit: Unit, rows: Iterable[Counted]) -> Mapping[UUID, str]:
    """The provinces of the hospitals of rows."""
    ids = {row.hospital_id for row in rows}
    statement = select(Organization.id, Organization.province).where(col(Organization.id).in_(ids))
    return dict(map(tuple, await unit.rows(counting(statement)))) if ids else {}


async def _kept(
    unit: Unit, ask: _Ask, dimensions: Sequence[Dimension], held: Rollups | None
) -> tuple[frozenset[str], Cells]:
    """Which of the wanted measures are kept ready by these dimensions, and their cells."""
    ready = [MEASURES[name] for name in sorted(ask.wanted) if held and held.holds(MEASURES[name], dimensions)]
    cells = await figures(unit, held, ready, dimensions) if held and ready else {}
    return frozenset(measure.name for measure in ready), cells


async def _counted(unit: Unit, ask: _Ask, dimensions: Sequence[Dimension], kept: Cells) -> Mapping[Key, _Cell]:
    """Every cell: what is kept ready, and what has to be counted in the rows."""
    cells: _Cells = defaultdict(_Cell)
    for key, found in kept.items():
        cells[key].figures.update(found)
    for facts in filter(ask.measures, Facts):
        await (_aggregate if facts in SOURCES else _listed)(unit, facts, ask, dimensions, cells)
    return {key: cell for key, cell in cells.items() if any(cell.figures.values())}


async def _rows(unit: Unit, ask: _Ask, held: Rollups | None) -> Sequence[MeasureRow]:
    dimensions = ask.query.group_by
    ready, kept = await _kept(unit, ask, dimensions, held)
    if held and ready == ask.wanted:
        return await kept_rows(unit, dimensions, kept, held.taking_part)
    cells = await _counted(unit, replace(ask, wanted=ask.wanted - ready), dimensions, kept)
    return await named_rows(unit, dimensions, {key: (cell.figures, cell.quantiles) for key, cell in cells.items()})


async def _total(unit: Unit, ask: _Ask, held: Rollups | None) -> _Cell:
    ready, kept = await _kept(unit, ask, (), held)
    return (await _counted(unit, replace(ask, wanted=ask.wanted - ready), (), kept)).get((), _Cell())


@read("measure.read")
async def measure_table(unit: Unit, query: MeasureQuery, wanted: Collection[str] = tuple(MEASURES)) -> MeasureTable:
    """The figures of a query by cell, and in total. Raises ``NotFound`` for a foreign program.

    ``wanted`` names measures, ratios and quantiles; what nothing of it needs is not computed and stands at 0.
    """
    needed = needed_for(wanted)
    program, held = await program_and_rollups(unit, query, {MEASURES[name].facts for name in needed})
    ask = _Ask(query, program, needed)
    total = await _total(unit, ask, held)
    rows = await _rows(unit, ask, held) if query.group_by else ()
    return MeasureTable(unit.started_at, rules_on(query.to_day).version, rows, total.figures, total.quantiles)


@read("measure.read")
async def measure_by(unit: Unit, query: MeasureQuery, name: str) -> Mapping[Key, int]:
    """One measure of a query: its cells by what the rows have (ids of hospitals, 2026-09). Raises as ``measure_table``."""
    program, held = await program_and_rollups(unit, query, {MEASURES[name].facts})
    ask = _Ask(query, program, frozenset({name}))
    ready, kept = await _kept(unit, ask, query.group_by, held)
    if ready:
        return {key: values.get(name, 0) for key, values in kept.items()}
    return {key: cell.figures[name] for key, cell in (await _counted(unit, ask, query.group_by, kept)).items()}
