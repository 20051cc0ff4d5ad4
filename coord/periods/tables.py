"""The report of one hospital's month, what became of it, and its figures as they were locked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.periods.codes import MonthState


class MonthReport(Row, table=True):
    """One hospital's month in a program. Without a row the month is open."""

    __tablename__ = "month_report"
    __table_args__ = (UniqueConstraint("hospital_id", "program_id", "month"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    month: str = Field(max_length=7)
    state: MonthState = enum_field(MonthState, "state", default=MonthState.OPEN)
    words: str | None = Field(default=None, max_length=2000)
    story: str | None = Field(default=None, max_length=2000)
    plan: str | None = Field(default=None, max_length=2000)
    submitted_at: datetime | None = None
    submitted_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    approved_at: datetime | None = None
    approved_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    locked_at: datetime | None = None
    locked_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")


class MonthStep(Row, table=True):
    """One step of a month: who moved it from where to where, and why."""

    __tablename__ = "month_step"

    report_id: UUID = Field(foreign_key="month_report.id", index=True)
    from_state: MonthState = enum_field(MonthState, "from_state")
    to_state: MonthState = enum_field(MonthState, "to_state")
    note: str | None = Field(default=None, max_length=400)
    at: datetime = Field(default_factory=now)
    by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    by_name: str = Field(default="", max_length=80)


class MonthSnapshot(Row, table=True):
    """The figures of a month as they were when it was locked, with their hash; added once, never changed."""

    __tablename__ = "month_snapshot"

    id: UUID = Field(primary_key=True, foreign_key="month_report.id")
    rules_version: str = Field(max_length=16)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    hash: str = Field(max_length=64)
    taken_at: datetime = Field(default_factory=now)
