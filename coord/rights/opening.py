"""Opening what is sealed about a person: with the key of their file, of a file merged into it, or of a referral."""

import base64
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlmodel import col

from coord.clients.keys import place_of
from coord.clients.private.notes import note_key
from coord.clients.tables import ClientKey
from coord.clients.vault import data_key
from coord.contacts.sealing import opened_note_key
from coord.contacts.tables import NoteKey
from coord.kernel.sealing import CannotOpen, DataKey
from coord.kernel.sql import select
from coord.referrals.sealing import opened_key
from coord.referrals.tables import ReferralKey
from coord.rights.subject import About, Held, SealedWith
from coord.work import Unit, read

_FILES = {("consent_evidence", "content"), ("contact_attachment", "content"), ("case_attachment", "content")}
Cell = Any
"""A plain value: text, number, truth, day, moment, list, mapping, or None."""


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one person: of their files, of their referrals by id, and of the notes about them by id."""

    of_files: Sequence[DataKey]
    of_referrals: Mapping[UUID, DataKey]
    of_notes: Mapping[UUID, DataKey]

    def value(self, about: About, held: Held, row: Any) -> Cell:
        """What a column says of a row, opened; None where nobody can read it any more."""
        said = getattr(row, held.name)
        if held.sealed_with is None or said is None:
            return said
        for key in self._fitting(held, row):
            with suppress(CannotOpen):
                opened = key.open_bytes(said, place_of(about.name, held.name, row.id))
                return _file(opened) if (about.name, held.name) in _FILES else _readable(opened.decode())
        return None

    def _fitting(self, held: Held, row: Any) -> Sequence[DataKey]:
        match held.sealed_with:
            case SealedWith.REFERRAL:
                key = self.of_referrals.get(getattr(row, "referral_id", row.id))
            case SealedWith.PRIVATE:
                key = note_key(row)
            case SealedWith.NOTE:
                key = self.of_notes.get(row.note_key_id)
            case _:
                return self.of_files
        return [] if key is None else [key]


def _file(opened: bytes) -> Cell:
    return {"base64": base64.b64encode(opened).decode()}


def _readable(text: str) -> Cell:
    """Text, or the mapping of a form that it holds."""
    with suppress(orjson.JSONDecodeError):
        found = orjson.loads(text)
        return found if isinstance(found, dict) else text
    return text


@read("client.export")
async def keys_of(unit: Unit, files: Sequence[UUID]) -> Keys:
    """The keys of a person's files, referrals and notes; those that were destroyed are left out."""
    own = await unit.scalars(select(ClientKey).where(col(ClientKey.id).in_(files)))
    referrals = await unit.scalars(select(ReferralKey).where(col(ReferralKey.client_id).in_(files)))
    notes = await unit.scalars(select(NoteKey).where(col(NoteKey.client_id).in_(files)))
    return Keys(
        [data_key(row.id, row.wrapped) for row in own],
        {row.id: opened_key(row) for row in referrals},
        {row.id: opened_note_key(row.id, row.wrapped) for row in notes},
    )
