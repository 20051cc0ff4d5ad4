"""The working days that a program counts: those of its country, with the tables that the installation added."""

from coord.kernel.workdays import WorkDays, country_of, workdays
from coord.settings import settings


def working_days(zone: str) -> WorkDays:
    """The calendar of a program's time zone. Raises ``Invalid`` for a zone without one."""
    folder = settings().calendar_folder
    return workdays(country_of(zone), folder if folder.is_dir() else None)
