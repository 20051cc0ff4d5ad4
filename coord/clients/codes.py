"""Codes of a person served."""

from enum import StrEnum


class CareStage(StrEnum):
    """Where a person is on the way from first visit to daily life."""

    SEEKING_CARE = "SEEKING_CARE"
    TREATMENT = "TREATMENT"
    REHABILITATION = "REHABILITATION"
    SOCIAL_REINTEGRATION = "SOCIAL_REINTEGRATION"


class Gender(StrEnum):
    """As recorded by the hospital."""

    FEMALE = "FEMALE"
    MALE = "MALE"
    OTHER = "OTHER"
    UNKNOWN = "UNKNOWN"


class ConsentState(StrEnum):
    """Whether consent to the service is on file: what a client's consents come to today."""

    NOT_RECORDED = "NOT_RECORDED"
    GIVEN = "GIVEN"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"
