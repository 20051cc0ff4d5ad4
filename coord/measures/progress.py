"""Which hospitals are behind, worst first."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import ColumnElement, Date, case, column, func, true, values
from sqlmodel import col

from coord.access import Role
from coord.access.rows import any_of, one_of
from coord.contacts.tables import ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.inputs import Blank, Input, Line, Month
from coord.kernel.sql import counting, select
from coord.measures.counting import kept
from coord.measures.dimensions import Dimension
from coord.measures.inputs import MeasureQuery
from coord.measures.reads import measure_by
from coord.measures.rollups.asking import Key
from coord.measures.standing import Standing, Stay, completeness, expected_days, standing, weekdays
from coord.organizations.tables import Organization
from coord.placements.tables import Placement
from coord.programs import Part, ProgramFacts, program_by_code
from coord.programs.access import overseen
from coord.programs.tables import Participation
from coord.referrals.machine import UNDER_WAY
from coord.referrals.reads import is_overdue
from coord.referrals.tables import Referral
from coord.work import Unit, read

MONTHS_SHOWN = 12
_ORDER = {Standing.BEHIND: 0, Standing.WATCH: 1, Standing.ON_TRACK: 2}


class ProgressQuery(Input):
    """A program and a month (``2026-11``); without one, the running month."""

    program: Annotated[Line, Field(min_length=1, max_length=32)]
    month: Annotated[Month | None, Blank] = None


@dataclass(frozen=True, slots=True)
class HospitalProgress:
    """How one hospital stands in a month, and its person-times of twelve months up to it."""

    hospital_id: UUID
    code: str
    name: str
    province: str | None
    city: str | None
    search_text: str
    standing: Standing
    completeness: float
    monthly_person_times: tuple[int, ...]
    last_report_on: date | None
    vacant_posts: int
    open_referrals: int
    overdue_referrals: int


@dataclass(frozen=True, slots=True)
class Period:
    """A month, the part of it that has passed, and the twelve months that end with it."""

    first: date
    end: date
    last_expected: date
    months: tuple[str, ...]


def period_of(month: str | None, today: date) -> Period:
    """The period of a month as seen today; today itself is not expected yet."""
    first = date.fromisoformat(f"{month}-01") if month else today.replace(day=1)
    end = first.replace(day=monthrange(first.year, first.month)[1])
    index = first.year * 12 + first.month - 1
    months = [divmod(n, 12) for n in range(index - MONTHS_SHOWN + 1, index + 1)]
    names = tuple(f"{year:04d}-{number + 1:02d}" for year, number in months)
    return Period(first, end, min(end, today - timedelta(days=1)), names)


@read("hospital.follow")
async def hospital_progress(unit: Unit, query: ProgressQuery) -> Sequence[HospitalProgress]:
    """Every hospital of a program that the actor follows, worst first. Raises ``NotFound``."""
    program = await program_by_code(unit, query.program)
    today = local_date(unit.started_at, program.time_zone)
    period = period_of(query.month, today)
    hospitals = await _hospitals(unit, program.id, period)
    posts = await _posts(unit, program.id, period)
    monthly = await _monthly(unit, program, period)
    recorded = await recorded_days(unit, program.id, period)
    referred = await _referrals(unit, program.id)
    latest = await _latest(unit, program, [row.id for row in hospitals])
    progress = []
    for row in hospitals:
        stays = [Stay(w, s, e) for w, s, e in posts.get(row.id, ()) if w is not None]
        share = completeness(expected_days(stays, period.first, period.last_expected), recorded.get(row.id, set()))
        last = latest.get(row.id)
        since = min((stay.starts_on for stay in stays), default=None)
        state = standing(share, last, since, min(today, period.end))
        vacant = sum(1 for worker, _, _ in posts.get(row.id, ()) if worker is None)
        counts = tuple(monthly.get((row.id, name), 0) for name in period.months)
        progress.append(
            HospitalProgress(
                hospital_id=row.id,
                code=row.code,
                name=row.name,
                province=row.province,
                city=row.city,
                search_text=row.search_text,
                standing=state,
                completeness=share,
                monthly_person_times=counts,
                last_report_on=last,
                vacant_posts=vacant,
                open_referrals=referred.get(row.id, (0, 0))[0],
                overdue_referrals=referred.get(row.id, (0, 0))[1],
            )
        )
    return sorted(progress, key=lambda p: (_ORDER[p.standing], p.completeness, p.code))


@read("measure.read")
async def completeness_by_hospital(unit: Unit, program: ProgramFacts, month: str) -> Mapping[UUID, tuple[int, float]]:
    """How many posts were filled in a month and how complete its records are, at each hospital with a post."""
    period = period_of(month, local_date(unit.started_at, program.time_zone))
    recorded = await recorded_days(unit, program.id, period)
    found = {}
    for hospital, posts in (await _posts(unit, program.id, period)).items():
        stays = [Stay(worker, starts_on, ends_on) for worker, starts_on, ends_on in posts if worker is not None]
        expected = expected_days(stays, period.first, period.last_expected)
        found[hospital] = (len(stays), completeness(expected, recorded.get(hospital, set())))
    return found


async def _hospitals(unit: Unit, program_id: UUID, period: Period) -> Sequence[Any]:
    """Hospitals that take part in the month: all for who runs the program, else those with a post to be seen."""
    actor = unit.actor
    posts = select(Placement.hospital_id).where(col(Placement.program_id) == program_id)
    followed = any_of(
        overseen(col(Participation.program_id), actor),
        one_of(Organization.id, actor.at(Role.HOSPITAL_COORDINATOR)),
        col(Organization.id).in_(posts),
    )
    statement = (
        select(
            Organization.id,
            Organization.code,
            Organization.name,
            Organization.province,
            Organization.city,
            Organization.search_text,
        )
        .join(Participation, col(Participation.organization_id) == col(Organization.id))
        .where(
            col(Participation.program_id) == program_id,
            col(Participation.part) == Part.HOSPITAL,
            col(Participation.starts_on) <= period.end,
            col(Participation.ends_on).is_(None) | (col(Participation.ends_on) >= period.first),
            followed,
        )
    )
    return await unit.rows(counting(statement))


def posts_held(program_id: UUID, period: Period) -> Sequence[ColumnElement[bool]]:
    """Which posts there were in the part of a month that has passed."""
    return (
        col(Placement.program_id) == program_id,
        col(Placement.starts_on) <= max(period.last_expected, period.first),
        col(Placement.ends_on).is_(None) | (col(Placement.ends_on) >= period.first),
    )


async def _posts(
    unit: Unit, program_id: UUID, period: Period
) -> Mapping[UUID, list[tuple[UUID | None, date, date | None]]]:
    columns = (Placement.hospital_id, Placement.worker_id, Placement.starts_on, Placement.ends_on)
    statement = select(*columns).where(*posts_held(program_id, period))
    posts: dict[UUID, list[tuple[UUID | None, date, date | None]]] = defaultdict(list)
    for hospital, worker, starts_on, ends_on in await unit.rows(counting(statement)):
        posts[hospital].append((worker, starts_on, ends_on))
    return posts


async def _monthly(unit: Unit, program: ProgramFacts, period: Period) -> Mapping[Key, int]:
    """Person-times by hospital and month."""
    query = MeasureQuery(
        program=program.code,
        from_day=date.fromisoformat(f"{period.months[0]}-01"),
        to_day=period.end,
        group_by=(Dimension.HOSPITAL, Dimension.MONTH),
    )
    return await measure_by(unit, query, "person_times")


async def _referrals(unit: Unit, program_id: UUID) -> Mapping[UUID, tuple[int, int]]:
    """How many referrals that a hospital sent are open just now, and how many of these are overdue."""
    late = case((is_overdue(unit.started_at), 1), else_=0)
    statement = (
        select(Referral.source_id, func.count(), func.sum(late))
        .where(col(Referral.program_id) == program_id, col(Referral.state).in_(UNDER_WAY))
        .group_by(col(Referral.source_id))
    )
    return {hospital: (int(number), int(overdue)) for hospital, number, overdue in await unit.rows(counting(statement))}


@read("measure.read")
async def recorded_days(
    unit: Unit, program_id: UUID, period: Period, *posts: ColumnElement[bool]
) -> Mapping[UUID, set[tuple[object, date]]]:
    """By hospital, the workers of filled posts and the working days on which they recorded something; of some posts if given.

    One probe of an index for each post and day: the contacts of a month would be read all, however many there are.
    """
    days = list(weekdays(period.first, period.last_expected))
    if not days:
        return {}
    day = values(column("day", Date), name="days").data([(one,) for one in days]).cte("days").c.day
    # Not EXISTS: PostgreSQL would make a join of it and read the month all the same.
    one = (
        select(ServiceContact.id)
        .where(
            col(ServiceContact.worker_id) == col(Placement.worker_id),
            col(ServiceContact.occurred_on) == day,
            col(ServiceContact.hospital_id) == col(Placement.hospital_id),
            col(ServiceContact.program_id) == program_id,
            kept(),
        )
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(Placement.hospital_id, Placement.worker_id, day)
        .join(day.table, true())
        .where(*posts_held(program_id, period), *posts, col(Placement.worker_id).is_not(None), one.is_not(None))
        .distinct()
    )
    recorded: dict[UUID, set[tuple[object, date]]] = defaultdict(set)
    for hospital, worker, on in await unit.rows(counting(statement)):
        recorded[hospital].add((worker, on))
    return recorded


async def _latest(unit: Unit, program: ProgramFacts, hospitals: Sequence[UUID]) -> Mapping[UUID, date]:
    # One probe of an index for each hospital; grouping would read every contact of the program.
    last = (
        select(func.max(ServiceContact.recorded_at))
        .where(
            col(ServiceContact.hospital_id) == col(Organization.id),
            col(ServiceContact.program_id) == program.id,
            kept(),
        )
        .correlate(Organization)
        .scalar_subquery()
    )
    statement = select(Organization.id, last).where(col(Organization.id).in_(hospitals))
    rows = await unit.rows(counting(statement))
    return {hospital: local_date(at, program.time_zone) for hospital, at in rows if at is not None}
