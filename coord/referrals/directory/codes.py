"""Codes of the directory."""

from enum import StrEnum


class Capacity(StrEnum):
    """Whether an organization can take somebody now, as it says itself."""

    CAPACITY = "CAPACITY"
    WAITING_LIST = "WAITING_LIST"
    NO_CAPACITY = "NO_CAPACITY"
