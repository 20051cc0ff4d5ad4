"""Private notes: each under a key of its own, which only its author's session and the database's wall give out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlmodel import Field

from coord.kernel.table import Row


class PrivateNote(Row, table=True):
    """One note of one author about one client. An erasure destroys its key."""

    __tablename__ = "private_note"

    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    author_id: UUID = Field(foreign_key="app_user.id", index=True)
    wrapped: bytes | None = Field(default=None, sa_type=LargeBinary)
    content: bytes = Field(sa_type=LargeBinary)
    written_at: datetime
