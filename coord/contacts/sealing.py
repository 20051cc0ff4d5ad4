"""Notes of contacts, sealed: with a key of the client at the organization that writes, others with its own key.

Not with the client's own key: a receiving organization writes about people whose key it may not read, and goes on
reading what it wrote when sharing has ended. Every such key names its client and is destroyed with them.
"""

import hashlib
import hmac
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID, uuid5

from sqlmodel import col

from coord.clients.keys import place_of
from coord.clients.vault import ring
from coord.contacts.quality_rules import COPIED_FROM, bare
from coord.contacts.tables import NoteKey, ServiceContact
from coord.kernel.sealing import DataKey
from coord.kernel.sql import select
from coord.settings import settings
from coord.work import Unit
from coord.work.inserting import insert_new

Whose = tuple[UUID | None, UUID]
"""A client, or None for what is about nobody alone, and the organization that writes."""
_HASH = 16


def key_id(client_id: UUID | None, hospital_id: UUID) -> UUID:
    """The id of a key: of two who make it at once the database lets one through."""
    return uuid5(hospital_id, str(client_id or ""))


def _place(key: UUID) -> str:
    return place_of("note_key", "wrapped", key)


def new_note_key(client_id: UUID | None, hospital_id: UUID) -> tuple[NoteKey, DataKey]:
    """A key for notes, as a row and ready for use."""
    made, key = key_id(client_id, hospital_id), DataKey.fresh()
    return NoteKey(
        id=made, client_id=client_id, hospital_id=hospital_id, wrapped=key.wrapped(ring(), _place(made))
    ), key


def opened_note_key(made: UUID, wrapped: bytes) -> DataKey:
    """A key again. Raises ``CannotOpen``."""
    return DataKey.unwrapped(ring(), wrapped, _place(made))


def rewrapped(row: NoteKey) -> bytes | None:
    """The key under the newest key of the ring; None when it is already."""
    if ring().is_newest(row.wrapped):
        return None
    return opened_note_key(row.id, row.wrapped).wrapped(ring(), _place(row.id))


def note_hash(worker_id: UUID, note: str) -> bytes | None:
    """By which a worker's copied notes are found without being read; None for a note too short to be called copied."""
    words = bare(note)
    if len(words) < COPIED_FROM:
        return None
    key = settings().search_key.get_secret_value().encode()
    return hmac.digest(key, b"note:" + worker_id.bytes + words.encode(), hashlib.sha256)[:_HASH]


def sealed_note(key: DataKey, contact_id: UUID, note: str) -> bytes:
    """A note, unreadable, bound to its contact."""
    return key.seal(note, place_of("service_contact", "note", contact_id))


def opened_note(key: DataKey, contact_id: UUID, sealed: bytes) -> str:
    """The note again. Raises ``CannotOpen``."""
    return key.open(sealed, place_of("service_contact", "note", contact_id))


async def _keys(unit: Unit, wanted: Collection[Whose]) -> Mapping[Whose, DataKey]:
    """The keys of some clients at some organizations; those that are missing are made."""
    by_id = {key_id(*whose): whose for whose in wanted}
    statement = select(NoteKey).where(col(NoteKey.id).in_(by_id))
    found = {by_id[row.id]: opened_note_key(row.id, row.wrapped) for row in await unit.scalars(statement)}
    new = {whose: new_note_key(*whose) for whose in dict.fromkeys(wanted) if whose not in found}
    if not new:
        return found
    went_in = {row.id for row in await insert_new(unit, [row for row, _ in new.values()])}
    found |= {whose: key for whose, (row, key) in new.items() if row.id in went_in}
    if len(went_in) < len(new):
        # Made by somebody else at this very moment.
        found |= {by_id[row.id]: opened_note_key(row.id, row.wrapped) for row in await unit.scalars(statement)}
    return found


async def seal_notes(unit: Unit, said: Sequence[tuple[ServiceContact, str | None]]) -> None:
    """Put notes into their contacts, sealed; a contact without one keeps nothing of an earlier one."""
    wanted = [(contact.client_id, contact.hospital_id) for contact, note in said if note]
    keys = await _keys(unit, wanted) if wanted else {}
    for contact, note in said:
        if not note:
            contact.note = contact.note_key_id = contact.note_hash = None
            continue
        whose = contact.client_id, contact.hospital_id
        contact.note = sealed_note(keys[whose], contact.id, note)
        contact.note_key_id, contact.note_hash = key_id(*whose), note_hash(contact.worker_id, note)


async def key_for(unit: Unit, contact: ServiceContact) -> tuple[UUID, DataKey]:
    """The key under which words about a contact are sealed, and its id; a missing one is made."""
    whose = contact.client_id, contact.hospital_id
    return key_id(*whose), (await _keys(unit, [whose]))[whose]
