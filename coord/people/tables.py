"""Invitations, and the quarterly review of who has access."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.access.roles import Role
from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field


class Invitation(Row, table=True):
    """A role offered to whoever holds a link. Only the hash of the link's secret is kept."""

    # In whose directory the organization stands: its administrators see the invitation.
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id")
    invited_by_id: UUID = Field(foreign_key="app_user.id")
    email: str = Field(max_length=254)
    role: Role = enum_field(Role, "role")
    starts_on: date
    ends_on: date | None = None
    token_hash: str = Field(max_length=64, unique=True)
    created_at: datetime = Field(default_factory=now)
    expires_at: datetime
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None


class PasswordReset(Row, table=True):
    """A link that was mailed to set a new password. Only the hash of its secret is kept; using it takes it away."""

    __tablename__ = "password_reset"

    user_id: UUID = Field(foreign_key="app_user.id", index=True)
    token_hash: str = Field(max_length=64, unique=True)
    expires_at: datetime


class Verdict(StrEnum):
    """What an administrator said about a role."""

    KEPT = "KEPT"
    ENDED = "ENDED"


class AccessReview(Row, table=True):
    """A role was looked at in a quarter: by whom, when, and what became of it."""

    __tablename__ = "access_review"
    __table_args__ = (UniqueConstraint("membership_id", "quarter"),)

    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    membership_id: UUID = Field(foreign_key="membership.id")
    quarter: str = Field(max_length=6)
    verdict: Verdict = enum_field(Verdict, "verdict")
    decided_at: datetime
    decided_by_id: UUID = Field(foreign_key="app_user.id")
