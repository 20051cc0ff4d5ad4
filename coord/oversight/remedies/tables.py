"""Corrective actions."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field

from coord.kernel.table import Row, enum_field
from coord.oversight.remedies.codes import ActionOrigin, ActionOwner, ActionState


class CorrectiveAction(Row, table=True):
    """Something to put right at a hospital by a day: opened by one, done by an owner, verified by another person."""

    __tablename__ = "corrective_action"
    __table_args__ = (
        CheckConstraint("verified_by_id IS NULL OR verified_by_id <> done_by_id", name="two_people"),
        Index("ix_corrective_action_due", "program_id", "state", "due_on"),
    )

    program_id: UUID = Field(foreign_key="program.id")
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    origin: ActionOrigin = enum_field(ActionOrigin, "origin")
    check_id: UUID | None = Field(default=None, foreign_key="evidence_check.id")
    """The drawn record behind it."""
    month: str = Field(max_length=7)
    title: str = Field(max_length=200)
    owner: ActionOwner = enum_field(ActionOwner, "owner")
    due_on: date
    state: ActionState = enum_field(ActionState, "state", default=ActionState.OPEN)
    opened_at: datetime
    opened_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    opened_by_name: str = Field(max_length=80)
    answer: str | None = Field(default=None, max_length=400)
    done_at: datetime | None = None
    done_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    done_by_name: str | None = Field(default=None, max_length=80)
    sent_back_because: str | None = Field(default=None, max_length=400)
    verified_at: datetime | None = None
    verified_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    verified_by_name: str | None = Field(default=None, max_length=80)
