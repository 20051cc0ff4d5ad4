"""From a figure to the rows behind it: the rows always add up to the figure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, literal
from sqlmodel import col

from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import counting, select
from coord.measures.counted import Counted, added_up, key_of
from coord.measures.definitions import MEASURES
from coord.measures.dimensions import NOT_GIVEN, ORGANIZATIONS, Dimension, dimension_column
from coord.measures.facts import SOURCES, Facts, Measure
from coord.measures.inputs import Cell, MeasureQuery
from coord.measures.listed import LISTED
from coord.measures.moments import in_zone
from coord.measures.reads import provinces_of, scoped, with_place
from coord.organizations.tables import Organization
from coord.programs import ProgramFacts, program_by_code
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind one figure.

    ``kind`` says what a row is: contact, person, group, case, referral, discharge, worker or post. Each row has ``id`` (of that thing)
    and ``value``, what it adds; the values of all rows sum to ``figure``.
    """

    measure: str
    kind: str
    figure: int
    total_rows: int
    rows: Sequence[Mapping[Any, Any]]


def _in_cell(cell: Cell, measure: Measure, last: date) -> list[Any]:
    source = SOURCES[measure.facts]
    conditions = []
    for dimension, key in cell.items():
        column = dimension_column(dimension, source, source.day_in(last))
        if key == NOT_GIVEN:
            conditions.append(func.coalesce(cast(column, String), NOT_GIVEN) == NOT_GIVEN)
        elif dimension in ORGANIZATIONS:
            conditions.append(column.in_(select(Organization.id).where(col(Organization.code) == key)))
        else:
            conditions.append(column == key)
    return conditions


def _rows_of(measure: Measure) -> Any:
    """What one row is, and what it adds to the figure."""
    if measure.name == "persons":
        return Presence.person_id, literal(1), "person"
    if measure.name == "groups":
        return ServiceContact.group_id, literal(1), "group"
    source = SOURCES[measure.facts]
    value = measure.row_value
    key = Presence.contact_id if measure.facts is Facts.PRESENCE else source.model.id  # type: ignore[attr-defined]
    return key, func.sum(literal(value) if isinstance(value, int) else value), source.kind


@read("measure.read")
async def drill_down(
    unit: Unit, query: MeasureQuery, measure_name: str, cell: Cell, *, page: int = 1, size: int = 50
) -> Behind:
    """One page of the rows behind a figure.

    Raises ``Invalid`` for an unknown measure, ``NotFound`` for a foreign program.
    """
    measure = MEASURES.get(measure_name)
    if measure is None:
        raise Invalid(Problem("measure", "NOT_A_CHOICE"))
    program = await program_by_code(unit, query.program)
    window = slice((page - 1) * size, page * size)
    if measure.facts in LISTED:
        return await _listed(unit, program, query, measure, cell, window)
    key, value, kind = _rows_of(measure)
    statement = scoped(select(key.label("id"), value.label("value")), measure.facts, query, program.id)
    statement = with_place(statement, measure.facts, tuple(cell)).where(
        *measure.rows, *_in_cell(cell, measure, query.to_day)
    )
    if measure.distinct is not None:
        statement = statement.where(measure.distinct.is_not(None))
    zone = in_zone(program.time_zone, query.to_day)
    grouped = statement.group_by(key).subquery()
    whole = select(func.coalesce(func.sum(grouped.c.value), 0), func.count()).select_from(grouped)
    figure, total = (await unit.rows(counting(whole.params(**zone))))[0]
    shown = select(grouped).order_by(grouped.c.id.desc()).limit(size).offset(window.start)
    rows = (await unit.session.run(counting(shown.params(**zone)))).mappings().all()
    return Behind(measure.name, kind, int(figure), int(total), rows)


async def _listed(
    unit: Unit, program: ProgramFacts, query: MeasureQuery, measure: Measure, cell: Cell, window: slice
) -> Behind:
    """The rows of facts that are counted one by one; what appears several times stands once with its sum."""
    kind, lister = LISTED[measure.facts]
    rows = (await lister(unit, program, query)).get(measure.name, ())
    falls = await _test_of(unit, cell, rows)
    added = added_up(filter(falls, rows))
    shown = sorted(added.items(), reverse=True)[window]
    return Behind(
        measure.name, kind, sum(added.values()), len(added), [{"id": key, "value": value} for key, value in shown]
    )


async def _test_of(unit: Unit, cell: Cell, rows: Sequence[Counted]) -> Callable[[Counted], bool]:
    """Whether a row falls into a cell."""
    codes = [key for dimension, key in cell.items() if dimension in ORGANIZATIONS]
    known = await unit.rows(select(Organization.code, Organization.id).where(col(Organization.code).in_(codes)))
    ids: dict[str, set[UUID]] = {}
    for code, row_id in known:
        ids.setdefault(code, set()).add(row_id)
    provinces = await provinces_of(unit, rows) if Dimension.PROVINCE in cell else {}

    def falls(row: Counted) -> bool:
        for dimension, key in cell.items():
            found = key_of(row, dimension, provinces)
            if key == NOT_GIVEN:
                if found is not None:
                    return False
            elif found not in (ids.get(key, ()) if dimension in ORGANIZATIONS else (key,)):
                return False
        return True

    return falls
