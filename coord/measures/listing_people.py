"""People by where they were first met: each known person of a period once, so that hospitals add up to the program."""

from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.contacts.tables import Presence
from coord.kernel.sql import counting, select
from coord.measures.counted import Counted, Rows
from coord.measures.facts import SOURCES, Facts
from coord.measures.inputs import MeasureQuery
from coord.programs import ProgramFacts
from coord.work import Unit


async def people(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """CR-2: people of the period under the hospital of their first contact in it; new are those never met before."""
    met = await _first_met(unit, program.id, query)
    before = await _known_before(unit, program.id, query)
    kept = [row for row in met if query.hospitals is None or row.hospital_id in query.hospitals]
    return {
        "new_persons": [row for row in kept if row.id not in before],
        "returning_persons": [row for row in kept if row.id in before],
    }


def _present(program_id: UUID) -> list[Any]:
    counts = SOURCES[Facts.PRESENCE].counts
    return [col(Presence.program_id) == program_id, col(Presence.person_id).is_not(None), *counts]


async def _first_met(unit: Unit, program_id: UUID, query: MeasureQuery) -> list[Counted]:
    """One row a person: of several contacts on the first day the one with the smallest id."""
    turn = func.row_number().over(
        partition_by=col(Presence.person_id), order_by=(col(Presence.occurred_on), col(Presence.id))
    )
    columns = (Presence.person_id, Presence.occurred_on, Presence.hospital_id, Presence.agency_id)
    within = SOURCES[Facts.PRESENCE].within(query.from_day, query.to_day)
    met = select(*columns, turn.label("turn")).where(*_present(program_id), within).subquery()
    first = select(met.c.person_id, met.c.occurred_on, met.c.hospital_id, met.c.agency_id).where(met.c.turn == 1)
    return [Counted(person, 1, day, hospital, agency) for person, day, hospital, agency in await _rows(unit, first)]


async def _known_before(unit: Unit, program_id: UUID, query: MeasureQuery) -> set[UUID]:
    known = select(Presence.person_id).where(*_present(program_id), col(Presence.occurred_on) < query.from_day)
    return {row[0] for row in await _rows(unit, known.distinct())}


async def _rows(unit: Unit, statement: Any) -> list[Any]:
    return list(await unit.rows(counting(statement)))
