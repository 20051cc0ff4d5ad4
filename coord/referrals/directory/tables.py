"""What an organization says about itself to those who send people to it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from coord.kernel.clock import now
from coord.kernel.table import Row, enum_field
from coord.referrals.directory.codes import Capacity


class Receiver(Row, table=True):
    """One organization's entry in the directory of those who receive referrals. Its id is the organization's id.

    ``services`` and ``districts`` hold their words between spaces, so that both databases can look for one of them.
    """

    id: UUID = Field(primary_key=True, foreign_key="organization.id")
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    services: str = Field(default="", max_length=400)
    districts: str = Field(default="", max_length=900)
    eligibility: str | None = Field(default=None, max_length=400)
    capacity: Capacity = enum_field(Capacity, "capacity")
    opening_hours: str | None = Field(default=None, max_length=200)
    phone: str | None = Field(default=None, max_length=60)
    phones_day_and_night: str | None = Field(default=None, max_length=120)
    contact_role: str | None = Field(default=None, max_length=80)
    """Whom to ask for: an office or a role, never a name."""
    answers_by_link: bool = False
    """It has no accounts here: those who send to it may give it a signed link. Set by the foundation's officers."""
    search_text: str = Field(default="", max_length=2000)
    confirmed_at: datetime = Field(default_factory=now)
    confirmed_by_id: UUID | None = Field(default=None, foreign_key="app_user.id")
