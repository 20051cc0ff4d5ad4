"""Attached files, sealed and opened again: one way for those at a record and those at a case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.clients.keys import place_of
from coord.contacts.attachments.codes import AttachmentKind
from coord.contacts.attachments.inputs import AttachFile
from coord.contacts.attachments.tables import Attachment
from coord.kernel.errors import Invalid, Problem
from coord.kernel.files import FileKind
from coord.kernel.sealing import DataKey
from coord.kernel.sql import select
from coord.work import Unit

AttachmentT = TypeVar("AttachmentT", bound=Attachment)
_SHOWN = ("id", "kind", "file_kind", "size", "name", "attached_at", "attached_by_name")


@dataclass(frozen=True, slots=True)
class AttachmentCard:
    """An attached file in a list; its content is read apart from it. ``size`` is in bytes."""

    id: UUID
    kind: AttachmentKind
    file_kind: FileKind
    size: int
    name: str
    attached_at: datetime
    attached_by: str


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """An attached file to be saved, under the name it came with."""

    kind: FileKind
    name: str
    content: bytes


def shown(model: type[Attachment]) -> Sequence[Any]:
    """The columns that a card is made of: everything but the content, which may be ten megabytes."""
    return [getattr(model, name) for name in _SHOWN]


def card_of(model: type[Attachment], row: Any, key: DataKey) -> AttachmentCard:
    """The card of a row of ``shown``, with its name opened. Raises ``CannotOpen``."""
    name = key.open(row.name, place_of(str(model.__tablename__), "name", row.id))
    return AttachmentCard(row.id, row.kind, row.file_kind, row.size, name, row.attached_at, row.attached_by_name)


def opened_file(row: Attachment, key: DataKey) -> AttachedFile:
    """The file as it came. Raises ``CannotOpen``."""
    table = str(row.__tablename__)
    name = key.open(row.name, place_of(table, "name", row.id))
    return AttachedFile(row.file_kind, name, key.open_bytes(row.content, place_of(table, "content", row.id)))


def attached(
    unit: Unit, model: type[AttachmentT], row_id: UUID, given: AttachFile, taken: tuple[FileKind, bytes], key: DataKey,
    **belongs: UUID,
) -> AttachmentT:  # fmt: skip
    """The row of a file that was checked; ``belongs`` are the columns that say where it belongs."""
    table, (file_kind, content) = str(model.__tablename__), taken
    return model(
        id=row_id,
        kind=given.kind,
        file_kind=file_kind,
        size=len(content),
        name=key.seal(given.file_name, place_of(table, "name", row_id)),
        content=key.seal_bytes(content, place_of(table, "content", row_id)),
        attached_at=unit.started_at,
        attached_by_id=unit.actor.user_id,
        attached_by_name=unit.actor.name,
        **belongs,
    )


def seal_anew(row: Attachment, before: DataKey, after: DataKey) -> None:
    """Seal a file with another key."""
    table, file = str(row.__tablename__), opened_file(row, before)
    row.name = after.seal(file.name, place_of(table, "name", row.id))
    row.content = after.seal_bytes(file.content, place_of(table, "content", row.id))


async def refuse_more(unit: Unit, model: type[Attachment], there: ColumnElement[bool], most: int) -> None:
    """Raise ``Invalid`` where as many files as may be are attached already."""
    if await unit.count(select(col(model.id)).where(there)) >= most:
        raise Invalid(Problem("file", "TOO_MANY", {"limit": most}))
