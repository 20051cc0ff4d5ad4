"""Who saw a client's identity and who changed their record: shown to the client by the care team.

The trail itself is readable by nobody. After the actor's right to the client has been checked, a part of the
system reads the entries about this one client, in a unit of its own; the asking is put on the trail as well.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import Actor, system
from coord.audit.tables import AuditEntry
from coord.clients.consents.codes import DataCategory
from coord.clients.looking import MEANT, LookPurpose
from coord.clients.tables import Client, ClientKey
from coord.identity.tables import Membership
from coord.kernel.clock import holds_on, local_date
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.programs.tables import Program
from coord.work import Unit, action, begin, read

_TRAIL = system("access log", "reads the entries about one client for the care team", "audit.read")
_MOST = 20_000
"""More than a person's care leaves in decades; what is older is told on request."""


@dataclass(frozen=True, slots=True)
class _Held:
    name: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Looks:
    """One person of an organization on one day: how often they did one thing, what for, and what they saw of it."""

    day: date
    who: str
    organization: str
    verb: str
    times: int

    @property
    def purpose(self) -> LookPurpose:
        """What it was for."""
        return MEANT[self.verb].purpose

    @property
    def categories(self) -> Sequence[DataCategory]:
        """Which data of the person were seen or changed; none where nothing of them was."""
        return MEANT[self.verb].categories


async def access_log(actor: Actor, client_id: UUID) -> Sequence[Looks]:
    """Everything that the trail tells of a client, by day of the program's place, the newest first.

    Raises ``NotFound`` for clients whose identity the actor may not read.
    """
    async with begin(actor) as unit:
        zone = await _asked(unit, client_id)
    async with begin(_TRAIL, read_only=True) as unit:
        return await looks_of(unit, client_id, zone)


@action("client.access_log")
async def _asked(unit: Unit, client_id: UUID) -> str:
    """The time zone of the client's program, after noting that the log is shown."""
    await unit.find(ClientKey, client_id)
    client = await unit.find(Client, client_id)
    audit.record_reading(unit, "client.access_log", "client", [client_id])
    return (await unit.find(Program, client.program_id)).time_zone


@read("audit.read")
async def looks_of(unit: Unit, client_id: UUID, zone: str) -> Sequence[Looks]:
    """What the trail tells of a client, by day of a time zone, for a part of the system that may read the trail."""
    about = (col(AuditEntry.subject) == "client", col(AuditEntry.subject_id) == client_id)
    newest = select(AuditEntry).where(*about).order_by(col(AuditEntry.seq).desc()).limit(_MOST)
    entries: Sequence[AuditEntry] = await unit.scalars(newest)
    places = await _places_of(unit, {entry.actor_id for entry in entries if entry.actor_id is not None})

    def told(entry: AuditEntry) -> tuple[date, str, str, str]:
        day = local_date(entry.at, zone)
        return day, entry.actor_name, _place_on(places.get(entry.actor_id, ()), day), entry.verb

    counted = Counter(map(told, entries))
    return [Looks(*key, times) for key, times in sorted(counted.items(), reverse=True)]


async def _places_of(unit: Unit, users: Collection[UUID | None]) -> Mapping[UUID | None, Sequence[_Held]]:
    """Where these people work and worked, from one day to another."""
    statement = (
        select(Membership.user_id, Organization.name, Membership.starts_on, Membership.ends_on)
        .join(Organization, col(Organization.id) == col(Membership.organization_id))
        .where(col(Membership.user_id).in_(users))
        .order_by(col(Organization.name))
        .limit(_MOST)
    )
    found: dict[UUID | None, list[_Held]] = {}
    for user, *held in await unit.rows(statement) if users else ():
        found.setdefault(user, []).append(_Held(*held))
    return found


def _place_on(held: Sequence[_Held], day: date) -> str:
    """The organizations that somebody worked for on a day; empty for a part of the system."""
    return ", ".join(dict.fromkeys(one.name for one in held if holds_on(one.starts_on, one.ends_on, day)))
