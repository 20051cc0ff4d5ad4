"""Breaches of the protection of personal data: when they were known, whom they may concern, who was told when."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from coord.kernel.table import Row


class Breach(Row, table=True):
    """One breach at a hospital: from when to when, known since, and the steps that the law asks for."""

    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    began_at: datetime
    ended_at: datetime
    discovered_at: datetime
    what: str = Field(max_length=500)
    """What happened to which system; nothing about a person."""
    recorded_by_id: UUID = Field(foreign_key="app_user.id")
    recorded_at: datetime
    authority_told_at: datetime | None = None
    persons_told_at: datetime | None = None
    reminded_at: datetime | None = None
