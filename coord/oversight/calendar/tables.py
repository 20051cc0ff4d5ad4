"""Which hospital was reminded of its late months, and on which day."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Index, column
from sqlmodel import Field

from coord.kernel.table import Row

_BACK: ColumnElement[Any] = column("taken_back_at")


class MonthReminder(Row, table=True):
    """A reminder of late months: one a day for each hospital. It goes out after a minute, or is taken back before."""

    __tablename__ = "month_reminder"
    __table_args__ = (
        Index(
            "uq_month_reminder_live", "hospital_id", "program_id", "sent_on", unique=True,
            sqlite_where=_BACK.is_(None), postgresql_where=_BACK.is_(None),
        ),
    )  # fmt: skip

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    sent_on: date
    """The day where the program is."""
    sent_at: datetime
    sent_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    told_at: datetime | None = None
    taken_back_at: datetime | None = None
