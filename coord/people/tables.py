"""Invitations."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field

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
