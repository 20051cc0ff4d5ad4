"""Rows that wait to be stored, by table, in an order that satisfies every foreign key."""

import random
import uuid
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel

from coord.audit.tables import AuditEntry
from coord.audit.trail import put
from coord.cases.tables import CaseFile
from coord.clients.consents.tables import Consent
from coord.clients.record.tables import ClientRecord
from coord.clients.tables import Client, ClientIdentity, ClientKey, ClientSearchKey
from coord.contacts.sealing import key_id, new_note_key, note_hash, sealed_note
from coord.contacts.tables import (
    Absence,
    CoWorker,
    EventHost,
    GroupMember,
    NoteKey,
    Presence,
    QualityFlag,
    ServiceContact,
    ServiceGroup,
)
from coord.demo.loading import load, trusted
from coord.kernel.sealing import DataKey
from coord.outcomes.tables import ScaleAnswers, ScaleScore
from coord.referrals.tables import Referral, ReferralClock, ReferralEvent, ReferralFeedback, ReferralKey
from coord.supervision.tables import SupervisionAttendance, SupervisionSession
from coord.work import Unit

_ORDER: tuple[type[SQLModel], ...] = (
    Client, Consent, ClientKey, ClientIdentity, ClientRecord, ClientSearchKey, CaseFile, ServiceGroup, GroupMember, NoteKey, ServiceContact, Presence, CoWorker,
    EventHost, Absence, QualityFlag, ScaleScore, ScaleAnswers, SupervisionSession, SupervisionAttendance,
    Referral, ReferralKey, ReferralEvent, ReferralClock, ReferralFeedback,
)  # fmt: skip


def ordered_id(at: datetime, rng: random.Random) -> uuid.UUID:
    """A UUIDv7 of an instant, repeatable by the seed of ``rng``."""
    noise = rng.getrandbits(74)
    value = int(at.timestamp() * 1000) << 80 | 0x7 << 76 | (noise >> 62) << 64 | 0b10 << 62 | noise & ((1 << 62) - 1)
    return uuid.UUID(int=value)


class Harvest:
    """Collects rows by column and stores them in bulk."""

    def __init__(self) -> None:
        """Nothing collected yet."""
        self.rows: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
        self._keys: dict[uuid.UUID, DataKey] = {}

    def add(self, model: type[SQLModel], **facts: Any) -> dict[str, Any]:
        """Keep a row for later; returns it."""
        self.rows[model].append(facts)
        return facts

    def _seal(self, contact: dict[str, Any]) -> None:
        """The note as the database keeps it, with a key that is made for the first one."""
        said, client, hospital = contact["note"], contact["client_id"], contact["hospital_id"]
        made = key_id(client, hospital)
        if made not in self._keys:
            row, self._keys[made] = new_note_key(client, hospital)
            self.add(NoteKey, **row.model_dump())
        contact["note"] = sealed_note(self._keys[made], contact["id"], said)
        contact["note_key_id"], contact["note_hash"] = made, note_hash(contact["worker_id"], said)

    async def store(self, unit: Unit) -> int:
        """Load everything collected, notes sealed, and forget it; returns the number of contacts."""
        for contact in self.rows[ServiceContact]:
            if contact["note"] is not None:
                self._seal(contact)
        async with trusted(unit):
            for model in _ORDER:
                await load(unit, model, self.rows.get(model, ()))
        put(unit, self.rows.get(AuditEntry, []))
        stored = len(self.rows[ServiceContact])
        self.rows.clear()
        return stored
