"""Time as a cause of work: which jobs come again, and the loop that asks for them."""

from collections.abc import Mapping
from datetime import timedelta

import anyio
import structlog

from coord.access import system
from coord.kernel.errors import Unavailable
from coord.work import begin
from coord.work.schedule import ask_for_due

CLOCK = system("clock", "asks for the jobs whose time has come", "job.run")
SCHEDULE: Mapping[str, timedelta] = {
    "accounts.tidy": timedelta(hours=1),
    "agreements.remind": timedelta(days=1),
    "rights.assessments_end": timedelta(days=1),
    "rights.breach_clocks": timedelta(minutes=15),
    "rights.end_what_is_over": timedelta(days=1),
    "rights.end_stories": timedelta(hours=1),
    "rights.erase_due": timedelta(hours=6),
    "rights.note_erased": timedelta(hours=6),
    # Makes one an hour, and sooner where much is written.
    "audit.checkpoint": timedelta(minutes=10),
    "contacts.draw_samples": timedelta(hours=24),
    "emergency.escalate": timedelta(minutes=15),
    "measures.fold": timedelta(seconds=30),
    "measures.check": timedelta(days=1),
    "oversight.tell_reminders": timedelta(seconds=30),
    "referrals.clocks": timedelta(minutes=1),
    "referrals.expire": timedelta(hours=1),
    "webhooks.ask_again": timedelta(seconds=30),
}
"""Jobs of the table of ``workers.jobs`` without arguments, and how long after a run the next one comes."""
_EVERY = 2.0
log = structlog.get_logger()


async def ask(schedule: Mapping[str, timedelta] = SCHEDULE) -> None:
    """One look at the clock."""
    if not schedule:
        return
    async with begin(CLOCK) as unit:
        await ask_for_due(unit, schedule)


async def forever() -> None:
    """Look at the clock every two seconds; a database that is away is asked again."""
    while True:
        try:
            await ask()
        except Unavailable as error:
            log.warning("clock.waiting", error=type(error).__name__)
        await anyio.sleep(_EVERY)
