"""What a person did with an entry of their work list."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.clock import now
from coord.kernel.table import Row


class WorkMark(Row, table=True):
    """An entry that somebody set aside: done, or until a day. The key names the entry and its cause."""

    __tablename__ = "work_mark"
    __table_args__ = (UniqueConstraint("user_id", "key"),)

    user_id: UUID = Field(foreign_key="app_user.id")
    key: str = Field(max_length=120)
    until: date | None = None
    made_at: datetime = Field(default_factory=now)
