"""Which hospital was reminded of its late months, and on which day."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.table import Row


class MonthReminder(Row, table=True):
    """A reminder of late months: one a day for each hospital, added and never changed."""

    __tablename__ = "month_reminder"
    __table_args__ = (UniqueConstraint("hospital_id", "program_id", "sent_on"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id")
    sent_on: date
    """The day where the program is."""
    sent_at: datetime
    sent_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
