"""Months: what is expected of each hospital, submitted, reviewed, locked, corrected."""

from coord.periods import access as _access
from coord.periods.actions import (
    approve_month,
    lock_report,
    return_month,
    save_words,
    send_back_month,
    submit_month,
)
from coord.periods.codes import GapKind, MonthState, Move, Timeliness
from coord.periods.inputs import MonthDecision, MonthOf, MonthWords, ProgramMonth
from coord.periods.reads import month_board

__all__ = [
    "GapKind", "MonthDecision", "MonthOf", "MonthState", "MonthWords", "Move", "ProgramMonth", "Timeliness", "approve_month",
    "lock_report", "month_board", "return_month", "save_words", "send_back_month", "submit_month",
]  # fmt: skip
_ = _access
