"""How a month of a hospital shows in the calendar."""

from enum import StrEnum


class CalendarMark(StrEnum):
    """Where a month's report is, and whether it is late: one word for each cell."""

    LATE = "LATE"
    RETURNED = "RETURNED"
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    APPROVED = "APPROVED"
    LOCKED = "LOCKED"
    NOT_EXPECTED = "NOT_EXPECTED"
