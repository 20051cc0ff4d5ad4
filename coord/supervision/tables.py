"""Supervision: the session, who took part, and the supervisor's private worry about somebody."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Index
from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.supervision.codes import SupervisionKind


class SupervisionSession(Row, table=True):
    """One session. Minutes count for each worker who took part; what was withdrawn counts nowhere."""

    __tablename__ = "supervision_session"
    __table_args__ = (CheckConstraint("minutes > 0", name="minutes"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    supervisor_id: UUID = Field(foreign_key="app_user.id", index=True)
    supervisor_name: str = Field(max_length=80)
    kind: SupervisionKind = enum_field(SupervisionKind, "kind")
    held_on: date
    minutes: int
    topics: list[str] = Field(default_factory=list, sa_type=JSON)
    agreed: str | None = Field(default=None, max_length=2000)
    recorded_at: datetime = Field(default_factory=now)
    withdrawn_at: datetime | None = None


class SupervisionAttendance(Row, table=True):
    """A worker in a session, with the hospital and employer of their post on that day: what minutes are counted from.

    Who follows a hospital's figures sees these rows and never the session, where it is written what was agreed.
    """

    __tablename__ = "supervision_attendance"
    __table_args__ = (
        UniqueConstraint("session_id", "worker_id"),
        Index("ix_supervision_attendance_worker", "worker_id", "held_on"),
    )

    session_id: UUID = Field(foreign_key="supervision_session.id")
    worker_id: UUID = Field(foreign_key="worker.id")
    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    agency_id: UUID | None = Field(default=None, foreign_key="organization.id")
    """Who employs the worker; None where the hospital does."""
    held_on: date
    minutes: int
    withdrawn_at: datetime | None = None


class SupervisionWorry(Row, table=True):
    """That the supervisor worries how a worker is: nobody else sees it, not the worker, not the foundation."""

    __tablename__ = "supervision_worry"
    __table_args__ = (UniqueConstraint("session_id", "worker_id"),)

    session_id: UUID = Field(foreign_key="supervision_session.id")
    worker_id: UUID = Field(foreign_key="worker.id", index=True)
    supervisor_id: UUID = Field(foreign_key="app_user.id", index=True)
