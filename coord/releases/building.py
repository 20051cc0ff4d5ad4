"""Building a release: once for each quarter, idempotent, and what it was rounded with is forgotten."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Problem
from coord.kernel.sql import select
from coord.measures.counting import rules_on
from coord.organizations.tables import Organization
from coord.placements.tables import Placement
from coord.programs import ProgramFacts, program_by_code
from coord.programs.tables import MonthLock, Part, Participation, Program
from coord.releases.codes import CLASSES, NOT_SPLIT, CubeCode, ReleaseState
from coord.releases.counting import Counts, Whole, true_counts
from coord.releases.inputs import OrderRelease
from coord.releases.parameters import Parameters
from coord.releases.protecting import Key, Protection, TrueCube, cube_key, protect
from coord.releases.quarters import days_of, months_of
from coord.releases.signing import digest_of, release_digest, told
from coord.releases.tables import ProtectedCell, Release, ReleaseSnapshot
from coord.work import Unit, action, read

_MARGINS = ((1,), (0,))
"""Of hospital and class: over all hospitals for each class, and each hospital's own total."""
_SECRET = 32
_MOST_NAMED = 5


@action("release.build")
async def order_release(unit: Unit, given: OrderRelease) -> None:
    """Ask for the release of a quarter, which is built by a job. Asking twice builds one.

    Raises ``Conflict`` when the quarter is released or still running, or when months of its hospitals are not locked.
    """
    program = await program_by_code(unit, given.program)
    if local_date(unit.started_at, program.time_zone) <= days_of(given.period)[1]:
        raise Conflict(Problem("period", "QUARTER_NOT_OVER"))
    if await _live(unit, program.id, given.period) is not None:
        raise Conflict(Problem("period", "RELEASED_ALREADY"))
    missing = await open_months(unit, program, given.period)
    if missing:
        named = "、".join(f"{code} {month}" for code, month in missing[:_MOST_NAMED])
        raise Conflict(Problem("period", "MONTHS_NOT_LOCKED", {"number": len(missing), "first": named}))
    unit.later("releases.build", program=program.id, quarter=given.period, ordered_by=unit.actor.user_id)


async def _live(unit: Unit, program_id: UUID, period: str) -> Any:
    statement = select(Release.id).where(
        col(Release.program_id) == program_id,
        col(Release.period) == period,
        col(Release.state) != ReleaseState.SUPERSEDED,
    )
    return await unit.scalar(statement)


@read("release.list")
async def open_months(unit: Unit, program: ProgramFacts, quarter: str) -> Sequence[tuple[str, str]]:
    """The months that are not locked, by hospital: code and month. Only months in which a post stood count."""
    hospitals = await _hospitals(unit, program.id, *days_of(quarter))
    locks = select(MonthLock.hospital_id, MonthLock.month).where(
        col(MonthLock.program_id) == program.id, col(MonthLock.month).in_(months_of(quarter))
    )
    locked = {(hospital, month) for hospital, month in await unit.rows(locks)}
    return [
        (hospital.code, month)
        for month, hospital in product(months_of(quarter), hospitals)
        if (hospital.id, month) not in locked
    ]


async def _hospitals(unit: Unit, program_id: UUID, first: date, last: date) -> Sequence[Any]:
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


@action("release.count")
async def build_release(unit: Unit, program_id: UUID, quarter: str, ordered_by: UUID | None) -> UUID | None:
    """Count, round and repair a quarter, and store what may be published; None where it is stored already.

    The secret lives in this call alone: whoever holds the database cannot take the rounding back.
    """
    if await _live(unit, program_id, quarter) is not None:
        return None
    program = await unit.find(Program, program_id)
    how, rules = Parameters(), rules_on(days_of(quarter)[1]).version
    counted = await true_counts(
        unit, Whole(program_id, program.code, quarter), most_per_person=how.most_per_person
    )  # fmt: skip
    hospitals = await _hospitals(unit, program_id, *days_of(quarter))
    content = digest_of({"records": sorted(counted.records), "counts": told(counted.cubes), "rules": rules})
    cells = protected_cells([one.id for one in hospitals], counted.cubes, content, how)
    places = [{"id": str(one.id), "code": one.code, "name": one.name, "province": one.province} for one in hospitals]
    release = Release(
        program_id=program_id, period=quarter, rules_version=rules, parameters=how.stored(),
        places=places, built_at=unit.started_at, ordered_by_id=ordered_by,
        digest=release_digest(quarter, cells, places, how.stored()),
    )  # fmt: skip
    snapshot = ReleaseSnapshot(
        id=release.id, program_id=program_id, rules_version=rules, record_count=len(counted.records),
        content_hash=content, taken_at=unit.started_at,
    )  # fmt: skip
    return await _stored(unit, release, snapshot, cells)


async def _stored(
    unit: Unit, release: Release, snapshot: ReleaseSnapshot, cells: Mapping[CubeCode, Counts]
) -> UUID | None:
    try:
        await unit.session.savepoint(release)
    except IntegrityError:
        # Another worker built it between our look and now.
        return None
    unit.add(snapshot)
    for cube, counts in cells.items():
        for (hospital, name), value in counts.items():
            if value:
                unit.add(
                    ProtectedCell(release_id=release.id, cube=cube, hospital_id=hospital, class_code=name, value=value)
                )
    audit.record(unit, "release.build", release)
    return release.id


def protected_cells(
    hospitals: Sequence[UUID], cubes: Mapping[CubeCode, Counts], content: str, how: Parameters
) -> Mapping[CubeCode, Counts]:
    """Every cube protected with a secret of this moment; who has all people in one class is not split."""
    secret = secrets.token_bytes(_SECRET)
    return {
        cube: _merged(_protected(hospitals, cube, counts, cube_key(secret, content, cube.value), how), cube)
        for cube, counts in cubes.items()
    }


def _protected(hospitals: Sequence[UUID], cube: CubeCode, counts: Counts, key: bytes, how: Parameters) -> Counts:
    cells: dict[Key, int] = {(str(h), name): counts.get((h, name), 0) for h, name in product(hospitals, CLASSES[cube])}
    published = protect(TrueCube(cells, _MARGINS), key, Protection(how.base, how.margin_floor))
    return {(UUID(hospital), name): value for (hospital, name), value in published.items()}


def _merged(cells: Counts, cube: CubeCode) -> Counts:
    """Nobody learns that everybody at a hospital is of one kind (group disclosure)."""
    if len(CLASSES[cube]) == 1:
        return cells
    merged = dict(cells)
    for hospital in {hospital for hospital, _ in cells}:
        filled = [name for name in CLASSES[cube] if cells[hospital, name]]
        if len(filled) == 1:
            merged[hospital, NOT_SPLIT] = merged.pop((hospital, filled[0]))
    return merged
