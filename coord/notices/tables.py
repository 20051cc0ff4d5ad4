"""Notices in the pages, and mails that go out because of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary
from sqlmodel import Field

from coord.kernel.clock import now
from coord.kernel.table import Row


class Notice(Row, table=True):
    """Something that one person should look at. ``subject`` names a kind of row, ``subject_id`` the row."""

    __table_args__ = (Index("ix_notice_user_id_read_at", "user_id", "read_at"),)

    user_id: UUID = Field(foreign_key="app_user.id")
    kind: str = Field(max_length=32)
    subject: str = Field(max_length=32)
    subject_id: UUID
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    created_at: datetime = Field(default_factory=now)
    read_at: datetime | None = None


class OutgoingMail(Row, table=True):
    """A mail to one person: what it says follows from its kind, a link that is a secret is sealed.

    Somebody without an account yet is known by a sealed address, and by the language of who writes.
    """

    __tablename__ = "outgoing_mail"

    user_id: UUID | None = Field(default=None, foreign_key="app_user.id", index=True)
    address: bytes | None = Field(default=None, sa_type=LargeBinary)
    language: str | None = Field(default=None, max_length=8)
    kind: str = Field(max_length=32)
    link: bytes | None = Field(default=None, sa_type=LargeBinary)
    created_at: datetime = Field(default_factory=now)
    sent_at: datetime | None = None
