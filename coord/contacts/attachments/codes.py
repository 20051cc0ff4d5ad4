"""Codes of an attached file."""

from enum import StrEnum


class AttachmentKind(StrEnum):
    """What a file shows."""

    SIGN_IN_SHEET = "SIGN_IN_SHEET"
    PHOTO = "PHOTO"
    SIGNED_FORM = "SIGNED_FORM"
    ASSESSMENT = "ASSESSMENT"
    ECOMAP = "ECOMAP"
    GENOGRAM = "GENOGRAM"
    CONFERENCE_NOTES = "CONFERENCE_NOTES"
    BUDGET = "BUDGET"
    OTHER = "OTHER"
