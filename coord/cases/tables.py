"""Cases: the file, what was written in it step by step, and the steps themselves.

What people wrote in free words is sealed with the client's key (``words``); codes, days and numbers stay readable.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, column
from sqlmodel import Field, UniqueConstraint

from coord.cases.codes import (
    OVER,
    AdequateTreatment,
    CaseEvent,
    CaseOrigin,
    CaseStatus,
    ClosureReaction,
    ClosureType,
    FollowUpMethod,
    FollowUpStatus,
    IntakeDecision,
    IntakeUrgency,
    PlanStatus,
    RiskScreen,
)
from coord.clients.codes import CaseSource
from coord.contacts.attachments.tables import Attachment
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field

_LIVE = column("status").not_in([status.value for status in OVER])


class CaseFile(Row, table=True):
    """A case (CR-3): it counts from the day it was opened; at most one is going on per client and program.

    What figures need of its sheets stands here as days and numbers: whoever counts cases reads no sheet.
    ``key_id`` names the client whose key sealed its words: it stays when two clients are found to be one.
    """

    __tablename__ = "case_file"
    __table_args__ = (
        Index("uq_case_file_live", "client_id", "program_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("ix_case_file_opened", "program_id", "opened_on"),
        Index("ix_case_file_closed", "program_id", "closed_on"),
        Index("ix_case_file_worker_status", "worker_id", "status"),
    )

    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    agency_id: UUID | None = Field(default=None, foreign_key="organization.id", index=True)
    client_id: UUID = Field(foreign_key="client.id", index=True)
    worker_id: UUID = Field(foreign_key="worker.id")
    status: CaseStatus = enum_field(CaseStatus, "status", default=CaseStatus.DRAFT)
    origin: CaseOrigin = enum_field(CaseOrigin, "origin", default=CaseOrigin.NEW)
    previous_id: UUID | None = Field(default=None, foreign_key="case_file.id")
    key_id: UUID | None = Field(default=None, foreign_key="client_key.id")
    received_on: date
    opened_on: date | None = None
    closed_on: date | None = None
    closure: ClosureType | None = enum_field(ClosureType, "closure", default=None)
    assessed_on: date | None = None
    plan_approved_on: date | None = None
    goals: int = 0
    """At the closure: how many goals the plan had, how many were fully or mostly reached, what the person said (1 to 5),
    and whether the treatment was adequate."""
    goals_reached: int = 0
    satisfaction: int | None = None
    adequate_treatment: AdequateTreatment | None = enum_field(
        AdequateTreatment, "adequate_treatment", default=None, checked=False
    )
    before_review: CaseStatus | None = enum_field(CaseStatus, "before_review", default=None)
    submitted_at: datetime | None = None
    submitted_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class CaseIntake(Row, table=True):
    """The first talk. Its id is the case's id."""

    __tablename__ = "case_intake"

    id: UUID = Field(primary_key=True, foreign_key="case_file.id")
    received_by_id: UUID = Field(foreign_key="worker.id")
    source: CaseSource = enum_field(CaseSource, "source")
    urgency: IntakeUrgency | None = enum_field(IntakeUrgency, "urgency", default=None)
    risk: RiskScreen | None = enum_field(RiskScreen, "risk", default=None)
    decision: IntakeDecision | None = enum_field(IntakeDecision, "decision", default=None)
    words: bytes = Field(sa_type=LargeBinary)


class CaseAssessment(Row, table=True):
    """The assessment before the opening. Its id is the case's id."""

    __tablename__ = "case_assessment"

    id: UUID = Field(primary_key=True, foreign_key="case_file.id")
    assessed_on: date
    assessor_id: UUID = Field(foreign_key="worker.id")
    words: bytes = Field(sa_type=LargeBinary)


class CasePlan(Row, table=True):
    """The service plan. Its id is the case's id; its goals have rows of their own."""

    __tablename__ = "case_plan"

    id: UUID = Field(primary_key=True, foreign_key="case_file.id")
    status: PlanStatus = enum_field(PlanStatus, "status", default=PlanStatus.DRAFT)
    review_on: date
    planned_sessions: int | None = None
    client_agrees: bool = False
    words: bytes = Field(sa_type=LargeBinary)
    submitted_at: datetime | None = None
    submitted_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    decided_at: datetime | None = None
    decided_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class CaseGoal(Row, table=True):
    """One goal of a plan, and how far it was reached."""

    __tablename__ = "case_goal"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    case_id: UUID = Field(foreign_key="case_file.id")
    position: int
    due_on: date
    words: bytes = Field(sa_type=LargeBinary)
    attainment: int | None = None
    scaling: int | None = None
    rated_on: date | None = None


class CaseClosing(Row, table=True):
    """What the worker wrote to close the case. Its id is the case's id."""

    __tablename__ = "case_closing"

    id: UUID = Field(primary_key=True, foreign_key="case_file.id")
    closure: ClosureType = enum_field(ClosureType, "closure")
    ends_on: date
    reaction: ClosureReaction | None = enum_field(ClosureReaction, "reaction", default=None)
    is_referred: bool = False
    satisfaction: int | None = None
    adequate_treatment: AdequateTreatment | None = enum_field(
        AdequateTreatment, "adequate_treatment", default=None, checked=False
    )
    words: bytes = Field(sa_type=LargeBinary)


class CaseFollowUp(Row, table=True):
    """A look at how the person fares, one, three and six months after the closure."""

    __tablename__ = "case_follow_up"
    __table_args__ = (UniqueConstraint("case_id", "due_on"),)

    case_id: UUID = Field(foreign_key="case_file.id")
    due_on: date = Field(index=True)
    status: FollowUpStatus = enum_field(FollowUpStatus, "status", default=FollowUpStatus.DUE)
    done_on: date | None = None
    method: FollowUpMethod | None = enum_field(FollowUpMethod, "method", default=None)
    has_relapsed: bool = False
    words: bytes | None = Field(default=None, sa_type=LargeBinary)


class CaseAttachment(Attachment, table=True):
    """A file at a case, sealed with the client's key as its words are: it goes where the case goes."""

    __tablename__ = "case_attachment"

    case_id: UUID = Field(foreign_key="case_file.id", index=True)


class CaseStep(Row, table=True):
    """One thing that happened to a case, with the reason where one was given."""

    __tablename__ = "case_step"
    __table_args__ = (Index("ix_case_step_case_id_at", "case_id", "at"),)

    case_id: UUID = Field(foreign_key="case_file.id")
    event: CaseEvent = enum_field(CaseEvent, "event")
    source: CaseStatus = enum_field(CaseStatus, "source")
    target: CaseStatus = enum_field(CaseStatus, "target")
    at: datetime = Field(default_factory=now)
    by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    by_name: str = Field(max_length=100)
    words: bytes | None = Field(default=None, sa_type=LargeBinary)
