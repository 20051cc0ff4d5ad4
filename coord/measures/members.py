"""Who or what stands behind measures, whole: what is counted one by one to be published is counted by these."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlmodel import col

from coord.contacts.tables import Presence
from coord.kernel.sql import counting, select
from coord.measures.counted import Counted
from coord.measures.definitions import MEASURES
from coord.measures.facts import SOURCES, Facts, Measure
from coord.measures.inputs import MeasureQuery
from coord.measures.listed import LISTED
from coord.measures.reads import scoped
from coord.programs import ProgramFacts
from coord.work import Unit, read


@read("measure.read")
async def members(
    unit: Unit, program: ProgramFacts, query: MeasureQuery, names: Collection[str]
) -> Mapping[str, Sequence[Counted]]:
    """Every row behind each of these measures, by its id: the values of a measure's rows are its figure.

    For measures whose rows have a day and a hospital of their own, not for sums over contacts.
    """
    found: dict[str, Sequence[Counted]] = {}
    for facts in {MEASURES[name].facts for name in names}:
        asked = [name for name in names if MEASURES[name].facts is facts]
        if facts in LISTED:
            rows = await LISTED[facts][1](unit, program, query)
            found |= {name: rows.get(name, ()) for name in asked}
        else:
            found |= {name: await _rows(unit, MEASURES[name], query, program.id) for name in asked}
    return found


async def _rows(unit: Unit, measure: Measure, query: MeasureQuery, program_id: UUID) -> Sequence[Counted]:
    source = SOURCES[measure.facts]
    columns = (source.model.id, source.day, source.place)  # type: ignore[attr-defined]
    statement = scoped(select(*columns), measure.facts, query, program_id).where(*measure.rows)
    return [Counted(key, 1, day, hospital) for key, day, hospital in await unit.rows(counting(statement))]


@read("measure.read")
async def heads_by_person(
    unit: Unit, program: ProgramFacts, query: MeasureQuery
) -> Mapping[UUID, Mapping[UUID | None, int]]:
    """CR-1 by hospital and person; under None stand heads of whom nobody knows who they were."""
    columns = (Presence.hospital_id, Presence.person_id)
    statement = scoped(select(*columns, MEASURES["person_times"].aggregate), Facts.PRESENCE, query, program.id)
    found: dict[UUID, dict[UUID | None, int]] = defaultdict(dict)
    for hospital, person, heads in await unit.rows(counting(statement.group_by(*map(col, columns)))):
        found[hospital][person] = int(heads)
    return found
