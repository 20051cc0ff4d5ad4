"""Stakeholders of a program."""

from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, UniqueConstraint

from coord.kernel.table import Row, enum_field


class OrganizationKind(StrEnum):
    """Who they are (type codes of the field)."""

    FOUNDATION = "FOUNDATION"
    HOSPITAL = "HOSPITAL"
    AGENCY = "AGENCY"
    SPONSOR = "SPONSOR"
    ASSOCIATION = "ASSOCIATION"
    UNIVERSITY = "UNIVERSITY"
    COMMUNITY_ORG = "COMMUNITY_ORG"
    GOVERNMENT = "GOVERNMENT"
    SCHOOL = "SCHOOL"
    EMPLOYER = "EMPLOYER"
    MEDIA = "MEDIA"
    TECH_PLATFORM = "TECH_PLATFORM"


ORGANIZATION_COLUMNS = ("id", "code", "name", "kind", "province", "city", "district", "region")
"""What lists of other things show of the organizations in their rows."""


class Organization(Row, table=True):
    """A foundation, hospital, agency or other party, as it stands in one foundation's directory.

    ``search_text`` holds the pinyin keys of its name. A foundation stands in its own directory; codes are
    unique within one, so that nobody learns from a refusal what stands in another.
    """

    __table_args__ = (UniqueConstraint("foundation_id", "code"),)

    foundation_id: UUID = Field(foreign_key="organization.id")
    code: str = Field(max_length=32)
    name: str = Field(max_length=120)
    kind: OrganizationKind = enum_field(OrganizationKind, "kind")
    province: str | None = Field(default=None, max_length=40)
    city: str | None = Field(default=None, max_length=40)
    district: str | None = Field(default=None, max_length=40)
    region: str | None = Field(default=None, max_length=2)
    """Where it keeps and reads data (ISO 3166-1, two letters); None: in the region of the deployment."""
    search_text: str = Field(default="", max_length=600)
    fictional: bool = False
