"""What was found behind a drawn record, and whether the sample can be drawn again."""

from enum import StrEnum


class EvidenceFound(StrEnum):
    """What the attached sheet said, looked up at the hospital."""

    SEEN = "SEEN"
    NOT_SEEN = "NOT_SEEN"
    MISMATCH = "MISMATCH"


class FrameState(StrEnum):
    """Whether the month still holds the records that the sample was drawn from."""

    SAME = "SAME"
    CHANGED = "CHANGED"
