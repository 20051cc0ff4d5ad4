"""People who do the work."""

from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.identity import tables as _accounts
from coord.kernel.table import Row


class Worker(Row, table=True):
    """A social worker; ``user_id`` when the worker signs in here."""

    __table_args__ = (UniqueConstraint("employer_id", "code"),)

    code: str = Field(max_length=48)
    display_name: str = Field(max_length=100)
    employer_id: UUID = Field(foreign_key="organization.id", index=True)
    user_id: UUID | None = Field(default=None, foreign_key="app_user.id", unique=True)


_ = _accounts  # whoever knows workers knows accounts: foreign keys to them must resolve
