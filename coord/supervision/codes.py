"""Codes of supervision."""

from enum import StrEnum


class SupervisionKind(StrEnum):
    """One worker with the supervisor, or several."""

    INDIVIDUAL = "INDIVIDUAL"
    GROUP = "GROUP"


class SupervisionTopic(StrEnum):
    """What it was about: the functions of supervision (MZ/T 166-2021), cases and danger by themselves."""

    CASES = "CASES"
    RISK = "RISK"
    METHODS = "METHODS"
    RECORDS = "RECORDS"
    COOPERATION = "COOPERATION"
    RESOURCES = "RESOURCES"
    SUPPORT = "SUPPORT"
