"""What is said about a file that somebody attaches; the content itself is looked at apart from its name."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from coord.contacts.attachments.codes import AttachmentKind
from coord.kernel.inputs import Input, Line


class AttachFile(Input):
    """Any file; where it belongs is said by whoever takes it."""

    idempotency_key: UUID
    kind: AttachmentKind
    file_name: Annotated[Line, Field(max_length=200)]


class AttachToContact(AttachFile):
    """A file at a record of a service."""

    contact: UUID
