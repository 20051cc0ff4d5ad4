"""The calendar of monthly reports, late ones first, and reminding whoever is late."""

from coord.oversight.calendar.codes import CalendarMark
from coord.oversight.calendar.inputs import RemindLate
from coord.oversight.calendar.reads import Calendar, CalendarLine, CalendarMonth, report_calendar
from coord.oversight.calendar.reminding import remind_late

__all__ = [
    "Calendar",
    "CalendarLine",
    "CalendarMark",
    "CalendarMonth",
    "RemindLate",
    "remind_late",
    "report_calendar",
]
