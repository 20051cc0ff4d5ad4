"""The working-day calendar: holidays and make-up days by country and year, and counting with them."""

from coord.kernel.workdays.clocks import contact_windows, same_month_day_after
from coord.kernel.workdays.workdays import UnknownYear, WorkDays, country_of, workdays
from coord.kernel.workdays.yearly import COUNTRIES, DayKind, read_year

__all__ = [
    "COUNTRIES", "DayKind", "UnknownYear", "WorkDays", "contact_windows", "country_of", "read_year",
    "same_month_day_after", "workdays",
]  # fmt: skip
