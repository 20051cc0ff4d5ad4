"""Jobs waiting for their turn, and the memory of submissions already taken."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, column
from sqlmodel import Field, SQLModel, UniqueConstraint

from coord.access.rows import Retention, Wall, everybody, nobody, protect
from coord.kernel.clock import now
from coord.kernel.table import Row


class OutboxJob(Row, table=True):
    """A job written in the transaction that caused it; the queue is only a fast copy of this table."""

    __tablename__ = "outbox_job"
    __table_args__ = (
        Index(
            "ix_outbox_job_open",
            "enqueued_at",
            sqlite_where=column("done_at").is_(None),
            postgresql_where=column("done_at").is_(None),
        ),
    )

    job: str = Field(max_length=64)
    arguments: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    created_at: datetime = Field(default_factory=now)
    enqueued_at: datetime | None = None
    attempts: int = 0
    done_at: datetime | None = None
    parked_at: datetime | None = None
    last_error: str | None = Field(default=None, max_length=200)


class ScheduledJob(SQLModel, table=True):
    """A job that comes again and again, and when it comes next."""

    __tablename__ = "scheduled_job"

    name: str = Field(primary_key=True, max_length=64)
    next_at: datetime


class Submission(Row, table=True):
    """One idempotency key of one user: what was sent (as a hash) and what it made."""

    __table_args__ = (UniqueConstraint("user_id", "key"),)

    user_id: UUID
    key: UUID
    content_hash: str = Field(max_length=64)
    result_id: UUID
    created_at: datetime = Field(default_factory=now)


class PaceCount(SQLModel, table=True):
    """What one person has done within the hour that began at a moment; its id is the person's."""

    __tablename__ = "pace_count"

    id: UUID = Field(primary_key=True, foreign_key="app_user.id")
    began_at: datetime = Field(default_factory=now)
    names: int = 0
    searches: int = 0
    exports: int = 0
    imports: int = 0
    sendings: int = 0


# Everybody's work may leave a job behind; nobody but the system sees it again.
protect(OutboxJob, nobody, retention=Retention.TRANSIENT, wall=Wall(writes=everybody, grants=("INSERT",)))
protect(ScheduledJob, nobody, retention=Retention.TRANSIENT, wall=Wall(grants=()))
protect(PaceCount, lambda actor: PaceCount.id == actor.user_id, retention=Retention.TRANSIENT)  # type: ignore[arg-type, return-value]
protect(Submission, lambda actor: Submission.user_id == actor.user_id, retention=Retention.TRANSIENT)  # type: ignore[arg-type, return-value]
