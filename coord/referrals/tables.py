"""A referral and everything that happens to it. What is said about a person is sealed with the referral's own key."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ColumnElement, Index, LargeBinary, String, column
from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.referrals.codes import (
    Clock,
    ContactChannel,
    Level,
    ReferralDirection,
    ReferralEventKind,
    ReferralKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralRelation,
    ReferralState,
    Side,
    Urgency,
)
from coord.referrals.machine import OPEN


def _is_open() -> ColumnElement[bool]:
    return column("state", String()).in_(sorted(state.value for state in OPEN))


class Referral(Row, table=True):
    """A person is sent from one organization to another for one need; one open one for each need and target."""

    __table_args__ = (
        UniqueConstraint("source_id", "code"),
        Index(
            "uq_referral_open", "client_id", "need", "target_id", unique=True,
            sqlite_where=_is_open(), postgresql_where=_is_open(),
        ),
        Index("ix_referral_target", "target_id", "id"),
        Index("ix_referral_source", "source_id", "id"),
        Index("ix_referral_program", "program_id", "id"),
        Index("ix_referral_sent", "program_id", "sent_on"),
        Index("ix_referral_updated", "program_id", "updated_at", "id"),
    )  # fmt: skip

    program_id: UUID = Field(foreign_key="program.id")
    client_id: UUID = Field(foreign_key="client.id", index=True)
    source_id: UUID = Field(foreign_key="organization.id")
    target_id: UUID = Field(foreign_key="organization.id")
    code: str = Field(max_length=16)
    kind: ReferralKind = enum_field(ReferralKind, "kind", default=ReferralKind.SOCIAL)
    direction: ReferralDirection = enum_field(ReferralDirection, "direction")
    urgency: Urgency = enum_field(Urgency, "urgency", default=Urgency.ROUTINE)
    need: ReferralNeed = enum_field(ReferralNeed, "need")
    state: ReferralState = enum_field(ReferralState, "state", default=ReferralState.DRAFT)
    # The sketch: all that the receiving side knows before it accepts, as it was when the referral was sent.
    age_band: str = Field(max_length=8)
    district: str | None = Field(default=None, max_length=40)
    reason: bytes = Field(sa_type=LargeBinary)
    contact_prohibited: bool = False
    blocks: list[str] = Field(default_factory=list, sa_type=JSON)
    consent_id: UUID | None = Field(default=None, foreign_key="consent.id")
    parent_id: UUID | None = Field(default=None, foreign_key="referral.id", index=True)
    relation: ReferralRelation | None = enum_field(ReferralRelation, "relation", default=None)
    round: int = 0
    """How often it was sent: a returned one is completed and sent again."""
    worker_id: UUID | None = Field(default=None, foreign_key="worker.id")
    """The receiving worker whom it is assigned to."""
    created_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    created_at: datetime = Field(default_factory=now)
    sent_on: date | None = None
    """The program's own day on which it was first sent: where every figure counts it."""
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    """When it ends unanswered, by the term of the day on which it was sent."""
    discharged_at: datetime | None = None
    """The discharge that it follows: the client's last one, None for somebody who is back in the hospital."""
    received_at: datetime | None = None
    decided_at: datetime | None = None
    accepted_at: datetime | None = None
    first_contact_id: UUID | None = Field(default=None, foreign_key="service_contact.id")
    first_contact_at: datetime | None = None
    feedback_at: datetime | None = None
    closed_at: datetime | None = None
    updated_at: datetime = Field(default_factory=now)
    outcome: ReferralOutcome | None = enum_field(ReferralOutcome, "outcome", default=None)


class ReferralKey(Row, table=True):
    """The key of what one referral says, wrapped; destroyed with the client's own. Its id is the referral's id."""

    __tablename__ = "referral_key"

    id: UUID = Field(primary_key=True, foreign_key="referral.id")
    client_id: UUID = Field(foreign_key="client.id", index=True)
    wrapped: bytes = Field(sa_type=LargeBinary)


class ReferralPacket(Row, table=True):
    """What the sender chose to let travel, sealed; readable by the receiving side once it has accepted."""

    __tablename__ = "referral_packet"

    id: UUID = Field(primary_key=True, foreign_key="referral.id")
    content: bytes = Field(sa_type=LargeBinary)


class ReferralOverride(Row, table=True):
    """Sending without consent: asked for by one person, approved by another. Its id is the referral's id."""

    __tablename__ = "referral_override"
    __table_args__ = (CheckConstraint("approved_by_id IS NULL OR approved_by_id <> asked_by_id", name="two_people"),)

    id: UUID = Field(primary_key=True, foreign_key="referral.id")
    asked_by_id: UUID = Field(foreign_key="app_user.id")
    asked_at: datetime = Field(default_factory=now)
    reason: bytes = Field(sa_type=LargeBinary)
    approved_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    approved_at: datetime | None = None


class ReferralEvent(Row, table=True):
    """One move; rows are added and never changed."""

    __tablename__ = "referral_event"

    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    at: datetime = Field(default_factory=now)
    event: ReferralEventKind = enum_field(ReferralEventKind, "event")
    from_state: ReferralState | None = enum_field(ReferralState, "from_state", default=None)
    to_state: ReferralState = enum_field(ReferralState, "to_state")
    side: Side = enum_field(Side, "side")
    organization_id: UUID | None = Field(default=None, foreign_key="organization.id")
    user_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    reason_code: ReferralReason | None = enum_field(ReferralReason, "reason_code", default=None)
    note: bytes | None = Field(default=None, sa_type=LargeBinary)


class ReferralClock(Row, table=True):
    """One clock of one round: when it began, when it ends, and how loud it has become.

    It keeps the term under which it began, whatever the program sets later.
    """

    __tablename__ = "referral_clock"
    __table_args__ = (
        UniqueConstraint("referral_id", "clock", "round"),
        Index(
            "ix_referral_clock_next", "next_at",
            sqlite_where=column("stopped_at").is_(None), postgresql_where=column("stopped_at").is_(None),
        ),
    )  # fmt: skip

    referral_id: UUID = Field(foreign_key="referral.id")
    clock: Clock = enum_field(Clock, "clock")
    round: int = 1
    started_at: datetime
    due_at: datetime
    working_days: int = 0
    """Of its term; 0 for a term in real time, which lies between ``started_at`` and ``due_at``."""
    is_quiet: bool = True
    """Speaks in the working hours of working days only."""
    stopped_at: datetime | None = None
    next_at: datetime | None = None
    """When it becomes louder next; None when it has said everything."""


class ReferralReminder(Row, table=True):
    """A clock said something, once for each level."""

    __tablename__ = "referral_reminder"
    __table_args__ = (UniqueConstraint("clock_id", "level"),)

    clock_id: UUID = Field(foreign_key="referral_clock.id")
    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    level: Level = enum_field(Level, "level")
    at: datetime = Field(default_factory=now)


class ReferralAttempt(Row, table=True):
    """The receiving side tried to reach the person, in vain."""

    __tablename__ = "referral_attempt"

    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    at: datetime
    channel: ContactChannel = enum_field(ContactChannel, "channel")
    user_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    recorded_at: datetime = Field(default_factory=now)


class ReferralFeedback(Row, table=True):
    """What comes back to the sender; the closing one carries the outcome and waits to be acknowledged."""

    __tablename__ = "referral_feedback"

    referral_id: UUID = Field(foreign_key="referral.id", index=True)
    at: datetime = Field(default_factory=now)
    user_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    outcome: ReferralOutcome | None = enum_field(ReferralOutcome, "outcome", default=None)
    content: bytes = Field(sa_type=LargeBinary)


class ReferralReview(Row, table=True):
    """After a refusal the sender's coordinator decides: the next provider, or none. Its id is the referral's id."""

    __tablename__ = "referral_review"

    id: UUID = Field(primary_key=True, foreign_key="referral.id")
    source_id: UUID = Field(foreign_key="organization.id", index=True)
    opened_at: datetime = Field(default_factory=now)
    decided_at: datetime | None = None
    decided_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    child_id: UUID | None = Field(default=None, foreign_key="referral.id")
    """The referral to the next provider; None with a decision: no provider was found."""
