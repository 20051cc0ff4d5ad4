"""Scale data: any number of contacts over skewed hospitals and 36 months, stored as they are made."""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from coord.access import system
from coord.demo.caseload import Caseload
from coord.demo.chance import repeatable
from coord.demo.days import days_of
from coord.demo.diary import Diary
from coord.demo.groundwork import Stay, lay
from coord.demo.harvest import Harvest
from coord.demo.services import Planned, Worker
from coord.kernel.clock import local_date, now
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.work import begin

SEEDER = system("seed", "fills an empty database with invented data", "job.run")
MONTHS = 36
_ZONE = "Asia/Shanghai"
_PER_POST = 2600
_SKEW = 0.8
# Services after these days may not be written down yet; leaving them out makes the number exact.
_LATEST, _LATEST_LATE = timedelta(days=5), timedelta(days=26)


def shares(contacts: int, hospitals: int) -> Sequence[int]:
    """Contacts per hospital: the n-th largest has 1 / n**0.8 of the largest; they add up exactly."""
    weights = [1 / (n + 1) ** _SKEW for n in range(hospitals)]
    whole = [int(contacts * weight / sum(weights)) for weight in weights]
    whole[0] += contacts - sum(whole)
    return whole


def _quotas(share: int) -> Sequence[int]:
    """A hospital's contacts, split over as many posts as can do them."""
    posts = max(1, -(-share // _PER_POST))
    return [share // posts + (n < share % posts) for n in range(posts)]


async def seed_database(
    hospitals: int, contacts: int, seed: str, *, progress: Callable[[int], None] = lambda _: None
) -> int:
    """Fill the current, migrated and empty database; returns the number of contacts stored.

    ``progress`` is told how many contacts were stored since the last call. Raises ``Conflict`` when
    the database holds a program already.
    """
    at = now()
    today = local_date(at, _ZONE)
    quotas = [_quotas(share) for share in shares(contacts, hospitals)]
    async with begin(SEEDER) as unit:
        if await unit.scalar(select(Program.id)) is not None:
            raise Conflict(Problem("", "DATABASE_NOT_EMPTY"))
        ground = lay(today, MONTHS, [len(posts) for posts in quotas], seed)
        for row in ground.rows:
            unit.add(row)
            await unit.session.flush()
    stored = 0
    flat = iter([quota for posts in quotas for quota in posts])
    for _, stays in groupby(ground.stays, key=lambda stay: stay.hospital):
        for harvest in _hospital(list(stays), flat, at, seed):
            async with begin(SEEDER) as unit:
                made = await harvest.store(unit)
            stored += made
            progress(made)
    return stored


def _hospital(stays: Sequence[Stay], quotas: Iterator[int], at: datetime, seed: str) -> Iterator[Harvest]:
    """The rows of a hospital, one post at a time."""
    harvest = Harvest()
    rng = repeatable(seed, stays[0].hospital)
    caseload = Caseload(harvest, stays[0].hospital, rng)
    for stay in stays:
        quota = next(quotas)
        days = days_of(stay, local_date(at, _ZONE), rng)
        settled = local_date(at, _ZONE) - (_LATEST_LATE if stay.reports_late else _LATEST)
        planned = [service for service in Worker(stay, days, caseload, rng).plan() if service.day <= settled]
        Diary(harvest, stay, at, rng).write_all(_chosen(planned, quota, rng))
        yield harvest


def _chosen(planned: list[Planned], quota: int, rng: random.Random) -> list[Planned]:
    """Exactly ``quota`` of the services, in order."""
    return [planned[n] for n in sorted(rng.sample(range(len(planned)), min(quota, len(planned))))]
