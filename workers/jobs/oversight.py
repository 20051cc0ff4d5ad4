"""Jobs of the foundation's oversight: reminders that have waited their minute."""

from coord.access import system
from coord.oversight.calendar.telling import tell_reminders
from coord.work import Unit
from workers.jobs.job import Job

_CLOCK = system("reminders", "tells hospitals of their late months", "job.run")


async def _tell(unit: Unit) -> None:
    await tell_reminders(unit)


JOBS = {"oversight.tell_reminders": Job(_CLOCK, _tell)}
