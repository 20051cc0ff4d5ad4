"""Private notes of a therapy: the author's alone, apart from the record of care (45 CFR 164.501)."""

from coord.clients.private import access
from coord.clients.private.notes import PrivateNoteShown, own_notes, remove_note, stay_with_their_author, write_note

__all__ = ["PrivateNoteShown", "access", "own_notes", "remove_note", "stay_with_their_author", "write_note"]
