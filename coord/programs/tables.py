"""Programs and who takes part in them."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.table import Row, enum_field


class Part(StrEnum):
    """As what an organization takes part."""

    FOUNDATION = "FOUNDATION"
    HOSPITAL = "HOSPITAL"
    AGENCY = "AGENCY"
    SPONSOR = "SPONSOR"
    ASSOCIATION = "ASSOCIATION"
    COMMUNITY = "COMMUNITY"


class Program(Row, table=True):
    """A depression-intervention program. Its time zone decides every service date."""

    __table_args__ = (UniqueConstraint("foundation_id", "code"),)

    code: str = Field(max_length=32)
    name: str = Field(max_length=120)
    foundation_id: UUID = Field(foreign_key="organization.id", index=True)
    time_zone: str = Field(default="Asia/Shanghai", max_length=40)
    starts_on: date
    ends_on: date | None = None
    fictional: bool = False


class Participation(Row, table=True):
    """An organization takes part in a program from one date to another (the last day included)."""

    __table_args__ = (UniqueConstraint("program_id", "organization_id", "part"),)

    program_id: UUID = Field(foreign_key="program.id", index=True)
    organization_id: UUID = Field(foreign_key="organization.id", index=True)
    part: Part = enum_field(Part, "part")
    starts_on: date
    ends_on: date | None = None
