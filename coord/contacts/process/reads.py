"""Process records as the care team reads them."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.clients.access import of_care_team
from coord.clients.keys import place_of
from coord.contacts.process.codes import ContactMethod, RiskChange
from coord.contacts.process.tables import ProcessRecord
from coord.contacts.sealing import opened_note_key
from coord.contacts.tables import NoteKey
from coord.kernel.sql import select
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class ProcessSheet:
    """What a process record says."""

    method: ContactMethod | None
    risk_change: RiskChange | None
    next_on: date | None
    travel_minutes: int | None
    record_minutes: int | None
    volunteers: int | None
    budget_used: int | None
    satisfaction: int | None
    focus: str | None = None
    analysis: str | None = None
    next_step: str | None = None


_CODES = ("method", "risk_change", "next_on", "travel_minutes", "record_minutes", "volunteers", "budget_used",
          "satisfaction")  # fmt: skip


@read("contact.read_note")
async def process_sheets(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, ProcessSheet]:
    """Process records by contact, for the care team only; contacts without one are left out."""
    statement = (
        select(ProcessRecord, NoteKey.id, NoteKey.wrapped)
        .outerjoin(NoteKey, col(NoteKey.id) == col(ProcessRecord.note_key_id))
        .where(col(ProcessRecord.id).in_(ids), of_care_team(col(ProcessRecord.hospital_id), unit.actor))
    )
    rows = await unit.rows(statement) if ids else ()
    return {row.id: _sheet(row, key, wrapped) for row, key, wrapped in rows}


def _sheet(row: ProcessRecord, key: UUID | None, wrapped: bytes | None) -> ProcessSheet:
    said: dict[str, Any] = {}
    if key is not None and wrapped is not None and row.words is not None:
        opened = opened_note_key(key, wrapped).open(row.words, place_of("process_record", "words", row.id))
        said = json.loads(opened)
    return ProcessSheet(*(getattr(row, name) for name in _CODES), **said)
