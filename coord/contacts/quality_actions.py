"""Raising flags after a contact is logged, and accepting them with a reason."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.contacts.codes import FlagState, Source
from coord.contacts.quality_inputs import AcceptFlag
from coord.contacts.quality_rules import BURST_WITHIN, Doubt, Entry, burst_doubts, doubts_between, own_doubts
from coord.contacts.tables import QualityFlag, ServiceContact
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.work import Unit, action

_NOTES_COMPARED = timedelta(days=180)
_READ = (
    "id", "worker_id", "client_id", "service_code", "attendance", "occurred_on", "started_at", "duration_minutes",
    "recorded_at", "note",
)  # fmt: skip


@action("job.run")
async def flag_quality(unit: Unit, contact_id: UUID) -> int:
    """Look at a contact and what stands beside it; returns how many new flags that gave.

    Running it again raises nothing twice. Withdrawn contacts and ids of nothing give no flag.
    """
    found = await unit.row(_entries(ServiceContact.id == contact_id).add_columns(Program.time_zone).join(
        Program, col(Program.id) == col(ServiceContact.program_id)
    ))  # fmt: skip
    if found is None:
        return 0
    entry, zone = _entry(found), found.time_zone
    beside = [_entry(row) for row in await unit.rows(_beside(entry))]
    near = [_entry(row) for row in await unit.rows(_near(entry))] if entry.is_typed else []
    doubts = [*own_doubts(entry, zone), *doubts_between(entry, beside), *burst_doubts(entry, near)]
    return await _raise_new(unit, dict.fromkeys(doubts))


def _entries(*where: Any) -> Any:
    return select(*(getattr(ServiceContact, name) for name in _READ), ServiceContact.source).where(
        *where, col(ServiceContact.withdrawn_at).is_(None)
    )


def _entry(row: Any) -> Entry:
    facts: dict[str, Any] = {name: getattr(row, name) for name in _READ}
    return Entry(**facts, is_typed=row.source != Source.IMPORT)


def _beside(entry: Entry) -> Any:
    """Contacts that may clash: the client's day, the worker's hours, the worker's notes of half a year."""
    same_worker = col(ServiceContact.worker_id) == entry.worker_id
    day = timedelta(days=1)
    around = col(ServiceContact.occurred_on).between(entry.occurred_on - day, entry.occurred_on + day)
    reasons: list[Any] = (
        [and_(same_worker, around, col(ServiceContact.started_at).is_not(None))] if entry.started_at else []
    )
    if entry.client_id is not None:
        same_day = col(ServiceContact.occurred_on) == entry.occurred_on
        reasons.append(and_(col(ServiceContact.client_id) == entry.client_id, same_day))
    if entry.note:
        lately = col(ServiceContact.occurred_on) >= entry.occurred_on - _NOTES_COMPARED
        reasons.append(and_(same_worker, lately, col(ServiceContact.note).is_not(None)))
    return _entries(or_(false(), *reasons), col(ServiceContact.id) != entry.id)


def _near(entry: Entry) -> Any:
    recorded = col(ServiceContact.recorded_at).between(
        entry.recorded_at - BURST_WITHIN, entry.recorded_at + BURST_WITHIN
    )
    return _entries(col(ServiceContact.worker_id) == entry.worker_id, recorded)


async def _raise_new(unit: Unit, doubts: Iterable[Doubt]) -> int:
    wanted = {(doubt.contact_id, doubt.kind) for doubt in doubts}
    statement = select(QualityFlag.contact_id, QualityFlag.kind).where(
        col(QualityFlag.contact_id).in_({contact_id for contact_id, _ in wanted})
    )
    known = {tuple(row) for row in await unit.rows(statement)} if wanted else set()
    new = [QualityFlag(contact_id=contact, kind=kind) for contact, kind in sorted(wanted - known)]
    raised = 0
    for flag in new:
        try:
            await unit.session.savepoint(flag)
        except IntegrityError:
            continue  # Another job raised the same flag meanwhile.
        audit.record(unit, "contact.flag", flag)
        raised += 1
    return raised


@action("contact.review")
async def accept_flag(unit: Unit, given: AcceptFlag) -> None:
    """Let a flagged record stand, with the reason.

    Raises ``NotFound`` for a foreign flag, ``Conflict`` when it was accepted before.
    """
    flag = await unit.find(QualityFlag, given.flag)
    if flag.state is FlagState.ACCEPTED:
        raise Conflict(Problem("flag", "FLAG_ACCEPTED_ALREADY"))
    before = audit.facts(flag)
    flag.state, flag.justification = FlagState.ACCEPTED, given.justification
    flag.reviewed_by_id, flag.reviewed_at = unit.actor.user_id, unit.started_at
    audit.record(unit, "contact.accept_flag", flag, before=before)
