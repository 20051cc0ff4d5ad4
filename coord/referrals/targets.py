"""Where a person can be sent: the organizations of the program, those first that fit the person and have room."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from coord.clients.consents import consents_of, covers
from coord.clients.consents.codes import DataCategory, Purpose
from coord.clients.tables import Client
from coord.kernel.clock import local_date
from coord.kernel.errors import NotFound
from coord.kernel.text import sort_key, typed
from coord.programs.reads import participants
from coord.programs.tables import Part, Program
from coord.referrals.codes import ReferralNeed
from coord.referrals.directory.reads import Entry, entries_of, found_by
from coord.referrals.directory.rules import fitness, is_stale
from coord.referrals.moving import handles_for
from coord.referrals.tables import Referral
from coord.work import Unit, read

_RECEIVING = (Part.COMMUNITY, Part.HOSPITAL, Part.AGENCY)


@dataclass(frozen=True, slots=True)
class Target:
    """An organization that may receive the person; ``is_agreed``: a valid consent names it."""

    entry: Entry
    is_agreed: bool
    is_stale: bool

    @property
    def id(self) -> UUID:
        """The organization."""
        return self.entry.id

    @property
    def name(self) -> str:
        """Its name."""
        return self.entry.name


@dataclass(frozen=True, slots=True)
class Sending:
    """What the form of a referral begins with."""

    program: str
    today: date
    targets: Sequence[Target]


@read("referral.send")
async def sending(unit: Unit, client_id: UUID, need: ReferralNeed | None = None, search: str | None = None) -> Sending:
    """What is needed to refer a client of the actor's own organization, for a need; a search narrows the targets.

    Those first that do what is needed, have room, work in the person's district, and that the person agreed to.
    Raises ``NotFound`` for others' clients.
    """
    client = await unit.find(Client, client_id)
    if not handles_for(unit, client.hospital_id):
        raise NotFound
    program = await unit.find(Program, client.program_id)
    known = sorted(
        await _targets(unit, client, typed(search)),
        key=lambda one: (
            *fitness(one.entry, need, client.district),
            not one.is_agreed,
            sort_key(one.name),
        ),
    )
    return Sending(program.code, local_date(unit.started_at, program.time_zone), known)


@read("referral.respond")
async def forwarding(unit: Unit, referral_id: UUID) -> Sequence[Entry]:
    """Whom the receiving side may propose instead of itself, those first that fit what the sketch says."""
    referral = await unit.find(Referral, referral_id)
    both = {referral.source_id, referral.target_id}
    taking = [place for place, _ in await participants(unit, referral.program_id, _RECEIVING) if place not in both]
    return sorted(
        await entries_of(unit, taking),
        key=lambda one: (*fitness(one, referral.need, referral.district), sort_key(one.name)),
    )


async def _targets(unit: Unit, client: Client, text: str) -> Sequence[Target]:
    given = (await consents_of(unit, [client.id])).get(client.id, ())
    taking = [place for place, _ in await participants(unit, client.program_id, _RECEIVING)]
    entries = await entries_of(unit, [place for place in taking if place != client.hospital_id])
    wanted, at = [DataCategory.BASIC_FILE], unit.started_at
    return [
        Target(
            entry,
            covers(given, Purpose.INFORMATION_SHARING, entry.id, at, wanted),
            entry.confirmed_at is not None and is_stale(entry.confirmed_at, at),
        )
        for entry in entries
        if not text or found_by(entry, text)
    ]
