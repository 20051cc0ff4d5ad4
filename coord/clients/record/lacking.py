"""What files lack that every file must say: lists and older files may not know it, and it is asked for later.

Only whether something is there is looked at: nothing is opened, so nothing personal is read.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import and_, or_
from sqlmodel import col

from coord.clients.access import hospitals_in_care
from coord.clients.codes import ClientFact, Gender
from coord.clients.record.rules import OF_AGE
from coord.clients.record.tables import ClientRecord
from coord.clients.tables import Client, ClientIdentity
from coord.kernel.sql import select
from coord.work import Unit, read

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Lacking:
    """One file that is not complete: whose, since when, what it lacks."""

    client_id: UUID
    registered_at: datetime
    facts: Sequence[ClientFact]


def _missing(year: int) -> Mapping[ClientFact, Any]:
    """Whether a file lacks a fact; ``year``: the present one, by which somebody is under age."""
    under_age = col(Client.birth_year) > year - OF_AGE
    return {
        ClientFact.NAME: col(ClientIdentity.id).is_(None),
        ClientFact.GENDER: col(Client.gender) == Gender.UNKNOWN,
        ClientFact.BIRTH_DATE: col(ClientRecord.birth_date).is_(None),
        ClientFact.DISTRICT: col(Client.district).is_(None),
        ClientFact.SOURCE: col(ClientRecord.source).is_(None),
        ClientFact.GUARDIAN: and_(under_age, col(ClientRecord.guardian).is_(None)),
    }


async def _incomplete(unit: Unit, hospitals: Sequence[UUID], *where: Any) -> Sequence[Lacking]:
    missing = _missing(unit.started_at.year)
    statement = (
        select(Client.id, Client.registered_at, *(found.label(fact.lower()) for fact, found in missing.items()))
        .outerjoin(ClientIdentity, col(ClientIdentity.id) == col(Client.id))
        .outerjoin(ClientRecord, col(ClientRecord.id) == col(Client.id))
        .where(
            col(Client.hospital_id).in_(hospitals),
            col(Client.merged_into_id).is_(None),
            col(Client.erased_on).is_(None),
            or_(*missing.values()),
            *where,
        )
        .order_by(col(Client.id))
        .limit(MOST)
    )
    rows = await unit.rows(statement)
    return [
        Lacking(row[0], row[1], [fact for fact, found in zip(missing, row[2:], strict=True) if found]) for row in rows
    ]


@read("client.read_identity")
async def facts_lacking(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Sequence[ClientFact]]:
    """What the files of these clients lack, of those in the actor's own care; complete ones are left out."""
    found = await _incomplete(unit, hospitals_in_care(unit.actor), col(Client.id).in_(ids)) if ids else ()
    return {one.client_id: one.facts for one in found}


@read("client.read_identity")
async def incomplete_clients(unit: Unit, hospitals: Collection[UUID] | None = None) -> Sequence[Lacking]:
    """Files in the actor's own care that lack something, the oldest first, at most ``MOST``; of these hospitals if given."""
    own = hospitals_in_care(unit.actor)
    return await _incomplete(unit, [one for one in own if hospitals is None or one in hospitals])
