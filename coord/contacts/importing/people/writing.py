"""Registering the people of a list: each with the hashes by which they are found again, none twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from coord.clients import register_by_code
from coord.clients.actions import free_codes, register_from_sheet
from coord.clients.inputs import SheetClient
from coord.clients.known import clients_by_hash
from coord.contacts.importing.people.plan import PeoplePlan, PlannedPerson
from coord.contacts.importing.people.rows import hashes_of
from coord.work import Unit, action


@dataclass(slots=True)
class WrittenPeople:
    """Lines whose people were there already; client id and code by line of those who were registered."""

    already: set[int] = field(default_factory=set)
    made: dict[int, tuple[str, str]] = field(default_factory=dict)


@action("client.import")
async def write_people(unit: Unit, plan: PeoplePlan, rows: Sequence[PlannedPerson]) -> WrittenPeople:
    """Register the people of accepted rows who are not there yet; somebody may have registered them meanwhile."""
    place = plan.place
    fresh, there = await _not_there(unit, plan, rows)
    free = iter(await free_codes(unit, place.hospital_id, sum(person.code is None for _, person in fresh)))
    coded = [
        (line, person if person.code else person.model_copy(update={"code": next(free)})) for line, person in fresh
    ]
    # In one order everywhere: two imports at once wait for each other instead of dead-locking.
    people = sorted((person for _, person in coded), key=lambda person: str(person.code))
    ids = await register_from_sheet(unit, place.program.id, place.hospital_id, people) if people else {}
    written = WrittenPeople(already=there)
    for line, person in coded:
        if (client := ids.get(str(person.code))) is None:
            written.already.add(line)
        else:
            written.made[line] = str(client), str(person.code)
    return written


async def _not_there(
    unit: Unit, plan: PeoplePlan, rows: Sequence[PlannedPerson]
) -> tuple[list[tuple[int, SheetClient]], set[int]]:
    hospital = plan.place.hospital_id
    people = [(row.line, row.given) for row in rows if row.given is not None]
    codes = await register_by_code(unit, hospital, [p.code for _, p in people if p.code])
    known = await clients_by_hash(unit, hospital, {digest for _, p in people for digest in hashes_of(p)})
    there = {line for line, p in people if p.code in codes or any(digest in known for digest in hashes_of(p))}
    return [(line, person) for line, person in people if line not in there], there
