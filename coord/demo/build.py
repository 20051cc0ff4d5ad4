"""The demo program: 12 hospitals, 18 posts, 24 months up to today, and its oddities."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, groupby
from uuid import UUID

from coord import audit
from coord.access import system
from coord.cases.flagging import flag_after_closure
from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.contacts.quality import flag_quality
from coord.contacts.tables import ServiceContact
from coord.demo import oddities, places
from coord.demo.agreements import lay_agreements
from coord.demo.case_work import lay_case_work
from coord.demo.caseload import Caseload
from coord.demo.chance import repeatable
from coord.demo.days import days_of
from coord.demo.diary import Diary
from coord.demo.earlier_referrals import refer_earlier
from coord.demo.groundwork import CORRECTED, DOUBLED, Stay, demo_posts, lay
from coord.demo.harvest import Harvest
from coord.demo.loading import without_collecting
from coord.demo.month_reports import LOCKED_MONTHS, lay_months
from coord.demo.month_reports import MONTHS as MONTHS_BUILDER
from coord.demo.oddities import ZONE
from coord.demo.oversight import lay_oversight
from coord.demo.receivers import lay_directory
from coord.demo.referrals import lay_referrals, person
from coord.demo.releases import lay_releases
from coord.demo.results import lay_results
from coord.demo.rights import lay_rights
from coord.demo.scales import fill_scales
from coord.demo.services import Worker
from coord.demo.stories import lay_stories
from coord.demo.supervising import supervise
from coord.kernel.clock import local_date, now
from coord.programs.tables import Program
from coord.work import Unit, begin

BUILDER = system("demo", "builds the fictional demo program in an empty database", "job.run")
MONTHS = 24
YEARLY: Mapping[ServiceCode, tuple[int, int]] = {
    ServiceCode.CASE_CONTACT: (200, 600),
    ServiceCode.GROUP_SESSION: (250, 500),
    ServiceCode.COMMUNITY_EVENT: (500, 2500),
}
"""Per post and program year: case contacts; people present in groups; people present at events."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a demo database holds."""

    contacts: int
    months: int
    today: date


async def build_demo(
    *, months: int = MONTHS, seed: str = "1", progress: Callable[[int], None] = lambda _: None
) -> Built:
    """Fill the current, migrated and empty database with the demo program.

    Its months and referrals are laid after it, in transactions of their own. ``progress`` is told about each of the hospitals when it is done.
    """
    at = now()
    today = local_date(at, ZONE)
    ground = lay(today, months, demo_posts(), seed)
    stored = 0
    with without_collecting():
        async with begin(BUILDER) as unit:
            for row in ground.rows:
                unit.add(row)
                await unit.session.flush()
            audit.record(unit, "demo.build", await unit.find(Program, ground.program_id))
            for _, stays in groupby(ground.stays, key=lambda stay: stay.hospital):
                stored += await _hospital(unit, list(stays), at, seed)
                progress(1)
        if months > LOCKED_MONTHS:
            async with begin(MONTHS_BUILDER) as unit:
                await lay_months(unit, today)
        await lay_directory(await person("ola"))
        await lay_referrals(today)
        await lay_stories(today)
        await lay_releases(today)
        await lay_case_work(today)
        await lay_results(today)
        await lay_agreements(today)
        await lay_rights()
        if months > LOCKED_MONTHS:
            await lay_oversight(today)
    return Built(stored, months, today)


async def _hospital(unit: Unit, stays: Sequence[Stay], at: datetime, seed: str) -> int:
    """One hospital; drawn again until every post's year lies within its range."""
    draws = (drawn(stays, at, f"{seed}/{attempt}") for attempt in count())
    harvest, doubtful = next(d for d in draws if is_plausible(d[0], stays, local_date(at, ZONE)))
    stored = await harvest.store(unit)
    for contact_id in doubtful:
        await flag_quality(unit, contact_id)
    await flag_after_closure(unit, *doubtful)
    return stored


def drawn(stays: Sequence[Stay], at: datetime, seed: str) -> tuple[Harvest, Sequence[UUID]]:
    """The rows of a hospital, and the contacts that deserve a second look."""
    harvest, hospital, today = Harvest(), stays[0].hospital, local_date(at, ZONE)
    rng = repeatable(seed, hospital)
    caseload = Caseload(harvest, hospital, rng)
    for stay in stays:
        diary = Diary(harvest, stay, at, rng)
        kept = diary.write_all(Worker(stay, days_of(stay, today, rng), caseload, rng).plan())
        supervise(harvest, stay, at, repeatable(seed, f"supervision/{hospital}/{stay.number}"))
        if hospital == DOUBLED:
            oddities.double_a_month(diary, kept, today)
    fill_scales(harvest, today)
    refer_earlier(harvest, hospital, today)
    if hospital == CORRECTED:
        oddities.take_some_back(harvest, today)
    doubtful: Sequence[UUID] = ()
    if hospital == places.NORTH:
        workers = [stay.post.worker_id for stay in stays]
        doubtful = oddities.plant_doubts(harvest, workers[0], workers[1], today)
    oddities.flag_by_themselves(harvest, at, rng)
    return harvest, doubtful


def program_year(day: date, starts_on: date) -> int:
    """The number of a program year, from 0."""
    return ((day.year - starts_on.year) * 12 + day.month - starts_on.month) // 12


def is_plausible(harvest: Harvest, stays: Sequence[Stay], today: date) -> bool:
    """Whether each post's totals of every full program year lie within ``YEARLY``.

    The running year is full when its last month has begun.
    """
    totals: Counter[tuple[UUID, int, ServiceCode]] = Counter()
    for contact in harvest.rows[ServiceContact]:
        code = contact["service_code"]
        if code in YEARLY and contact["attendance"] is AttendanceStatus.ATTENDED and not contact.get("withdrawn_at"):
            year = program_year(contact["occurred_on"], stays[0].starts_on)
            one = code is ServiceCode.CASE_CONTACT
            totals[contact["worker_id"], year, code] += 1 if one else contact["heads_present"]
    months = (today.year - stays[0].starts_on.year) * 12 + today.month - stays[0].starts_on.month + 1
    return all(
        low <= totals[stay.post.worker_id, year, code] <= high
        for stay in stays
        for year in range(months // 12)
        for code, (low, high) in YEARLY.items()
    )
