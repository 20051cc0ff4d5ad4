"""Who checked which words of a draft."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.table import Row


class DraftCheck(Row, table=True):
    """Somebody held a draft against release and books. Of a draft that says something else since, it says nothing."""

    __tablename__ = "draft_check"
    __table_args__ = (UniqueConstraint("program_id", "period", "digest"),)

    program_id: UUID = Field(foreign_key="program.id")
    period: str = Field(max_length=8)
    digest: str = Field(max_length=64)
    checked_at: datetime
    checked_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    checked_by_name: str = Field(max_length=80)
