"""Codes of a review."""

from enum import StrEnum


class ReviewDecision(StrEnum):
    """What a reviewer decided about a record."""

    APPROVED = "APPROVED"
    RETURNED = "RETURNED"


class ReturnKind(StrEnum):
    """Why a record goes back to whoever wrote it."""

    TOO_LITTLE_SAID = "TOO_LITTLE_SAID"
    WRONG_TIME = "WRONG_TIME"
    WRONG_PERSON = "WRONG_PERSON"
    WRONG_SERVICE = "WRONG_SERVICE"
    ENTERED_TWICE = "ENTERED_TWICE"
    PROOF_MISSING = "PROOF_MISSING"
    OTHER = "OTHER"


class WhyReviewed(StrEnum):
    """Why a record stands in the queue."""

    FLAGGED = "FLAGGED"
    SAMPLED = "SAMPLED"
