"""Attached files through the API, for the care team alone: what is there; a file itself is saved through the pages."""

from collections.abc import Sequence
from typing import Any

import strawberry

from coord.contacts.attachments.codes import AttachmentKind
from coord.contacts.attachments.reads import contact_attachments
from coord.contacts.attachments.sealing import AttachmentCard
from coord.kernel.files import FileKind
from schema.looking import Info
from schema.scalars import UUID, DateTime

strawberry.enum(AttachmentKind, description="What a file shows. 附件类型。")
strawberry.enum(FileKind, description="What kind of file it is. 文件格式。")


@strawberry.type(description="A file at a record or a case; it is saved through the pages. 附件；文件须在页面中下载。")
class Attachment:
    """An attached file."""

    id: UUID
    kind: AttachmentKind
    file_kind: FileKind
    size: int = strawberry.field(description="In bytes. 字节数。")
    name: str
    attached_at: DateTime
    attached_by: str


def listed(files: Sequence[AttachmentCard]) -> list[Attachment]:
    """The files of one record or case."""
    names = Attachment.__annotations__
    return [Attachment(**{name: getattr(file, name) for name in names}) for file in files]


async def attachments_of(info: Info, root: strawberry.Parent[Any]) -> list[Attachment]:
    """The files at a contact; of all contacts of a page in one statement."""
    context = info.context
    if not context.actor.may("contact.read_note"):
        return []

    async def load(ids: list[Any]) -> list[list[Attachment]]:
        found = await contact_attachments(context.unit, ids)
        return [listed(found.get(key, ())) for key in ids]

    read: list[Attachment] = await context.loader("attachments", load).load(root.column("id"))
    return read
