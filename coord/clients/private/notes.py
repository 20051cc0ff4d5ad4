"""Writing, reading and removing one's own private notes about a client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlmodel import col, delete

from coord import audit
from coord.clients.access import in_care_of
from coord.clients.keys import place_of
from coord.clients.private.tables import PrivateNote
from coord.clients.tables import Client
from coord.clients.tombstones import refuse_erased
from coord.clients.vault import ring
from coord.kernel.errors import NotFound
from coord.kernel.ids import uuid7
from coord.kernel.inputs import Input, Prose
from coord.kernel.sealing import DataKey
from coord.kernel.sql import select
from coord.settings import settings
from coord.work import Unit, action, read

_MOST = 200
LONGEST = 4000


class WritePrivateNote(Input):
    """A note for oneself about a client."""

    client: UUID
    content: Annotated[str, Prose, Field(min_length=1, max_length=LONGEST)]


@dataclass(frozen=True, slots=True)
class PrivateNoteShown:
    """A note as its author reads it."""

    id: UUID
    content: str
    written_at: datetime


def _place(note: UUID) -> str:
    return place_of("private_note", "wrapped", note)


def note_key(row: PrivateNote) -> DataKey | None:
    """The key of a note; None once it was destroyed. Raises ``CannotOpen``."""
    return None if row.wrapped is None else DataKey.unwrapped(ring(), row.wrapped, _place(row.id))


def rewrapped(row: PrivateNote) -> bytes | None:
    """The key under the newest key of the ring; None when it is already, or is no more."""
    key = note_key(row)
    return (
        None
        if key is None or row.wrapped is None or ring().is_newest(row.wrapped)
        else key.wrapped(ring(), _place(row.id))
    )


async def _own_client(unit: Unit, client_id: UUID) -> Client:
    client = await unit.find(Client, client_id)
    if not in_care_of(unit.actor, client.hospital_id):
        raise NotFound
    refuse_erased(client)
    return client


@action("private_note.write")
async def write_note(unit: Unit, given: WritePrivateNote) -> UUID:
    """Write a note for oneself; the trail says that, and nothing of it. Raises ``NotFound`` for clients of others."""
    client = await _own_client(unit, given.client)
    if unit.actor.user_id is None:
        raise NotFound
    key, row_id = DataKey.fresh(), uuid7()
    row = PrivateNote(
        id=row_id, client_id=client.id, hospital_id=client.hospital_id, author_id=unit.actor.user_id,
        wrapped=key.wrapped(ring(), _place(row_id)), written_at=unit.started_at,
        content=key.seal(given.content, place_of("private_note", "content", row_id)),
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "private_note.write", row)
    return row_id


@read("private_note.write")
async def own_notes(unit: Unit, client_id: UUID) -> Sequence[PrivateNoteShown]:
    """One's own notes about a client, the newest first. Raises ``NotFound`` for clients of others."""
    client = await _own_client(unit, client_id)
    statement = select(PrivateNote).where(
        col(PrivateNote.client_id) == client.id, col(PrivateNote.author_id) == unit.actor.user_id
    )
    rows: Sequence[PrivateNote] = await unit.scalars(statement.order_by(col(PrivateNote.id).desc()).limit(_MOST))
    return [PrivateNoteShown(row.id, _opened(row), row.written_at) for row in rows]


def _opened(row: PrivateNote) -> str:
    key = note_key(row)
    return "" if key is None else key.open(row.content, place_of("private_note", "content", row.id))


@action("private_note.write")
async def remove_note(unit: Unit, note_id: UUID) -> None:
    """Remove one's own note, with its key. Raises ``NotFound`` for those of others."""
    row = await unit.find(PrivateNote, note_id)
    if row.author_id != unit.actor.user_id:
        raise NotFound
    audit.record(unit, "private_note.remove", row)
    await unit.session.run(delete(PrivateNote).where(col(PrivateNote.id) == note_id))


def stay_with_their_author() -> bool:
    """Whether not even the person's own copy holds them: a setting, for counsel to decide."""
    return not settings().copy_private_notes
