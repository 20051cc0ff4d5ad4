"""Codes of the rights of the person."""

from enum import StrEnum


class CorrectedField(StrEnum):
    """What was corrected about a person."""

    NAME = "NAME"
    PHONE = "PHONE"
    BIRTH_YEAR = "BIRTH_YEAR"
    GENDER = "GENDER"
    DISTRICT = "DISTRICT"
