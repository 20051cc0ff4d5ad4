"""Which months the calendar shows and how each is marked. Pure: no I/O."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from coord.oversight.calendar.codes import CalendarMark
from coord.periods.codes import MonthState, Timeliness

MONTHS_SHOWN: Final = 6
_IN = {state: CalendarMark(state.value) for state in MonthState if state is not MonthState.OPEN}


def months_over(starts_on: date, ends_on: date | None, today: date) -> Sequence[str]:
    """The last months of a program that are over, the newest first: at most ``MONTHS_SHOWN``."""
    months: list[str] = []
    day = today.replace(day=1) - timedelta(days=1)
    while day >= starts_on and len(months) < MONTHS_SHOWN:
        if ends_on is None or day.replace(day=1) <= ends_on:
            months.append(f"{day:%Y-%m}")
        day = day.replace(day=1) - timedelta(days=1)
    return months


def mark_of(state: MonthState, timeliness: Timeliness, *, is_expected: bool, is_begun: bool) -> CalendarMark:
    """The word of a month; what is in is shown even where nobody was posted, a draft past its day is late."""
    if state in _IN:
        return _IN[state]
    if not is_expected:
        return CalendarMark.NOT_EXPECTED
    if timeliness is Timeliness.MISSING:
        return CalendarMark.LATE
    return CalendarMark.DRAFT if is_begun else CalendarMark.OPEN
