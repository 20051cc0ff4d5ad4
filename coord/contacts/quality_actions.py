"""Raising flags after a contact is logged, and accepting them with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, false, or_
from sqlmodel import col

from coord import audit
from coord.contacts.codes import FlagState, Source
from coord.contacts.quality_inputs import AcceptFlag
from coord.contacts.quality_people import doubts_of_consent, same_people
from coord.contacts.quality_rules import (
    BURST_WITHIN,
    Doubt,
    Entry,
    Neighbors,
    burst_doubts,
    copied_doubts,
    doubts_between,
    own_doubts,
)
from coord.contacts.reviews.sampling import draw_beside
from coord.contacts.tables import QualityFlag, ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.programs.setting_values import values_of
from coord.programs.tables import Program, Setting
from coord.work import Unit, action
from coord.work.inserting import insert_new

_NOTES_COMPARED = timedelta(days=180)
_READ = (
    "id", "worker_id", "client_id", "service_code", "attendance", "occurred_on", "started_at", "duration_minutes",
    "recorded_at", "note_hash",
)  # fmt: skip


@action("job.run")
async def flag_quality(unit: Unit, *contacts: UUID) -> int:
    """Look at contacts and what stands beside them, and draw the samples of their months; returns how many new flags.

    Running it again raises nothing twice. Withdrawn contacts and ids of nothing give no flag.
    """
    statement = _entries(col(ServiceContact.id).in_(contacts)).add_columns(
        col(Program.id).label("program_id"), Program.time_zone
    )
    found = await unit.rows(statement.join(Program, col(Program.id) == col(ServiceContact.program_id)))
    if not found:
        return 0
    limits = await _backdated_days(unit, {row.program_id: row.time_zone for row in found})
    people = await same_people(unit, {row.client_id for row in found if row.client_id is not None})
    entries = [_entry(row, people) for row in found]
    beside = [_entry(row, people) for row in await unit.rows(_beside(found, people))]
    neighbors = Neighbors([*entries, *beside])
    doubts = [*copied_doubts(entries, beside), *await doubts_of_consent(unit, contacts)]
    for entry, row in zip(entries, found, strict=True):
        near = [_entry(other, people) for other in await unit.rows(_near(entry))] if entry.is_typed else []
        doubts += own_doubts(entry, row.time_zone, limits[row.program_id])
        doubts += doubts_between(entry, neighbors.of(entry))
        doubts += burst_doubts(entry, near)
    await draw_beside(unit, contacts)
    return await raise_doubts(unit, doubts)


async def _backdated_days(unit: Unit, zones: Mapping[UUID, str]) -> Mapping[UUID, int]:
    """The limit of each program today, where the program is; ``zones`` by program."""
    return {
        program: (await values_of(unit, program)).on(local_date(unit.started_at, zone))[Setting.BACKDATE_DAYS]
        for program, zone in zones.items()
    }


def _entries(*where: Any) -> Any:
    return select(*(getattr(ServiceContact, name) for name in _READ), ServiceContact.source).where(
        *where, col(ServiceContact.withdrawn_at).is_(None)
    )


def _entry(row: Any, people: Mapping[UUID, UUID]) -> Entry:
    """``people``: one id for all files of a person, so that a day at two organizations is compared as well."""
    facts: dict[str, Any] = {name: getattr(row, name) for name in _READ}
    facts["client_id"] = people.get(row.client_id, row.client_id)
    return Entry(**facts, is_typed=row.source != Source.IMPORT)


def _beside(entries: Sequence[Any], people: Mapping[UUID, UUID]) -> Any:
    """Contacts that may clash: the clients' days, the workers' hours, the workers' notes of half a year."""
    day, days = timedelta(days=1), [entry.occurred_on for entry in entries]
    client, worker, on = col(ServiceContact.client_id), col(ServiceContact.worker_id), col(ServiceContact.occurred_on)
    timed, noted = col(ServiceContact.started_at).is_not(None), col(ServiceContact.note_hash)
    reasons: list[Any] = []
    if clients := {entry.client_id for entry in entries if entry.client_id is not None} | people.keys():
        reasons.append(and_(client.in_(clients), on.in_(set(days))))
    if workers := {entry.worker_id for entry in entries if entry.started_at is not None}:
        reasons.append(and_(worker.in_(workers), on.between(min(days) - day, max(days) + day), timed))
    if words := {entry.note_hash for entry in entries if entry.note_hash is not None}:
        writers = {entry.worker_id for entry in entries if entry.note_hash is not None}
        reasons.append(and_(worker.in_(writers), on >= min(days) - _NOTES_COMPARED, noted.in_(words)))
    return _entries(or_(false(), *reasons))


def _near(entry: Entry) -> Any:
    recorded = col(ServiceContact.recorded_at).between(
        entry.recorded_at - BURST_WITHIN, entry.recorded_at + BURST_WITHIN
    )
    return _entries(col(ServiceContact.worker_id) == entry.worker_id, recorded)


@action("job.run")
async def raise_doubts(unit: Unit, doubts: Iterable[Doubt]) -> int:
    """Put doubts down as flags, each once; returns how many are new."""
    wanted = {(doubt.contact_id, doubt.kind) for doubt in doubts}
    statement = select(QualityFlag.contact_id, QualityFlag.kind).where(
        col(QualityFlag.contact_id).in_({contact_id for contact_id, _ in wanted})
    )
    known = {tuple(row) for row in await unit.rows(statement)} if wanted else set()
    new = [QualityFlag(contact_id=contact, kind=kind) for contact, kind in sorted(wanted - known)]
    # Another job may raise the same flag at this very moment.
    raised = await insert_new(unit, new)
    for flag in raised:
        audit.record(unit, "contact.flag", flag)
    return len(raised)


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
