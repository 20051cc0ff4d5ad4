"""Where a story stands, and what can be done with it."""

from enum import StrEnum


class StoryState(StrEnum):
    """From the draft to its end; an ended story has no words any more."""

    WAITING = "WAITING"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    ENDED = "ENDED"


class StoryMove(StrEnum):
    """What people do with a story that is written."""

    APPROVE = "APPROVE"
    RETURN = "RETURN"
    END = "END"
