"""Jobs about contacts."""

from uuid import UUID

from coord.access import system
from coord.cases.flagging import flag_after_closure
from coord.contacts.quality import flag_quality
from coord.contacts.reviews.sampling import SAMPLER, draw_recent
from coord.work import Unit
from workers.jobs.job import Job

_FLAGGER = system("quality flags", "compares a contact with those of other workers", "job.run")


async def _flag(unit: Unit, contact: str) -> None:
    """``contact``: one id, or those of a batch with spaces between them."""
    contacts = [*map(UUID, contact.split())]
    await flag_quality(unit, *contacts)
    await flag_after_closure(unit, *contacts)


JOBS = {
    "contacts.draw_samples": Job(SAMPLER, draw_recent),
    "contacts.flag_quality": Job(_FLAGGER, _flag),
}
