"""Jobs of agreements: reminding of what the law wants published."""

from coord.access import system
from coord.agreements.disclosing import remind
from coord.work import Unit
from workers.jobs.job import Job

_CLOCK = system("disclosure clocks", "reminds officers of what the law wants published", "job.run", "agreement.list")


async def _remind(unit: Unit) -> None:
    await remind(unit)


JOBS = {"agreements.remind": Job(_CLOCK, _remind)}
