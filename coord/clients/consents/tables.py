"""Consents, to whom they reach, what proves them, how they end. The database refuses every change and removal."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary
from sqlmodel import Field, UniqueConstraint

from coord.clients.consents.codes import Basis, Channel, Purpose, Relation, Signer, WithdrawalReason
from coord.kernel.clock import now
from coord.kernel.files import FileKind
from coord.kernel.table import Row, enum_field


class Consent(Row, table=True):
    """One consent, or the legal ground that stands in its place. What names people is sealed with the client's key."""

    __table_args__ = (Index("ix_consent_hospital_id_expires_on", "hospital_id", "expires_on"),)

    client_id: UUID = Field(foreign_key="client.id", index=True)
    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id")
    purpose: Purpose = enum_field(Purpose, "purpose")
    categories: list[str] = Field(sa_type=JSON)
    basis: Basis = enum_field(Basis, "basis", default=Basis.CONSENT)
    document: bytes | None = Field(default=None, sa_type=LargeBinary)
    signer: Signer | None = enum_field(Signer, "signer", default=None)
    relation: Relation | None = enum_field(Relation, "relation", default=None)
    guardian: bytes | None = Field(default=None, sa_type=LargeBinary)
    channel: Channel = enum_field(Channel, "channel")
    text_version: str = Field(max_length=20)
    text_hash: str = Field(max_length=64)
    language: str = Field(max_length=10)
    given_on: date
    expires_on: date | None = None
    recorded_at: datetime = Field(default_factory=now)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class ConsentRecipient(Row, table=True):
    """An organization that a consent names."""

    __tablename__ = "consent_recipient"
    __table_args__ = (UniqueConstraint("consent_id", "organization_id"),)

    consent_id: UUID = Field(foreign_key="consent.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)


class ConsentEvidence(Row, table=True):
    """A signed form as a file, sealed with the client's key."""

    __tablename__ = "consent_evidence"

    consent_id: UUID = Field(foreign_key="consent.id", index=True)
    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    kind: FileKind = enum_field(FileKind, "kind")
    size: int
    content: bytes = Field(sa_type=LargeBinary)
    recorded_at: datetime = Field(default_factory=now)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class ConsentWithdrawal(Row, table=True):
    """The end of a consent, at once; one row of its own."""

    __tablename__ = "consent_withdrawal"

    consent_id: UUID = Field(foreign_key="consent.id", unique=True)
    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    withdrawn_at: datetime = Field(default_factory=now)
    reason: WithdrawalReason = enum_field(WithdrawalReason, "reason")
    remark: bytes | None = Field(default=None, sa_type=LargeBinary)
    recorded_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
