"""What has to be assessed before it begins (PIPL 55), and what came out."""

from enum import StrEnum


class AssessedActivity(StrEnum):
    """The five kinds of handling that PIPL 55 names."""

    SENSITIVE = "SENSITIVE"
    AUTOMATED = "AUTOMATED"
    ENTRUSTED_OR_SHARED = "ENTRUSTED_OR_SHARED"
    CROSS_BORDER = "CROSS_BORDER"
    OTHER_MAJOR = "OTHER_MAJOR"


class AssessedRisk(StrEnum):
    """What is left for the people after the measures."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
