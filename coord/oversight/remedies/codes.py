"""Where a corrective action comes from, who owns it, where it stands."""

from enum import StrEnum


class ActionOrigin(StrEnum):
    """What showed that something has to be put right."""

    EVIDENCE = "EVIDENCE"
    QUALITY = "QUALITY"
    LATE_MONTH = "LATE_MONTH"


class ActionOwner(StrEnum):
    """Whose it is: an office, not a person, as people change posts."""

    HOSPITAL = "HOSPITAL"
    FOUNDATION = "FOUNDATION"


class ActionState(StrEnum):
    """Where a corrective action stands."""

    OPEN = "OPEN"
    DONE = "DONE"
    VERIFIED = "VERIFIED"


class ActionMove(StrEnum):
    """What can be done with it."""

    FINISH = "FINISH"
    VERIFY = "VERIFY"
    SEND_BACK = "SEND_BACK"
