"""Where a person can be sent: the organizations of the program, those first that the person agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from coord.clients.consents import consents_of, covers
from coord.clients.consents.codes import DataCategory, Purpose
from coord.clients.tables import Client
from coord.kernel.clock import local_date
from coord.kernel.errors import NotFound
from coord.programs.reads import participants
from coord.programs.tables import Part, Program
from coord.referrals.moving import handles_for
from coord.work import Unit, read

_RECEIVING = (Part.COMMUNITY, Part.HOSPITAL, Part.AGENCY)


@dataclass(frozen=True, slots=True)
class Target:
    """An organization that may receive the person; ``is_agreed``: a valid consent names it."""

    id: UUID
    name: str
    is_agreed: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """What the form of a referral begins with."""

    program: str
    today: date
    targets: Sequence[Target]


@read("referral.send")
async def sending(unit: Unit, client_id: UUID) -> Sending:
    """What is needed to refer a client of the actor's own organization. Raises ``NotFound`` for others."""
    client = await unit.find(Client, client_id)
    if not handles_for(unit, client.hospital_id):
        raise NotFound
    program = await unit.find(Program, client.program_id)
    given = (await consents_of(unit, [client_id])).get(client_id, ())
    known = [
        Target(
            place, name, covers(given, Purpose.INFORMATION_SHARING, place, unit.started_at, [DataCategory.BASIC_FILE])
        )
        for place, name in await participants(unit, client.program_id, _RECEIVING)
        if place != client.hospital_id
    ]
    today = local_date(unit.started_at, program.time_zone)
    return Sending(program.code, today, sorted(known, key=lambda one: not one.is_agreed))
