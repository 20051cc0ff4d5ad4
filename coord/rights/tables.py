"""Copies held back, corrections with what was said before. What people wrote is sealed with the client's key."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, LargeBinary
from sqlmodel import Field

from coord.kernel.table import Row, enum_field
from coord.rights.codes import CorrectedField


class ExportHold(Row, table=True):
    """The person's copy is held back because it may harm them: asked for by one, approved by another, for days."""

    __tablename__ = "export_hold"
    __table_args__ = (CheckConstraint("approved_by_id IS NULL OR approved_by_id <> asked_by_id", name="two_people"),)

    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    reason: bytes = Field(sa_type=LargeBinary)
    asked_by_id: UUID = Field(foreign_key="app_user.id")
    asked_at: datetime
    until_at: datetime
    approved_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    approved_at: datetime | None = None
    ended_at: datetime | None = None


class ClientCorrection(Row, table=True):
    """One fact about a person was wrong: what it said before, and which organizations were told that it changed."""

    __tablename__ = "client_correction"

    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    field: CorrectedField = enum_field(CorrectedField, "corrected_field")
    before: bytes | None = Field(default=None, sa_type=LargeBinary)
    reason: bytes = Field(sa_type=LargeBinary)
    at: datetime
    by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    by_name: str = Field(max_length=100)
    told: list[str] = Field(default_factory=list, sa_type=JSON)
    """The ids of the organizations that hold a share or an accepted referral of the person."""
