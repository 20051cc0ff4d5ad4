"""Scores, the answers behind them, safety alerts and how far each has come."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, column
from sqlmodel import Field, SQLModel, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.outcomes.codes import (
    AlertOutcome,
    AlertTaskKind,
    AlertText,
    AlertTrigger,
    AlertUrgency,
    Band,
    ScaleCode,
    ScoreStatus,
)


class ScaleScore(Row, table=True):
    """What one filled scale came to. The answers stand in a table of their own, which fewer people read."""

    __tablename__ = "scale_score"
    __table_args__ = (
        Index("ix_scale_score_client_id", "client_id", "taken_on", "id"),
        Index("ix_scale_score_program_id", "program_id", "taken_on"),
        Index("ix_scale_score_hospital_id", "hospital_id", "taken_on"),
    )

    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id")
    client_id: UUID = Field(foreign_key="client.id")
    case_id: UUID | None = Field(default=None, foreign_key="case_file.id", index=True)
    contact_id: UUID | None = Field(default=None, foreign_key="service_contact.id", index=True)
    scale: ScaleCode = enum_field(ScaleCode, "scale")
    version: str = Field(max_length=32)
    taken_on: date
    score: int | None = None
    status: ScoreStatus = enum_field(ScoreStatus, "status")
    band: Band | None = enum_field(Band, "band", default=None)
    raised_to: Band | None = enum_field(Band, "raised_to", default=None)
    prorated: bool = False
    recorded_at: datetime = Field(default_factory=now)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    withdrawn_at: datetime | None = None
    withdrawn_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class ScaleAnswers(SQLModel, table=True):
    """The answers to one scale, and what was written beside them, sealed. Its id is the score's."""

    __tablename__ = "scale_answers"

    id: UUID = Field(primary_key=True, foreign_key="scale_score.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    items: list[Any] = Field(sa_type=JSON)
    note: bytes | None = Field(default=None, sa_type=LargeBinary)
    raise_reason: bytes | None = Field(default=None, sa_type=LargeBinary)
    withdrawal_reason: bytes | None = Field(default=None, sa_type=LargeBinary)


class SafetyAlert(Row, table=True):
    """Somebody may be in danger, and how far the news has come. Nothing here says who the person is.

    ``level`` counts the levels that have heard of it; ``next_at`` is the chain's clock, empty when somebody has
    taken the alert on or the last level was reached (``exhausted_at``).
    """

    __tablename__ = "safety_alert"
    __table_args__ = (
        Index(
            "ix_safety_alert_next_at",
            "next_at",
            sqlite_where=column("next_at").is_not(None),
            postgresql_where=column("next_at").is_not(None),
        ),
        Index("ix_safety_alert_hospital_id", "hospital_id", "opened_at"),
    )

    program_id: UUID = Field(foreign_key="program.id", index=True)
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    client_id: UUID = Field(foreign_key="client.id", index=True)
    score_id: UUID | None = Field(default=None, foreign_key="scale_score.id", unique=True)
    cause: AlertTrigger = enum_field(AlertTrigger, "cause")
    urgency: AlertUrgency = enum_field(AlertUrgency, "urgency")
    rules_version: str = Field(max_length=16)
    opened_at: datetime = Field(default_factory=now)
    opened_by_id: UUID | None = Field(default=None, foreign_key="app_user.id", index=True)
    opened_by_name: str = Field(default="", max_length=100)
    same_day_minutes: int = 60
    imminent_minutes: int = 10
    """Until the last level hears of it, by its program's terms of the day on which it was opened."""
    level: int = 0
    next_at: datetime | None = None
    exhausted_at: datetime | None = None
    taken_at: datetime | None = None
    taken_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    taken_by_name: str | None = Field(default=None, max_length=100)
    plan: list[str] = Field(default_factory=list, sa_type=JSON)
    closed_at: datetime | None = None
    closed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    closed_by_name: str | None = Field(default=None, max_length=100)
    outcome: AlertOutcome | None = enum_field(AlertOutcome, "outcome", default=None)

    @property
    def within(self) -> int:
        """The minutes until the last level hears of it, as urgent as it is."""
        return self.imminent_minutes if self.urgency is AlertUrgency.IMMINENT else self.same_day_minutes


class AlertWords(Row, table=True):
    """What the care team wrote about an alert, sealed with the client's key."""

    __tablename__ = "alert_words"

    alert_id: UUID = Field(foreign_key="safety_alert.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    kind: AlertText = enum_field(AlertText, "kind")
    sealed: bytes = Field(sa_type=LargeBinary)
    written_at: datetime = Field(default_factory=now)
    written_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class AlertStep(Row, table=True):
    """A level that an alert reached: when it was due, when it was reached, how many people were told."""

    __tablename__ = "alert_step"
    __table_args__ = (UniqueConstraint("alert_id", "level"),)

    alert_id: UUID = Field(foreign_key="safety_alert.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    level: int
    due_at: datetime
    reached_at: datetime
    told: int = 0


class AlertDelivery(Row, table=True):
    """One person was told of an alert at one level, once."""

    __tablename__ = "alert_delivery"
    __table_args__ = (UniqueConstraint("alert_id", "level", "user_id"),)

    alert_id: UUID = Field(foreign_key="safety_alert.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    level: int
    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    told_at: datetime


class AlertTask(Row, table=True):
    """What has to follow a closed alert; overdue, it opens an alert of its own."""

    __tablename__ = "alert_task"
    __table_args__ = (UniqueConstraint("alert_id", "kind"), Index("ix_alert_task_due_at", "due_at"))

    alert_id: UUID = Field(foreign_key="safety_alert.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    kind: AlertTaskKind = enum_field(AlertTaskKind, "kind")
    due_at: datetime
    done_at: datetime | None = None
    done_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    overdue_at: datetime | None = None


class DispatcherBeat(Row, table=True):
    """When a dispatcher last took its turn; the pages watch it."""

    __tablename__ = "dispatcher_beat"

    name: str = Field(max_length=64, unique=True)
    beat_at: datetime
