"""Stakeholders of a program."""

from enum import StrEnum

from sqlmodel import Field

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


class Organization(Row, table=True):
    """A foundation, hospital, agency or other party. ``search_text`` holds the pinyin keys of its name."""

    code: str = Field(max_length=32, unique=True)
    name: str = Field(max_length=120)
    kind: OrganizationKind = enum_field(OrganizationKind, "kind")
    province: str | None = Field(default=None, max_length=40)
    city: str | None = Field(default=None, max_length=40)
    district: str | None = Field(default=None, max_length=40)
    search_text: str = Field(default="", max_length=600)
    fictional: bool = False
