"""Why a row is refused: one closed list, told in people's languages by ``import.reason.<reason>``."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """What is wrong with a row."""

    MISSING_DATE = "missing_date"
    BAD_DATE = "bad_date"
    DATE_OUTSIDE_MONTH = "date_outside_month"
    FUTURE_DATE = "future_date"
    OUTSIDE_PROGRAM = "outside_program"
    OUTSIDE_POST = "outside_post"
    MISSING_SERVICE = "missing_service"
    UNKNOWN_SERVICE = "unknown_service"
    MISSING_CLIENT = "missing_client"
    BAD_CLIENT = "bad_client"
    BAD_NAME = "bad_name"
    BAD_GENDER = "bad_gender"
    BAD_BIRTH_YEAR = "bad_birth_year"
    BAD_STAGE = "bad_stage"
    BAD_DURATION = "bad_duration"
    BAD_HEADCOUNT = "bad_headcount"
    MISSING_WORKER = "missing_worker"
    BAD_WORKER = "bad_worker"
    BAD_ATTENDANCE = "bad_attendance"
    TOO_LONG = "too_long"
    CONTROL_CHARACTERS = "control_characters"
    NOT_VALID = "not_valid"
    DUPLICATE_OF_ROW = "duplicate_of_row"
    WITHDRAWN_BEFORE = "withdrawn_before"
    MONTH_LOCKED = "month_locked"
    MISSING_NAME = "missing_name"
    BAD_CHOICE = "bad_choice"
    NEEDS_MORE = "needs_more"
    LIKELY_DOUBLE = "likely_double"
    CODE_OF_ANOTHER = "code_of_another"
    BAD_ID_NUMBER = "bad_id_number"
    ID_NUMBER_DIFFERS = "id_number_differs"
    BIRTH_YEAR_DIFFERS = "birth_year_differs"
    BEFORE_BIRTH = "before_birth"
    NOT_ICD = "not_icd"
    GUARDIAN_REQUIRED = "guardian_required"
    MISSING_ID_TYPE = "missing_id_type"


_AS_PROBLEM = frozenset(
    {
        Reason.BAD_ID_NUMBER,
        Reason.ID_NUMBER_DIFFERS,
        Reason.BIRTH_YEAR_DIFFERS,
        Reason.BEFORE_BIRTH,
        Reason.NOT_ICD,
        Reason.GUARDIAN_REQUIRED,
    }
)
"""Reasons that a form tells in the same words."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: in which column, why, and what fills the sentence."""

    column: StrEnum
    reason: Reason
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        """The catalog key of the sentence that says what is wrong and what to do."""
        return f"problem.{self.reason}" if self.reason in _AS_PROBLEM else f"import.reason.{self.reason}"


class BadCell(Exception):
    """A cell that cannot be read; carries why."""

    def __init__(self, reason: Reason, **arguments: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.arguments = arguments
