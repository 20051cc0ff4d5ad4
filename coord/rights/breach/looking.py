"""Who saw the clients of a set between two moments: counted by person and kind of look, out of the trail.

The trail is readable by nobody. After the actor's right to the hospital has been checked and the question put on the
trail, a part of the system counts; it tells who looked how often and when, and nothing of what they saw.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.access import Actor, system
from coord.audit.tables import AuditEntry
from coord.audit.trail import entry, put
from coord.clients.tables import Client
from coord.identity.tables import User
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.rights.breach.inputs import WhoSaw
from coord.work import Unit, action, begin, read

WITNESS = system("breach report", "counts who looked at the clients of a hospital", "audit.read")
LOOKS = (
    "case.read", "case.read_attachment", "client.access_log", "client.export", "client.read_identity", "consent.list",
    "consent.read_evidence", "contact.read_attachment", "emergency.open", "emergency.read", "referral.read_packet",
)  # fmt: skip
"""Verbs of entries that show something about one client."""
MOST = 1000


@dataclass(frozen=True, slots=True)
class Seen:
    """One person and one kind of look: at how many clients, how often, first and last."""

    user_id: UUID | None
    who: str | None
    verb: str
    clients: int
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """How many clients are in the set, and who looked at them, those who looked most first."""

    clients: int
    looks: Sequence[Seen]


async def who_saw(actor: Actor, given: WhoSaw) -> Report:
    """Who saw clients of a hospital in the actor's directory.

    Raises ``NotFound`` for hospitals of others.
    """
    async with begin(actor) as unit:
        await _asked(unit, given)
    async with begin(WITNESS, read_only=True) as unit:
        return Report(await _number(unit, given), await seen(unit, given))


@action("breach.manage")
async def _asked(unit: Unit, given: WhoSaw) -> None:
    hospital = await own_hospital(unit, given.hospital)
    about = {"from": given.began_at.isoformat(), "to": given.ended_at.isoformat(), "clients": len(given.wanted)}
    put(unit, [entry(unit.actor, unit.started_at, "breach.ask", "organization", hospital.id, after=about)])


@read("breach.manage")
async def own_hospital(unit: Unit, hospital_id: UUID) -> Organization:
    """A hospital of a directory that the actor administers. Raises ``NotFound``."""
    hospital = await unit.find(Organization, hospital_id)
    if hospital.foundation_id not in unit.actor.administers():
        raise NotFound
    return hospital


def _set(given: WhoSaw) -> Any:
    clients = select(Client.id).where(col(Client.hospital_id) == given.hospital)
    return clients.where(col(Client.code).in_(given.wanted)) if given.wanted else clients


@read("audit.read")
async def _number(unit: Unit, given: WhoSaw) -> int:
    return await unit.count(_set(given))


@read("audit.read")
async def seen(unit: Unit, given: WhoSaw) -> Sequence[Seen]:
    """The looks at the clients of a set. One statement over the trail, whose index by time or by subject serves it."""
    trail: Any = AuditEntry
    statement = (
        select(
            trail.actor_id, trail.verb, func.count(func.distinct(trail.subject_id)), func.count(),
            func.min(trail.at), func.max(trail.at),
        )
        .where(
            col(trail.subject) == "client", col(trail.verb).in_(LOOKS), col(trail.subject_id).in_(_set(given)),
            col(trail.at) >= given.began_at, col(trail.at) <= given.ended_at,
        )
        .group_by(trail.actor_id, trail.verb)
        .order_by(func.count().desc(), trail.verb, trail.actor_id)
        .limit(MOST)
    )  # fmt: skip
    rows = await unit.rows(statement)
    named = select(User.id, User.name).where(col(User.id).in_({row[0] for row in rows if row[0]}))
    names = dict(map(tuple, await unit.rows(named)))
    return [Seen(row[0], names.get(row[0]), *row[1:]) for row in rows]
