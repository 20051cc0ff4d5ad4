"""Jobs about contacts."""

from uuid import UUID

from coord.access import system
from coord.contacts.quality import flag_quality
from coord.work import Unit
from workers.jobs.job import Job

_FLAGGER = system("quality flags", "compares a contact with those of other workers", "job.run")


async def _flag(unit: Unit, contact: str) -> None:
    await flag_quality(unit, UUID(contact))


JOBS = {"contacts.flag_quality": Job(_FLAGGER, _flag)}
