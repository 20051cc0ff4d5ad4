"""Restricting a client: kept, counted, and shown to the legal role alone, until that role lifts it with a reason.

PIPL 47 and GDPR 18: where erasure is not due yet, or a dispute runs, nothing is done with the data but keeping it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.clients.codes import ErasureBasis, RestrictionCause
from coord.clients.keys import key_of, place_of
from coord.clients.reads import cards
from coord.clients.stories.ending import end_stories
from coord.clients.stories.tables import Story
from coord.clients.tables import Client, ClientRestriction
from coord.kernel.errors import Conflict, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.rights.correcting import own_client
from coord.rights.inputs import LiftRestriction, RestrictClient
from coord.work import Unit, action, read

_MOST = 500


@dataclass(frozen=True, slots=True)
class Restricted:
    """A restricted client, as the legal role sees one: who, since when, by whom, why.

    ``reason`` is what somebody wrote, or the code of the ground on which an erasure was asked for.
    """

    client_id: UUID
    code: str
    name: str
    at: datetime
    by: str
    reason: str
    cause: RestrictionCause


@action("client.restrict")
async def restrict_client(unit: Unit, given: RestrictClient) -> None:
    """Restrict a client; with the next request nobody but the legal role sees them. Their stories end.

    Raises ``NotFound`` for clients of others and for those restricted before, ``Conflict`` when somebody was faster.
    """
    await _restrict(unit, await own_client(unit, given.client), given.reason, RestrictionCause.REASON)


@action("client.restrict")
async def restrict_until_erased(unit: Unit, client: Client, basis: ErasureBasis) -> None:
    """Restrict a client whose erasure was asked for and is not allowed yet: until it is done or taken back."""
    await _restrict(unit, client, basis.value, RestrictionCause.ERASURE)


async def _restrict(unit: Unit, client: Client, reason: str, cause: RestrictionCause) -> None:
    key, row_id = await key_of(unit, client.id), uuid7()
    row = ClientRestriction(
        id=row_id,
        client_id=client.id,
        hospital_id=client.hospital_id,
        reason=key.seal(reason, place_of("client_restriction", "reason", row_id)),
        cause=cause,
        restricted_at=unit.started_at,
        restricted_by_id=unit.actor.user_id,
        restricted_by_name=unit.actor.name,
    )
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("client", "RESTRICTED_ALREADY")) from None
    await end_stories(unit, col(Story.client_id) == client.id)
    audit.record_reading(unit, "client.restrict", "client", [client.id])
    audit.record(unit, "client.restrict", row)


@action("client.lift_restriction")
async def lift_restriction(unit: Unit, given: LiftRestriction) -> None:
    """End a client's restriction. Raises ``NotFound`` where there is none at the actor's hospitals."""
    row: ClientRestriction | None = await unit.scalar(_live(given.client).with_for_update())
    if row is None:
        raise NotFound
    key, before = await key_of(unit, row.client_id), audit.facts(row)
    row.lift_reason = key.seal(given.reason, place_of("client_restriction", "lift_reason", row.id))
    row.lifted_at, row.lifted_by_id, row.lifted_by_name = unit.started_at, unit.actor.user_id, unit.actor.name
    audit.record_reading(unit, "client.lift_restriction", "client", [row.client_id])
    audit.record(unit, "client.lift_restriction", row, before=before)


@action("client.restrict")
async def end_erasure_restriction(unit: Unit, client_id: UUID) -> None:
    """End the restriction that came of an erasure request; nothing where there is none."""
    row: ClientRestriction | None = await unit.scalar(
        _live(client_id).where(col(ClientRestriction.cause) == RestrictionCause.ERASURE).with_for_update()
    )
    if row is not None:
        before = audit.facts(row)
        row.lifted_at, row.lifted_by_id, row.lifted_by_name = unit.started_at, unit.actor.user_id, unit.actor.name
        audit.record(unit, "client.lift_restriction", row, before=before)


def _live(client_id: UUID) -> Any:
    return select(ClientRestriction).where(
        col(ClientRestriction.client_id) == client_id, col(ClientRestriction.lifted_at).is_(None)
    )


@read("client.lift_restriction")
async def restrictions(unit: Unit) -> Sequence[Restricted]:
    """The clients who are restricted at the actor's hospitals, the longest first; each name is on the trail."""
    statement = (
        select(ClientRestriction)
        .join(Client, col(Client.id) == col(ClientRestriction.client_id))
        .where(col(ClientRestriction.lifted_at).is_(None))
        .order_by(col(ClientRestriction.id))
        .limit(_MOST)
    )
    rows: Sequence[ClientRestriction] = await unit.scalars(statement)
    known = await cards(unit, [row.client_id for row in rows])
    return [await _shown(unit, row, known[row.client_id].code, known[row.client_id].name) for row in rows]


async def _shown(unit: Unit, row: ClientRestriction, code: str, name: str) -> Restricted:
    reason = (await key_of(unit, row.client_id)).open(row.reason, place_of("client_restriction", "reason", row.id))
    return Restricted(row.client_id, code, name, row.restricted_at, row.restricted_by_name, reason, row.cause)
