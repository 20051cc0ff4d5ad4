"""Asking for the release of a quarter: once it is over and every month of its hospitals is locked."""

from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.placements.tables import Placement
from coord.programs import ProgramFacts, program_by_code
from coord.programs.quarters import days_of, months_of
from coord.programs.tables import MonthLock, Part, Participation
from coord.releases.inputs import OrderRelease
from coord.releases.orders import orders_of
from coord.releases.tables import Release
from coord.work import Unit, action, read

_MOST_NAMED = 5


@action("release.build")
async def order_release(unit: Unit, given: OrderRelease) -> None:
    """Ask for the release of a quarter, which is built by a job. Asking twice builds one.

    Raises ``Conflict`` when the quarter is released, on its way or still running, or when months are not locked.
    """
    program = await program_by_code(unit, given.program)
    if local_date(unit.started_at, program.time_zone) <= days_of(given.period)[1]:
        raise Conflict(Problem("period", "QUARTER_NOT_OVER"))
    if await first_release(unit, program.id, given.period) is not None:
        raise Conflict(Problem("period", "RELEASED_ALREADY"))
    if any(one.quarter == given.period and one.is_open for one in await orders_of(unit, program.id)):
        raise Conflict(Problem("period", "RELEASE_ON_ITS_WAY"))
    await need_locked_months(unit, program, given.period)
    unit.later("releases.build", program=program.id, quarter=given.period, ordered_by=unit.actor.user_id)


@read("release.list")
async def need_locked_months(unit: Unit, program: ProgramFacts, quarter: str) -> None:
    """Raises ``Conflict`` that names the first of the months that are open, or says that no hospital had a post yet."""
    missing = await open_months(unit, program, quarter)
    if missing is None:
        raise Conflict(Problem("period", "NO_HOSPITAL_IN_QUARTER"))
    if missing:
        named = "、".join(f"{code} {month}" for code, month in missing[:_MOST_NAMED])
        raise Conflict(Problem("period", "MONTHS_NOT_LOCKED", {"number": len(missing), "first": named}))


@read("release.read")
async def first_release(unit: Unit, program_id: UUID, period: str) -> UUID | None:
    """The release of a quarter that was built first, in whatever state it is."""
    statement = select(Release.id).where(
        col(Release.program_id) == program_id, col(Release.period) == period, col(Release.restates_id).is_(None)
    )
    found: UUID | None = await unit.scalar(statement)
    return found


@read("release.list")
async def open_months(unit: Unit, program: ProgramFacts, quarter: str) -> Sequence[tuple[str, str]] | None:
    """The months that are not locked, by hospital: code and month; None where no hospital had a post.

    Only hospitals with a post in the quarter count: without one there is nothing to release.
    """
    hospitals = await hospitals_of(unit, program.id, *days_of(quarter))
    if not hospitals:
        return None
    locks = select(MonthLock.hospital_id, MonthLock.month).where(
        col(MonthLock.program_id) == program.id, col(MonthLock.month).in_(months_of(quarter))
    )
    locked = {(hospital, month) for hospital, month in await unit.rows(locks)}
    return [
        (hospital.code, month)
        for month, hospital in product(months_of(quarter), hospitals)
        if (hospital.id, month) not in locked
    ]


@read("release.read")
async def hospitals_of(unit: Unit, program_id: UUID, first: date, last: date) -> Sequence[Any]:
    """Hospitals with a post on at least one day, by code."""
    stood = select(Placement.hospital_id).where(
        col(Placement.program_id) == program_id,
        col(Placement.starts_on) <= last,
        col(Placement.ends_on).is_(None) | (col(Placement.ends_on) >= first),
    )
    # A community organization has posts but hands in no months: what it does stands under whoever sent the person.
    hospital = select(Participation.organization_id).where(
        col(Participation.program_id) == program_id, col(Participation.part) == Part.HOSPITAL
    )
    columns = (Organization.id, Organization.code, Organization.name, Organization.province)
    key = col(Organization.id)
    statement = select(*columns).where(key.in_(stood), key.in_(hospital)).order_by(col(Organization.code))
    return await unit.rows(statement)
