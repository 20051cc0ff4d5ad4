"""Turning the keys of private notes."""

from uuid import UUID

from coord.clients.private.notes import rewrapped
from coord.clients.private.tables import PrivateNote
from coord.clients.rotating import Turned, turn
from coord.work import Unit, action


@action("key.rotate")
async def rotate_private_keys(unit: Unit, after: UUID | None = None) -> Turned:
    """Wrap the next keys of private notes with the newest key of the ring. Raises ``CannotOpen``."""
    return await turn(unit, PrivateNote, rewrapped, after)
