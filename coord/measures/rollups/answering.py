"""Figures from sums and pairs, with what waits to be folded: what the rows say, at a cost that does not grow with them."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.kernel.sql import counting, select
from coord.measures.dimensions import ORGANIZATIONS, Dimension
from coord.measures.facts import SOURCES, Facts, Measure
from coord.measures.inputs import MeasureQuery
from coord.measures.rollups.asking import Asked, Cells, Rollups, added_up
from coord.measures.rollups.covering import Sight, along_of, edges, sight_of
from coord.measures.rollups.remembering import stored_or_remembered
from coord.measures.rollups.rules import Difference, month_name
from coord.measures.rollups.state import Readiness, program_and_readiness
from coord.measures.rollups.streams import STREAMS
from coord.measures.rollups.unfolded import unfolded
from coord.measures.rollups.waiting import waiting
from coord.organizations.tables import Organization
from coord.programs import ProgramFacts, program_by_code
from coord.work import Unit

MOST_WAITING = 2000
"""Beyond so many changes that are not folded, counting the rows is cheaper."""


async def program_and_rollups(
    unit: Unit, query: MeasureQuery, facts: Collection[Facts]
) -> tuple[ProgramFacts, Rollups | None]:  # fmt: skip
    """The program of a query, and what is kept ready for it; None where the rows have to be counted.

    A unit that writes counts rows: it may have changed them, and sees no one moment of the database. Raises as
    ``program_by_code`` does.
    """
    if not unit.read_only:
        return await program_by_code(unit, query.program), None
    with_names = not ORGANIZATIONS.isdisjoint(query.group_by)
    program, state = await program_and_readiness(unit, query.program, with_names=with_names)
    return program, None if state is None else await _rollups(unit, program, state, query, facts)


async def _rollups(
    unit: Unit, program: ProgramFacts, state: Readiness, query: MeasureQuery, facts: Collection[Facts]
) -> Rollups | None:  # fmt: skip
    wanted = [one for one in facts if one is Facts.PEOPLE or any(one in stream.facts for stream in STREAMS)]
    sight = sight_of(unit.actor, program.id, query.hospitals)
    if not wanted or sight is None or along_of(query.group_by) is None:
        return None
    if await _has_edges(unit, program.id, query, wanted, sight):
        return None
    added = await _waiting(unit, program, state, wanted, sight)
    if added is None:
        return None
    changed = {cell.place_id for cell in added.cells()} - {program.id}
    provinces = await _provinces(unit, changed) if Dimension.PROVINCE in query.group_by else {}
    first, last = month_name(query.from_day), month_name(query.to_day)
    return Rollups(program, sight, first, last, state.version, added, provinces, state.taking_part)


async def _waiting(
    unit: Unit, program: ProgramFacts, state: Readiness, facts: Collection[Facts], sight: Sight
) -> Difference | None:
    """What waits adds, of the streams that are asked for; None where it is too much."""
    asked = {Facts.PRESENCE if one is Facts.PEOPLE else one for one in facts}
    streams = [stream for stream in state.waiting if asked.intersection(stream.facts)]
    seen = None if sight.is_whole else sight.hospitals
    found = await waiting(unit, program, MOST_WAITING, hospitals=seen, whole=True, streams=streams)
    return None if found is None else found.difference


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


async def figures(unit: Unit, held: Rollups, measures: Sequence[Measure], dimensions: Sequence[Dimension]) -> Cells:
    """What measures give in each cell by their dimensions; all of them must be held."""
    asked = Asked.of(measures, dimensions)
    return added_up(unfolded(held, asked), await stored_or_remembered(unit, held, asked))
