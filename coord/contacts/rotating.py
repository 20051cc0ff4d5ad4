"""Turning the keys of notes."""

from uuid import UUID

from coord.clients.rotating import Turned, turn
from coord.contacts.sealing import rewrapped
from coord.contacts.tables import NoteKey
from coord.work import Unit, action


@action("key.rotate")
async def rotate_note_keys(unit: Unit, after: UUID | None = None) -> Turned:
    """Wrap the next keys of notes with the newest key of the ring. Raises ``CannotOpen``."""
    return await turn(unit, NoteKey, rewrapped, after)
