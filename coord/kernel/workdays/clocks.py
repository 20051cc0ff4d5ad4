"""Clocks in calendar days: holidays count. Contact after discharge, and months ahead."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

CONTACT_DAYS = (7, 14, 30, 60, 90, 180)
"""The days after discharge on which contact is due, where a program says nothing else."""
_WIDER_FROM = 60
_NARROW, _WIDE = timedelta(days=3), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Window:
    """A contact that is due ``after_days`` days after discharge, and from when to when it counts."""

    after_days: int
    opens_on: date
    due_on: date
    closes_on: date


def contact_windows(discharged_on: date, on_days: Sequence[int] = CONTACT_DAYS) -> Sequence[Window]:
    """The contact schedule after a discharge: within 3 days of each due day, within 7 from day 60 on.

    The day of discharge itself never counts; no window reaches it.
    """
    windows = []
    for days in on_days:
        due, around = discharged_on + timedelta(days=days), _WIDE if days >= _WIDER_FROM else _NARROW
        windows.append(Window(days, due - around, due, due + around))
    return windows


def same_month_day_after(day: date, months: int) -> date:
    """The same day some months later, the last day of that month where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
