"""The trail's one table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field

from coord.access.rows import Retention, Wall, everybody, nobody, protect
from coord.kernel.clock import now
from coord.kernel.table import Row


class AuditEntry(Row, table=True):
    """One change or one reading of identity. Rows are only ever inserted."""

    __tablename__ = "audit_entry"

    at: datetime = Field(default_factory=now, index=True)
    actor_id: UUID | None = Field(default=None, index=True)
    actor_name: str = Field(max_length=100)
    verb: str = Field(max_length=64)
    subject: str = Field(max_length=64)
    subject_id: UUID | None = Field(default=None, index=True)
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    after: dict[str, Any] | None = Field(default=None, sa_type=JSON)
    reason: str | None = Field(default=None, max_length=400)


protect(AuditEntry, nobody, retention=Retention.SECURITY, wall=Wall(writes=everybody, grants=("INSERT",)))
