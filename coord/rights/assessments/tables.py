"""Assessments, kept for good: the law asks for three years (PIPL 56), and no row here is about a person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlmodel import Field

from coord.kernel.table import Row, enum_field
from coord.rights.assessments.codes import AssessedActivity, AssessedRisk


class ImpactAssessment(Row, table=True):
    """One assessment of one activity: made by one person, looked at by another, good until a day."""

    __tablename__ = "impact_assessment"
    __table_args__ = (CheckConstraint("reviewed_by_id IS NULL OR reviewed_by_id <> made_by_id", name="two_people"),)

    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    activity: AssessedActivity = enum_field(AssessedActivity, "activity")
    title: str = Field(max_length=120)
    necessity: str = Field(max_length=2000)
    effects: str = Field(max_length=2000)
    measures: str = Field(max_length=2000)
    risk: AssessedRisk = enum_field(AssessedRisk, "risk")
    assessed_on: date
    valid_until: date
    made_by_id: UUID = Field(foreign_key="app_user.id")
    made_by_name: str = Field(max_length=100)
    made_at: datetime
    reviewed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    reviewed_by_name: str | None = Field(default=None, max_length=100)
    reviewed_at: datetime | None = None
    reminded_at: datetime | None = None
    """When the administrators were last told that it ends, or is over."""
