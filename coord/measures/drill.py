"""From a figure to the rows behind it: the rows always add up to the figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import String, cast, func, literal
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.clients.tables import Client
from coord.contacts.tables import Presence, ServiceContact, ServiceGroup
from coord.kernel.errors import Invalid, Problem
from coord.kernel.ids import person_key
from coord.kernel.sql import counting, select
from coord.measures.definitions import MEASURES, SOURCES, Facts, Measure
from coord.measures.dimensions import NOT_GIVEN, Dimension, dimension_column
from coord.measures.inputs import Cell, MeasureQuery
from coord.measures.reads import scoped, with_place
from coord.organizations.tables import Organization
from coord.programs import program_by_code
from coord.referrals.tables import Referral
from coord.work import Unit, read

_ORGANIZATIONS = frozenset({Dimension.HOSPITAL, Dimension.AGENCY})


@dataclass(frozen=True, slots=True)
class Behind:
    """The rows behind one figure.

    ``kind`` says what a row is: contact, person, group, case or referral. Each row has ``id`` (of that thing)
    and ``value``, what it adds; the values of all rows sum to ``figure``.
    """

    measure: str
    kind: str
    figure: int
    total_rows: int
    rows: Sequence[RowMapping]


def _in_cell(cell: Cell, measure: Measure, last: date) -> list[Any]:
    source = SOURCES[measure.facts]
    conditions = []
    for dimension, key in cell.items():
        column = dimension_column(dimension, source, source.day_in(last))
        if key == NOT_GIVEN:
            conditions.append(func.coalesce(cast(column, String), NOT_GIVEN) == NOT_GIVEN)
        elif dimension in _ORGANIZATIONS:
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
    if measure.facts is Facts.PRESENCE:
        return Presence.contact_id, func.sum(measure.row_value), "contact"
    if measure.facts is Facts.CONTACTS:
        value = measure.row_value
        return ServiceContact.id, func.sum(literal(value) if isinstance(value, int) else value), "contact"
    if measure.facts is Facts.REFERRALS:
        return Referral.id, func.count(), "referral"
    return CaseFile.id, func.count(), "case"


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
    key, value, kind = _rows_of(measure)
    statement = scoped(select(key.label("id"), value.label("value")), measure.facts, query, program.id)
    statement = with_place(statement, measure.facts, tuple(cell)).where(
        *measure.rows, *_in_cell(cell, measure, query.to_day)
    )
    if measure.distinct is not None:
        statement = statement.where(measure.distinct.is_not(None))
    grouped = statement.group_by(key).subquery()
    figure, total = (
        await unit.rows(
            counting(select(func.coalesce(func.sum(grouped.c.value), 0), func.count()).select_from(grouped))
        )
    )[0]
    window = select(grouped).order_by(grouped.c.id.desc()).limit(size).offset((page - 1) * size)
    rows = (await unit.session.run(counting(window))).mappings().all()
    return Behind(measure.name, kind, int(figure), int(total), rows)


@dataclass(frozen=True, slots=True)
class PersonBehind:
    """A counted person: the pseudonymous client, or a relative of that client."""

    person_id: UUID
    client_id: UUID
    client_code: str
    is_relative: bool


@read("measure.read")
async def people_behind(unit: Unit, person_ids: Sequence[UUID]) -> dict[UUID, PersonBehind]:
    """Which clients stand behind counted persons."""
    statement = (
        select(Presence.person_id, Client.id, Client.code)
        .join(Client, col(Client.id) == col(Presence.client_id))
        .where(col(Presence.person_id).in_(person_ids))
        .distinct()
    )
    return {
        person: PersonBehind(person, client, code, person != person_key(client, 0))
        for person, client, code in await unit.rows(counting(statement))
    }


@read("measure.read")
async def cases_behind(unit: Unit, case_ids: Sequence[UUID]) -> dict[UUID, RowMapping]:
    """Cases by id with the client's code."""
    statement = (
        select(CaseFile.id, Client.code, CaseFile.opened_on, CaseFile.closed_on, CaseFile.closure)
        .join(Client, col(Client.id) == col(CaseFile.client_id))
        .where(col(CaseFile.id).in_(case_ids))
    )
    return {row["id"]: row for row in (await unit.session.run(statement)).mappings()}


@read("measure.read")
async def referrals_behind(unit: Unit, referral_ids: Sequence[UUID]) -> dict[UUID, RowMapping]:
    """Referrals by id: their code, day, need and state, and no person."""
    columns = (Referral.id, Referral.code, Referral.sent_on, Referral.need, Referral.state)
    statement = select(*columns).where(col(Referral.id).in_(referral_ids))
    return {row["id"]: row for row in (await unit.session.run(statement)).mappings()}


@read("measure.read")
async def groups_behind(unit: Unit, group_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of groups by id."""
    statement = select(ServiceGroup.id, ServiceGroup.name).where(col(ServiceGroup.id).in_(group_ids))
    return dict(map(tuple, await unit.rows(counting(statement))))
