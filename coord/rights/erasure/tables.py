"""Requests to erase somebody. Nothing here says who: a client's id, a ground, days and the two who agreed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, column
from sqlmodel import Field

from coord.clients.codes import ErasureBasis
from coord.kernel.table import Row, enum_field

_OPEN = column("erased_at").is_(None) & column("ended_at").is_(None)


class ErasureRequest(Row, table=True):
    """Asked for by one person, agreed to by another; done once what the law keeps longer is over."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        CheckConstraint("agreed_by_id IS NULL OR agreed_by_id <> asked_by_id", name="two_people"),
        Index("uq_erasure_request_open", "client_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    client_id: UUID = Field(foreign_key="client.id", index=True)
    hospital_id: UUID = Field(foreign_key="organization.id", index=True)
    basis: ErasureBasis = enum_field(ErasureBasis, "basis")
    asked_by_id: UUID = Field(foreign_key="app_user.id")
    asked_at: datetime
    due_on: date
    """The first day on which nothing has to be kept any more, as far as was known when it was last looked at."""
    agreed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
    agreed_at: datetime | None = None
    ended_at: datetime | None = None
    """Taken back before it was done."""
    erased_at: datetime | None = None
