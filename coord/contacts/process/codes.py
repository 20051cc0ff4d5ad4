"""Codes of a process record."""

from enum import StrEnum


class ContactMethod(StrEnum):
    """How the person was met, or the work was done."""

    INTERVIEW = "INTERVIEW"
    WARD = "WARD"
    PHONE = "PHONE"
    VIDEO = "VIDEO"
    HOME_VISIT = "HOME_VISIT"
    ONLINE = "ONLINE"
    ACCOMPANIMENT = "ACCOMPANIMENT"
    RESOURCE_VISIT = "RESOURCE_VISIT"
    SCHOOL_VISIT = "SCHOOL_VISIT"
    INSTITUTION_VISIT = "INSTITUTION_VISIT"
    LETTER = "LETTER"
    OTHER = "OTHER"


class RiskChange(StrEnum):
    """How the danger of self-harm looks beside the last time."""

    LOWER = "LOWER"
    SAME = "SAME"
    HIGHER = "HIGHER"
