"""Codes of signed links."""

from enum import StrEnum


class LinkAction(StrEnum):
    """What a link is good for, each once: an answer, the first contact, the closing feedback."""

    ANSWER = "ANSWER"
    CONTACT = "CONTACT"
    FEEDBACK = "FEEDBACK"


class LinkState(StrEnum):
    """Whether a link still opens its referral, as its sender sees it."""

    OPEN = "OPEN"
    OVER = "OVER"
    REVOKED = "REVOKED"
    REPLACED = "REPLACED"
