"""Why something waits for a person."""

from enum import StrEnum


class WorkKind(StrEnum):
    """One kind of entry, the most pressing first."""

    FOLLOW_UP = "FOLLOW_UP"
    RETURNED_RECORD = "RETURNED_RECORD"
    UNFINISHED_RECORD = "UNFINISHED_RECORD"
    GROUP_SESSION = "GROUP_SESSION"
    ABSENT_AGAIN = "ABSENT_AGAIN"
    NO_CONTACT = "NO_CONTACT"
    CLOSE_MONTH = "CLOSE_MONTH"
