"""Codes of a consent."""

from enum import StrEnum


class Purpose(StrEnum):
    """What a consent is for; each is asked for by itself."""

    SERVICE = "SERVICE"
    INFORMATION_SHARING = "INFORMATION_SHARING"
    FOLLOW_UP = "FOLLOW_UP"
    PHOTO_OR_CASE_USE = "PHOTO_OR_CASE_USE"
    RESEARCH = "RESEARCH"
    CROSS_BORDER = "CROSS_BORDER"


class DataCategory(StrEnum):
    """Which data a consent covers."""

    BASIC_FILE = "BASIC_FILE"
    DIAGNOSIS = "DIAGNOSIS"
    SCALES = "SCALES"
    RISK_AND_SAFETY = "RISK_AND_SAFETY"
    MEDICATION = "MEDICATION"
    SOCIAL_SITUATION = "SOCIAL_SITUATION"
    SUPPORTER_CONTACT = "SUPPORTER_CONTACT"
    SERVICE_RECORDS = "SERVICE_RECORDS"
    DOCUMENTS = "DOCUMENTS"
    IMAGES_AND_STORY = "IMAGES_AND_STORY"


class Basis(StrEnum):
    """Why the data may be used: the person agreed, or the law needs no agreement in this case."""

    CONSENT = "CONSENT"
    LEGAL_MANDATE = "LEGAL_MANDATE"
    VITAL_INTEREST = "VITAL_INTEREST"


class Signer(StrEnum):
    """Who agreed."""

    SELF = "SELF"
    GUARDIAN = "GUARDIAN"


class Relation(StrEnum):
    """What a guardian is to the person."""

    PARENT = "PARENT"
    SPOUSE = "SPOUSE"
    ADULT_CHILD = "ADULT_CHILD"
    SIBLING = "SIBLING"
    OTHER_RELATIVE = "OTHER_RELATIVE"
    APPOINTED = "APPOINTED"


class Channel(StrEnum):
    """How the agreement was given. ``EARLIER``: it was on file before such records were kept."""

    PAPER = "PAPER"
    ON_SCREEN = "ON_SCREEN"
    PHONE = "PHONE"
    VIDEO = "VIDEO"
    MESSAGE = "MESSAGE"
    MAIL = "MAIL"
    EARLIER = "EARLIER"


class WithdrawalReason(StrEnum):
    """Why a consent ended before its time. Nobody has to give a reason of their own."""

    ASKED_BY_PERSON = "ASKED_BY_PERSON"
    ASKED_BY_GUARDIAN = "ASKED_BY_GUARDIAN"
    REPLACED = "REPLACED"
    NO_LONGER_APPLIES = "NO_LONGER_APPLIES"
    RECORDED_BY_MISTAKE = "RECORDED_BY_MISTAKE"


class Standing(StrEnum):
    """Where a consent stands at a moment."""

    VALID = "VALID"
    NOT_YET = "NOT_YET"
    EXPIRED = "EXPIRED"
    WITHDRAWN = "WITHDRAWN"


class ItemKind(StrEnum):
    """Why a consent needs somebody's attention."""

    EXPIRING = "EXPIRING"
    EXPIRED = "EXPIRED"
    TURNED_14 = "TURNED_14"
    TURNED_18 = "TURNED_18"
