"""Holding a person's copy back because it may harm them: a reason, a second person, thirty days at most.

The Mental Health Law of China (47) lets a record be kept back where reading it would harm the treatment. Nobody decides
that alone, and it ends by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.keys import key_of, place_of
from coord.clients.tables import Client
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.rights.correcting import own_client
from coord.rights.inputs import HoldExport
from coord.rights.rules import Hold, check_new_hold
from coord.rights.tables import ExportHold
from coord.work import Unit, action, read


@dataclass(frozen=True, slots=True)
class HoldShown:
    """The open hold of a client's copy, as the care team reads it."""

    reason: str
    asked_at: datetime
    until_at: datetime
    is_approved: bool
    is_own: bool


def _hold(row: ExportHold) -> Hold:
    return Hold(row.until_at, row.approved_at is not None, row.ended_at)


async def last_hold(unit: Unit, client_id: UUID, *, waiting: bool = False) -> ExportHold | None:
    """The newest hold of a client's copy; ``waiting`` for whoever is just changing it."""
    statement = select(ExportHold).where(col(ExportHold.client_id) == client_id)
    newest = statement.order_by(col(ExportHold.id).desc()).limit(1)
    found: ExportHold | None = await unit.scalar(newest.with_for_update() if waiting else newest)
    return found


async def refuse_while_held(unit: Unit, client_id: UUID) -> None:
    """Raise ``Conflict`` while the copy is held back."""
    row = await last_hold(unit, client_id)
    if row is not None and _hold(row).holds(unit.started_at):
        raise Conflict(Problem("client", "COPY_HELD_BACK", {"day": row.until_at.date().isoformat()}))


@action("client.hold_export")
async def ask_for_hold(unit: Unit, given: HoldExport) -> UUID:
    """Ask that a client's copy be held back: it is once a second person has agreed.

    Raises ``NotFound`` for clients of others, ``Invalid`` while one is open or soon after one.
    """
    client, key = await own_client(unit, given.client), await key_of(unit, given.client)
    # Of two at one moment the second finds the first one's.
    await unit.scalar(select(Client.id).where(col(Client.id) == client.id).with_for_update())
    before = await last_hold(unit, client.id)
    if problems := check_new_hold(None if before is None else _hold(before), unit.started_at):
        raise Invalid(*problems)
    if unit.actor.user_id is None:
        raise NotFound
    row_id = uuid7()
    row = ExportHold(
        id=row_id,
        client_id=client.id,
        hospital_id=client.hospital_id,
        reason=key.seal(given.reason, place_of("export_hold", "reason", row_id)),
        asked_by_id=unit.actor.user_id,
        asked_at=unit.started_at,
        until_at=unit.started_at + timedelta(days=given.days),
    )
    unit.add(row)
    audit.record(unit, "client.hold_export", row)
    return row_id


@action("client.hold_export")
async def agree_to_hold(unit: Unit, client_id: UUID) -> None:
    """Agree, as a second person, that a client's copy is held back.

    Raises ``Invalid`` for what one asked for oneself, ``Conflict`` once it is over.
    """
    row = await _open(unit, client_id)
    if row.asked_by_id == unit.actor.user_id:
        raise Invalid(Problem("hold", "SECOND_PERSON_NEEDED"))
    row.approved_by_id, row.approved_at = unit.actor.user_id, unit.started_at
    audit.record(unit, "client.agree_to_hold", row)


@action("client.hold_export")
async def end_hold(unit: Unit, client_id: UUID) -> None:
    """End a hold before its time. Raises ``Conflict`` once it is over."""
    row = await _open(unit, client_id)
    row.ended_at = unit.started_at
    audit.record(unit, "client.end_hold", row)


async def _open(unit: Unit, client_id: UUID) -> ExportHold:
    client = await own_client(unit, client_id)
    row = await last_hold(unit, client.id, waiting=True)
    if row is None or not _hold(row).is_open(unit.started_at):
        raise Conflict(Problem("hold", "HOLD_OVER"))
    return row


@read("client.hold_export")
async def open_hold(unit: Unit, client_id: UUID) -> HoldShown | None:
    """The hold of a client's copy that runs or waits for a second person; None without one."""
    client, row = await own_client(unit, client_id), await last_hold(unit, client_id)
    if row is None or not _hold(row).is_open(unit.started_at):
        return None
    reason = (await key_of(unit, client.id)).open(row.reason, place_of("export_hold", "reason", row.id))
    own = row.asked_by_id == unit.actor.user_id
    return HoldShown(reason, row.asked_at, row.until_at, row.approved_at is not None, own)
