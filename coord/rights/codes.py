"""Codes of the rights of the person."""

from enum import StrEnum


class CorrectedField(StrEnum):
    """What was corrected about a person."""

    NAME = "NAME"
    PHONE = "PHONE"
    BIRTH_YEAR = "BIRTH_YEAR"
    GENDER = "GENDER"
    DISTRICT = "DISTRICT"
    ALIAS = "ALIAS"
    BIRTH_DATE = "BIRTH_DATE"
    ID_TYPE = "ID_TYPE"
    ID_NUMBER_END = "ID_NUMBER_END"
    MRN = "MRN"
    INSURANCE_TYPE = "INSURANCE_TYPE"
    HOUSEHOLD_TYPE = "HOUSEHOLD_TYPE"
    DIAGNOSIS = "DIAGNOSIS"
    FIRST_DIAGNOSED_ON = "FIRST_DIAGNOSED_ON"
    GUARDIAN = "GUARDIAN"
    EMERGENCY_CONTACT = "EMERGENCY_CONTACT"
    SOURCE = "SOURCE"
    SOURCE_ORG = "SOURCE_ORG"
