"""Files at a record. What a name and a content say is for the care team: both are sealed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field

from coord.contacts.attachments.codes import AttachmentKind
from coord.kernel.clock import now
from coord.kernel.files import FileKind
from coord.kernel.table import Row, enum_field


class Attachment(Row):
    """What every attached file has, wherever it belongs. ``size`` is in bytes of the file as it is kept."""

    kind: AttachmentKind = enum_field(AttachmentKind, "kind")
    file_kind: FileKind = enum_field(FileKind, "file_kind")
    size: int
    name: bytes = Field(sa_type=LargeBinary)
    content: bytes = Field(sa_type=LargeBinary)
    attached_at: datetime = Field(default_factory=now)
    attached_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    attached_by_name: str = Field(max_length=100)


class ContactAttachment(Attachment, table=True):
    """A file at a record of a service, sealed with the key of the record's note."""

    __tablename__ = "contact_attachment"

    contact_id: UUID = Field(foreign_key="service_contact.id", index=True)
    note_key_id: UUID = Field(foreign_key="note_key.id", index=True)
