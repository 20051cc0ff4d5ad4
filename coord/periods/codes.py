"""Where a month is on its way from open to locked, and what moves it on."""

from enum import StrEnum


class MonthState(StrEnum):
    """Where the report of a month is."""

    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    LOCKED = "LOCKED"


class Move(StrEnum):
    """What can be done with a month."""

    SUBMIT = "SUBMIT"
    RETURN = "RETURN"
    APPROVE = "APPROVE"
    SEND_BACK = "SEND_BACK"
    LOCK = "LOCK"


class Timeliness(StrEnum):
    """How a month's report stands against its due day."""

    NOT_DUE = "NOT_DUE"
    ON_TIME = "ON_TIME"
    LATE = "LATE"
    MISSING = "MISSING"


class GapKind(StrEnum):
    """What is missing before a month can be closed with a good conscience."""

    DAY_WITHOUT_RECORD = "DAY_WITHOUT_RECORD"
    RETURNED_RECORD = "RETURNED_RECORD"
    UNFINISHED_RECORD = "UNFINISHED_RECORD"
    OPEN_FLAG = "OPEN_FLAG"
    SESSION_WITHOUT_NAMES = "SESSION_WITHOUT_NAMES"
    PLANNED_SESSION_NOT_HELD = "PLANNED_SESSION_NOT_HELD"
    RECORD_ON_DAY_OFF = "RECORD_ON_DAY_OFF"
