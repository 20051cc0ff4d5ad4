"""Where an assessment stands. Pure."""

from datetime import date, timedelta
from enum import StrEnum

KEPT_YEARS = 3
"""PIPL 56: the report and the record of the handling are kept at least so long. Here they are kept for good."""
REMIND_BEFORE = timedelta(days=30)
"""An assessment is made anew when it ends; it is due from so long before."""


def is_to_remind(valid_until: date, today: date, reminded_on: date | None) -> bool:
    """Whether somebody has to be told: once from thirty days before the last day, once more after it."""
    if today > valid_until:
        return reminded_on is None or reminded_on <= valid_until
    return reminded_on is None and today >= valid_until - REMIND_BEFORE


class AssessmentState(StrEnum):
    """What has to be done about it."""

    TO_REVIEW = "TO_REVIEW"
    GOOD = "GOOD"
    ENDING = "ENDING"
    OVER = "OVER"


def state_of(valid_until: date, today: date, *, is_reviewed: bool) -> AssessmentState:
    """Where it stands on a day; the last day is still good."""
    if today > valid_until:
        return AssessmentState.OVER
    if not is_reviewed:
        return AssessmentState.TO_REVIEW
    return AssessmentState.ENDING if today >= valid_until - REMIND_BEFORE else AssessmentState.GOOD
