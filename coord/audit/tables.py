"""The trail's entries and where they end."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, LargeBinary
from sqlmodel import Field, SQLModel

from coord.access.rows import Retention, Wall, everybody, nobody, protect
from coord.audit.signing import Checkpoint


class AuditEntry(SQLModel, table=True):
    """One change or one reading of identity, a link of the chain. Rows are only ever inserted.

    The columns beside ``body`` say again what it says, so that the trail can be searched; verification
    compares them.
    """

    __tablename__ = "audit_entry"

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    prev: bytes = Field(sa_type=LargeBinary, unique=True)
    hash: bytes = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)
    at: datetime = Field(index=True)
    actor_id: UUID | None = Field(default=None, index=True)
    verb: str = Field(max_length=64)
    subject: str = Field(max_length=64)
    subject_id: UUID | None = Field(default=None, index=True)

    @property
    def facts(self) -> dict[str, Any]:
        """What the entry tells."""
        told: dict[str, Any] = orjson.loads(self.body)
        return told

    @property
    def actor_name(self) -> str:
        """Who did it, as they were called then."""
        return str(self.facts["actor_name"])

    @property
    def before(self) -> dict[str, Any] | None:
        """The row before the change."""
        found: dict[str, Any] | None = self.facts["before"]
        return found

    @property
    def after(self) -> dict[str, Any]:
        """The row after the change."""
        found: dict[str, Any] = self.facts["after"]
        return found

    @property
    def reason(self) -> str | None:
        """Why, where a reason was given."""
        found: str | None = self.facts["reason"]
        return found


class AuditHead(SQLModel, table=True):
    """The one row that every appending transaction locks, as its last statement."""

    __tablename__ = "audit_head"

    # Not a plain INTEGER: SQLite would take it for the row's own number, of whose reading its authorizer hears nothing.
    chain: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=BigInteger)
    hash: bytes = Field(sa_type=LargeBinary)


class AuditCheckpoint(SQLModel, table=True):
    """Where the trail ended at a moment, signed. Rows are only ever inserted; ``prev`` keeps them one line."""

    __tablename__ = "audit_checkpoint"

    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    hash: bytes = Field(sa_type=LargeBinary)
    at: datetime
    prev: bytes = Field(sa_type=LargeBinary, unique=True)
    key: str = Field(max_length=16)
    signature: bytes = Field(sa_type=LargeBinary)

    @property
    def checkpoint(self) -> Checkpoint:
        """Apart from the database."""
        return Checkpoint(self.seq, self.hash, self.at, self.prev, self.key, self.signature)


# PostgreSQL appends through a function of the owner; the role of people has no right to write here at all.
protect(AuditEntry, nobody, retention=Retention.SECURITY, wall=Wall(writes=everybody, grants=()))
protect(AuditHead, nobody, retention=Retention.SECURITY, wall=Wall(sees=everybody, grants=()))
# Checkpoints are made to be given away: numbers and hashes, and nothing of what the entries say.
protect(AuditCheckpoint, everybody, retention=Retention.SECURITY, wall=Wall(writes=nobody, grants=()))
