"""Who saw a client's identity and who changed their record: shown to the client by the care team.

The trail itself is readable by nobody. After the actor's right to the client has been checked, a part of the
system reads the entries about this one client, in a unit of its own; the asking is put on the trail as well.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import Actor, system
from coord.audit.tables import AuditEntry
from coord.clients.tables import Client, ClientKey
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.work import Unit, action, begin, read

_TRAIL = system("access log", "reads the entries about one client for the care team", "audit.read")
_MOST = 20_000
"""More than a person's care leaves in decades; what is older is told on request."""


@dataclass(frozen=True, slots=True)
class Looks:
    """One person on one day: how often they did one thing."""

    day: date
    who: str
    verb: str
    times: int


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
    counted = Counter((local_date(entry.at, zone), entry.actor_name, entry.verb) for entry in entries)
    return [Looks(*key, times) for key, times in sorted(counted.items(), reverse=True)]
