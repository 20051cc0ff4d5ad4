"""Sessions of supervision as a list, whom one can supervise, and each worker's caseload with the month's minutes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.access import Scope
from coord.cases.tables import CaseFile
from coord.kernel.clock import local_date
from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.placements.tables import Placement
from coord.programs import ProgramFacts, program_by_code
from coord.programs.month_locks import next_month
from coord.programs.setting_values import settings_on
from coord.programs.tables import Program, Setting
from coord.supervision.access import attendance_with_names
from coord.supervision.inputs import SupervisionFilter
from coord.supervision.rules import minutes_due
from coord.supervision.tables import SupervisionAttendance, SupervisionSession, SupervisionWorry
from coord.work import Unit, read
from coord.work.listing import Listing, Sort
from coord.workforce.tables import Worker

_MOST_POSTS = 2000
_MOST_DAYS = 200_000
"""Days with supervision of all workers in a period: a hundred a worker and year at most."""
_DAY = timedelta(days=1)
SESSIONS = Listing(
    "supervision.list",
    SupervisionSession,
    {
        n: getattr(SupervisionSession, n)
        for n in ("id", "supervisor_id", "supervisor_name", "kind", "held_on", "minutes", "topics", "agreed", "recorded_at")
    },
    [Sort(col(SupervisionSession.held_on), date.fromisoformat), Sort(col(SupervisionSession.id), UUID)],
    descending=True,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Load:
    """One worker at one hospital: open cases against the ratio, minutes of supervision of a month against what is due."""

    worker_id: UUID
    worker: str
    hospital: str
    open_cases: int
    ratio: int
    minutes: int
    due: int

    @property
    def is_over(self) -> bool:
        """More cases than the program's ratio allows."""
        return self.open_cases > self.ratio

    @property
    def is_supervised(self) -> bool:
        """As many minutes as the month asks for."""
        return self.minutes >= self.due


def _days(month: str) -> tuple[date, date]:
    return date.fromisoformat(f"{month}-01"), date.fromisoformat(f"{next_month(month)}-01")


def _conditions(given: SupervisionFilter) -> list[Any]:
    where: list[Any] = [col(SupervisionSession.withdrawn_at).is_(None)]
    if given.program is not None:
        named = select(Program.id).where(col(Program.code) == given.program)
        where.append(col(SupervisionSession.program_id).in_(named))
    if given.worker is not None:
        with_worker = select(SupervisionAttendance.session_id).where(
            col(SupervisionAttendance.worker_id) == given.worker
        )
        where.append(col(SupervisionSession.id).in_(with_worker))
    if given.month is not None:
        first, after = _days(given.month)
        where += [col(SupervisionSession.held_on) >= first, col(SupervisionSession.held_on) < after]
    return where


@read("supervision.list")
async def sessions(
    unit: Unit, wanted: Iterable[str], request: PageRequest, given: SupervisionFilter
) -> Page[RowMapping]:
    """Sessions, the newest first, by cursor."""
    return await SESSIONS.page(unit, wanted, _conditions(given), request)


@read("supervision.list")
async def sessions_on_page(unit: Unit, given: SupervisionFilter, *, page: int, size: int) -> Sequence[RowMapping]:
    """Sessions by page number (1 is the first)."""
    return await SESSIONS.numbered(unit, SESSIONS.paths, _conditions(given), page=page, size=size)


@read("supervision.list")
async def count_sessions(unit: Unit, given: SupervisionFilter) -> int:
    """How many sessions the filter gives."""
    return await SESSIONS.total(unit, _conditions(given))


@read("supervision.list")
async def attended(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Sequence[tuple[UUID, str]]]:
    """The workers of these sessions by id and name; of those of others one's own name alone, where one is a worker."""
    statement = (
        select(SupervisionAttendance.session_id, Worker.id, Worker.display_name)
        .join(Worker, col(Worker.id) == col(SupervisionAttendance.worker_id))
        .where(col(SupervisionAttendance.session_id).in_(ids), attendance_with_names(unit.actor))
        .order_by(col(Worker.display_name), col(Worker.id))
    )
    found: dict[UUID, list[tuple[UUID, str]]] = {}
    for session, worker, name in await unit.rows(statement) if ids else ():
        found.setdefault(session, []).append((worker, name))
    return found


@read("supervision.record")
async def own_worries(unit: Unit, ids: Collection[UUID]) -> frozenset[tuple[UUID, UUID]]:
    """About whom the actor worries, as session and worker."""
    statement = select(SupervisionWorry.session_id, SupervisionWorry.worker_id).where(
        col(SupervisionWorry.session_id).in_(ids)
    )
    return frozenset((session, worker) for session, worker in await unit.rows(statement)) if ids else frozenset()


@read("supervision.record")
async def workers_to_supervise(unit: Unit, program: str) -> Sequence[tuple[UUID, str, str]]:
    """Workers with a post today at the hospitals that the actor supervises: id, name, hospital."""
    facts = await program_by_code(unit, program)
    today = local_date(unit.started_at, facts.time_zone)
    posts = await unit.rows(_posts(facts, today).where(_supervised(unit)).limit(_MOST_POSTS))
    return [(row.id, row.display_name, row.hospital) for row in posts]


def _supervised(unit: Unit) -> Any:
    return col(Placement.hospital_id).in_(unit.actor.scope(Scope.HOSPITALS_SUPERVISED))


def _posts(program: ProgramFacts, day: date) -> Any:
    return (
        select(Worker.id, Worker.display_name, Organization.name.label("hospital"), Placement.hospital_id, Placement.starts_on)  # type: ignore[attr-defined]
        .join(Placement, col(Placement.worker_id) == col(Worker.id))
        .join(Organization, col(Organization.id) == col(Placement.hospital_id))
        .where(
            col(Placement.program_id) == program.id,
            col(Placement.starts_on) <= day,
            col(Placement.ends_on).is_(None) | (col(Placement.ends_on) >= day),
        )
        .order_by(col(Organization.name), col(Worker.display_name), col(Worker.id))
    )  # fmt: skip


@read("caseload.read")
async def caseloads(unit: Unit, program: str, month: str) -> Sequence[Load]:
    """Everybody with a post today: cases that are open now, and a month's minutes of supervision; the fullest first."""
    facts = await program_by_code(unit, program)
    first, after = _days(month)
    today = local_date(unit.started_at, facts.time_zone)
    settings = await settings_on(unit, facts.id, after - _DAY)
    posts = await unit.rows(_posts(facts, today).limit(_MOST_POSTS))
    workers = {row.id for row in posts}
    cases = await _open_cases(unit, facts.id, workers)
    minutes = await supervised_minutes(unit, facts.id, workers, first, after - _DAY)
    begun = await first_posts(unit, workers)
    loads = [
        Load(
            row.id, row.display_name, row.hospital, cases.get((row.id, row.hospital_id), 0), settings[Setting.CASELOAD],
            minutes.get((row.id, month), 0), minutes_due(begun[row.id], after, settings),
        )
        for row in posts
    ]  # fmt: skip
    return sorted(loads, key=lambda load: -load.open_cases)


async def _open_cases(unit: Unit, program: UUID, workers: Collection[UUID]) -> Mapping[tuple[UUID, UUID], int]:
    statement = (
        select(CaseFile.worker_id, CaseFile.hospital_id, func.count())
        .where(
            col(CaseFile.program_id) == program,
            col(CaseFile.worker_id).in_(workers),
            col(CaseFile.opened_on).is_not(None),
            col(CaseFile.closed_on).is_(None),
        )
        .group_by(col(CaseFile.worker_id), col(CaseFile.hospital_id))
    )
    return {(worker, hospital): int(number) for worker, hospital, number in await unit.rows(statement)}


@read("measure.read")
async def supervised_minutes(
    unit: Unit, program: UUID, workers: Collection[UUID], first: date, last: date
) -> Mapping[tuple[UUID, str], int]:
    """Minutes of supervision by worker and month (``2026-11``) between two days; what was withdrawn counts nowhere.

    The one source of Q8 and of the page of caseloads.
    """
    day = SupervisionAttendance.held_on
    statement = (
        select(SupervisionAttendance.worker_id, day, func.sum(SupervisionAttendance.minutes))
        .where(
            col(SupervisionAttendance.program_id) == program,
            col(SupervisionAttendance.worker_id).in_(workers),
            col(day).between(first, last),
            col(SupervisionAttendance.withdrawn_at).is_(None),
        )
        .group_by(col(SupervisionAttendance.worker_id), col(day))
        .limit(_MOST_DAYS)
    )
    found: dict[tuple[UUID, str], int] = {}
    for worker, held_on, minutes in await unit.rows(statement):
        key = worker, f"{held_on:%Y-%m}"
        found[key] = found.get(key, 0) + int(minutes)
    return found


@read("measure.read")
async def first_posts(unit: Unit, workers: Collection[UUID]) -> Mapping[UUID, date]:
    """When each worker began their first post: in the first year a month asks for more supervision."""
    statement = (
        select(Placement.worker_id, func.min(Placement.starts_on))
        .where(col(Placement.worker_id).in_(workers))
        .group_by(col(Placement.worker_id))
        .limit(_MOST_POSTS)
    )
    return dict(map(tuple, await unit.rows(statement)))
