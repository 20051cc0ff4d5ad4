"""A therapist's private notes through the API: nobody's but their author's."""

from typing import Annotated, Any
from uuid import UUID

import strawberry

from coord.clients.private import own_notes, remove_note, write_note
from coord.clients.private.notes import WritePrivateNote
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.scalars import DateTime

_NOTE = "PrivateNote"


@strawberry.type(description="For its author alone, no part of the record of care. 仅作者本人可见，不属于服务档案。")
class PrivateNote:
    """A note of one's own."""

    id: strawberry.ID
    content: str
    written_at: DateTime


@strawberry.input(description="A note about a client, for oneself. 关于服务对象的私人笔记。")
class WritePrivateNoteInput:
    """What ``WritePrivateNote`` takes, with a global id."""

    client: strawberry.ID
    content: str


@strawberry.type(description="The note that was written or removed. 已写入或删除的笔记。")
class PrivateNoteKept:
    """The answer to a written or removed note."""

    note_id: strawberry.ID


PrivateNoteResult = Annotated[PrivateNoteKept | Rejected, strawberry.union("PrivateNoteResult")]


def _key(field: str, kind: str, given: str) -> UUID:
    found = row_id(field, kind, given)
    if found is None:
        raise AssertionError("the schema lets no null through")
    return found


async def private_notes(info: Info, client: strawberry.ID) -> list[PrivateNote]:
    """One's own about a client, the newest first."""
    found = await own_notes(info.context.unit, _key("client", "Client", client))
    told: list[Any] = [(one, strawberry.ID(global_id(_NOTE, one.id))) for one in found]
    return [PrivateNote(id=key, content=one.content, written_at=one.written_at) for one, key in told]


async def write(
    info: Info, given_input: Annotated[WritePrivateNoteInput, strawberry.argument(name="input")]
) -> PrivateNoteResult:
    """Write one."""
    made = await write_note(info.context.unit, WritePrivateNote.parse(raw(given_input, {"client": "Client"})))
    return PrivateNoteKept(note_id=strawberry.ID(global_id(_NOTE, made)))


async def remove(info: Info, note: strawberry.ID) -> PrivateNoteResult:
    """Remove one, with its key."""
    await remove_note(info.context.unit, _key("note", _NOTE, note))
    return PrivateNoteKept(note_id=note)
