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


class ClientFact(StrEnum):
    """What every file must say; a guardian where the person is under age. Registration refuses without it."""

    NAME = "NAME"
    GENDER = "GENDER"
    BIRTH_DATE = "BIRTH_DATE"
    DISTRICT = "DISTRICT"
    SOURCE = "SOURCE"
    GUARDIAN = "GUARDIAN"


class ConsentState(StrEnum):
    """Whether consent to the service is on file: what a client's consents come to today."""

    NOT_RECORDED = "NOT_RECORDED"
    GIVEN = "GIVEN"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class EmergencyReason(StrEnum):
    """Why somebody outside the care team must know at once who a client is."""

    DANGER_TO_LIFE = "DANGER_TO_LIFE"
    DANGER_TO_OTHERS = "DANGER_TO_OTHERS"
    UNPLANNED_ADMISSION = "UNPLANNED_ADMISSION"
    MISSING_PERSON = "MISSING_PERSON"


class EmergencyVerdict(StrEnum):
    """What the review of an access in an emergency found."""

    JUSTIFIED = "JUSTIFIED"
    NOT_JUSTIFIED = "NOT_JUSTIFIED"


class RestrictionCause(StrEnum):
    """Why a client is restricted: somebody said why, or an erasure was asked for that the law does not allow yet."""

    REASON = "REASON"
    ERASURE = "ERASURE"


class ErasureBasis(StrEnum):
    """Why what is held about a person is erased."""

    ASKED_BY_PERSON = "ASKED_BY_PERSON"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    RETENTION_OVER = "RETENTION_OVER"
    UNLAWFUL = "UNLAWFUL"
    ORDERED = "ORDERED"
    """By an authority or a court."""
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    """Registered by an import that was taken back."""


class CaseSource(StrEnum):
    """How the person came to the service."""

    PUBLICITY = "PUBLICITY"
    FOUND_BY_WORKER = "FOUND_BY_WORKER"
    SELF_REFERRED = "SELF_REFERRED"
    RECOMMENDED = "RECOMMENDED"
    COMMUNITY = "COMMUNITY"
    GOVERNMENT = "GOVERNMENT"
    ORGANIZATION = "ORGANIZATION"
    OTHER = "OTHER"


class IdType(StrEnum):
    """Which document a number is of."""

    ID_CARD = "ID_CARD"
    PASSPORT = "PASSPORT"
    RESIDENCE_PERMIT = "RESIDENCE_PERMIT"
    OTHER = "OTHER"


class InsuranceType(StrEnum):
    """Who pays for treatment."""

    EMPLOYEE = "EMPLOYEE"
    RESIDENT = "RESIDENT"
    MEDICAL_AID = "MEDICAL_AID"
    COMMERCIAL = "COMMERCIAL"
    SELF_PAID = "SELF_PAID"
    OTHER = "OTHER"


class HouseholdType(StrEnum):
    """What help a household is entitled to."""

    ORDINARY = "ORDINARY"
    NEAR_MINIMUM_INCOME = "NEAR_MINIMUM_INCOME"
    EXPENDITURE_POVERTY = "EXPENDITURE_POVERTY"
    EXTREME_HARDSHIP = "EXTREME_HARDSHIP"
    MINIMUM_INCOME = "MINIMUM_INCOME"
    OTHER = "OTHER"
