"""Numbers, live over the rows that the actor may see."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select
from sqlmodel import col

from coord.kernel.sql import counting, select
from coord.measures.counting import rules_on
from coord.measures.definitions import MEASURES, SOURCES, Facts, Measure, measures_from
from coord.measures.dimensions import NOT_GIVEN, Dimension, dimension_column, place
from coord.measures.inputs import MeasureQuery
from coord.organizations.tables import Organization
from coord.programs import program_by_code
from coord.work import Unit, read

Figures = Mapping[str, int]
_NOTHING: Figures = dict.fromkeys(MEASURES, 0)
_ORGANIZATIONS = frozenset({Dimension.HOSPITAL, Dimension.AGENCY})


@dataclass(frozen=True, slots=True)
class DimensionValue:
    """A key of a cell. ``name`` is an organization's name, None where the door knows the word."""

    dimension: Dimension
    key: str
    name: str | None


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One cell: its keys in the order of the query, and its figures."""

    key: tuple[DimensionValue, ...]
    figures: Figures


@dataclass(frozen=True, slots=True)
class MeasureTable:
    """All cells and the total. The total is computed from the rows, never from the cells."""

    as_of: datetime
    rules_version: str
    rows: Sequence[MeasureRow]
    total: Figures


def identified_share(figures: Figures) -> float | None:
    """Person-times of known people over all person-times; None when there are none."""
    return figures["identified_heads"] / figures["person_times"] if figures["person_times"] else None


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
    program_id: UUID
    wanted: Collection[str]

    def measures(self, facts: Facts) -> Sequence[Measure]:
        return [measure for measure in measures_from(facts) if measure.name in self.wanted]


async def _cells(
    unit: Unit, facts: Facts, ask: _Ask, dimensions: Sequence[Dimension]
) -> dict[tuple[Any, ...], dict[str, int]]:
    source, measures = SOURCES[facts], ask.measures(facts)
    # Grouped by label: PostgreSQL takes two equal expressions with bound values for different ones.
    names = [f"by_{d.lower()}" for d in dimensions]
    day = source.day_in(ask.query.to_day)
    keys = [dimension_column(d, source, day).label(n) for d, n in zip(dimensions, names, strict=True)]
    statement = select(*keys, *(m.aggregate.label(m.name) for m in measures))
    statement = scoped(statement, facts, ask.query, ask.program_id)
    statement = with_place(statement, facts, dimensions).group_by(*names)
    width = len(keys)
    return {
        tuple(None if key == NOT_GIVEN else key for key in row[:width]): {
            m.name: int(value) for m, value in zip(measures, row[width:], strict=True)
        }
        for row in await unit.rows(counting(statement))
    }


async def _all_cells(unit: Unit, ask: _Ask, dimensions: Sequence[Dimension]) -> dict[tuple[Any, ...], Figures]:
    merged: dict[tuple[Any, ...], dict[str, int]] = {}
    for facts in filter(ask.measures, Facts):
        for key, figures in (await _cells(unit, facts, ask, dimensions)).items():
            merged.setdefault(key, {**_NOTHING}).update(figures)
    return {key: figures for key, figures in merged.items() if any(figures.values())}


async def organizations_named(unit: Unit, ids: set[UUID]) -> dict[UUID, tuple[str, str]]:
    """Code and name of organizations."""
    if not ids:
        return {}
    statement = select(Organization.id, Organization.code, Organization.name).where(col(Organization.id).in_(ids))
    return {row[0]: (row[1], row[2]) for row in await unit.rows(counting(statement))}


@read("measure.read")
async def measure_table(unit: Unit, query: MeasureQuery, wanted: Collection[str] = tuple(MEASURES)) -> MeasureTable:
    """The figures of a query by cell, and in total. Raises ``NotFound`` for a foreign program.

    Measures that are not ``wanted`` are not computed and stand at 0.
    """
    program = await program_by_code(unit, query.program)
    ask = _Ask(query, program.id, wanted)
    total = (await _all_cells(unit, ask, ())).get((), _NOTHING)
    rows: list[MeasureRow] = []
    if query.group_by:
        cells = await _all_cells(unit, ask, query.group_by)
        rows = await _named(unit, query.group_by, cells)
    return MeasureTable(unit.started_at, rules_on(query.to_day).version, rows, total)


async def _named(
    unit: Unit, dimensions: Sequence[Dimension], cells: Mapping[tuple[Any, ...], Figures]
) -> list[MeasureRow]:
    ids = {k for key in cells for k in key if isinstance(k, UUID)}
    known = await organizations_named(unit, ids)

    def value(dimension: Dimension, key: Any) -> DimensionValue:
        if key is None:
            return DimensionValue(dimension, NOT_GIVEN, None)
        if dimension in _ORGANIZATIONS:
            return DimensionValue(dimension, *known.get(key, (str(key), str(key))))
        plain = str(key.value if hasattr(key, "value") else key)
        is_plain_text = dimension in {Dimension.PROVINCE, Dimension.MONTH, Dimension.QUARTER}
        return DimensionValue(dimension, plain, plain if is_plain_text else None)

    rows = [MeasureRow(tuple(map(value, dimensions, key)), figures) for key, figures in cells.items()]
    return sorted(rows, key=lambda row: tuple(v.key for v in row.key))
