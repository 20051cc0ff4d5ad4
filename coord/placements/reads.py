"""Posts and the people in them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func
from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.kernel.paging import Page, PageRequest
from coord.kernel.sql import select
from coord.kernel.text import printable
from coord.organizations.tables import ORGANIZATION_COLUMNS, Organization
from coord.placements.tables import Placement
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.work.listing import Join, Listing, Sort, another
from coord.workforce.tables import Worker

_hospital, _employer = another(Organization, "hospital"), another(Organization, "employer")
_program, _worker = another(Program, "program"), another(Worker, "worker")

PLACEMENTS = Listing(
    "placement.list",
    Placement,
    {
        "id": Placement.id,
        "program_id": Placement.program_id,
        "hospital_id": Placement.hospital_id,
        "employer_id": Placement.employer_id,
        "worker_id": Placement.worker_id,
        "department": Placement.department,
        "model": Placement.model,
        "starts_on": Placement.starts_on,
        "ends_on": Placement.ends_on,
        **{f"hospital.{name}": getattr(_hospital, name) for name in ORGANIZATION_COLUMNS},
        **{f"employer.{name}": getattr(_employer, name) for name in ORGANIZATION_COLUMNS},
        **{
            f"program.{name}": getattr(_program, name)
            for name in ("id", "code", "name", "starts_on", "ends_on", "foundation_id")
        },
        **{f"worker.{name}": getattr(_worker, name) for name in ("id", "code", "display_name")},
    },
    [Sort(col(Placement.id), UUID)],
    {
        "hospital": Join(_hospital, _hospital.id == Placement.hospital_id),
        "employer": Join(_employer, _employer.id == Placement.employer_id),
        "program": Join(_program, _program.id == Placement.program_id),
        "worker": Join(_worker, _worker.id == Placement.worker_id),
    },
)


@dataclass(frozen=True, slots=True)
class WorkPost:
    """A post as the one who works there needs it."""

    program_id: UUID
    program_code: str
    program_name: str
    time_zone: str
    program_starts_on: date
    program_ends_on: date | None
    hospital_id: UUID
    hospital_name: str
    employer_id: UUID
    worker_id: UUID
    starts_on: date
    ends_on: date | None


@read("placement.list")
async def placements(
    unit: Unit,
    wanted: Iterable[str],
    request: PageRequest,
    *,
    program: str | None = None,
    hospital: UUID | None = None,
) -> Page[RowMapping]:
    """Posts in the order in which they were opened."""
    where: list[Any] = []
    if program is not None:
        where.append(col(Placement.program_id).in_(select(Program.id).where(col(Program.code) == printable(program))))
    if hospital is not None:
        where.append(col(Placement.hospital_id) == hospital)
    return await PLACEMENTS.page(unit, wanted, where, request)


_POSTS_OF_WORKER = (
    select(
        Program.id,
        Program.code,
        Program.name,
        Program.time_zone,
        Program.starts_on,
        Program.ends_on,
        Placement.hospital_id,
        Organization.name,
        Placement.employer_id,
        Worker.id,
        Placement.starts_on,
        Placement.ends_on,
    )
    .select_from(Placement)
    .join(Worker, col(Worker.id) == col(Placement.worker_id))
    .join(Program, col(Program.id) == col(Placement.program_id))
    .join(Organization, col(Organization.id) == col(Placement.hospital_id))
    .where(col(Worker.user_id) == bindparam("user_id", type_=Uuid()))
    .order_by(col(Placement.starts_on).desc(), col(Placement.id))
)
"""Made once: every action of a worker asks it, and what is made once is narrowed once for each actor."""


@read("placement.list")
async def posts_of_worker(unit: Unit) -> Sequence[WorkPost]:
    """All posts that the actor's worker holds or held, the newest first."""
    return [WorkPost(*row) for row in await unit.rows(_POSTS_OF_WORKER, user_id=unit.actor.user_id)]


@dataclass(frozen=True, slots=True)
class HeldPost:
    """A filled post at a hospital, by the name that spreadsheets know its worker by."""

    display_name: str
    worker_id: UUID
    employer_id: UUID
    starts_on: date
    ends_on: date | None

    def is_held_on(self, day: date) -> bool:
        """Whether the worker holds it on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@read("placement.list")
async def posts_at(unit: Unit, program_id: UUID, hospital_id: UUID) -> Sequence[HeldPost]:
    """The filled posts of a program at a hospital, the newest first."""
    statement = (
        select(Worker.display_name, Worker.id, Placement.employer_id, Placement.starts_on, Placement.ends_on)
        .join(Placement, col(Placement.worker_id) == col(Worker.id))
        .where(col(Placement.program_id) == program_id, col(Placement.hospital_id) == hospital_id)
        .order_by(col(Placement.starts_on).desc(), col(Placement.id))
    )
    return [HeldPost(*row) for row in await unit.rows(statement)]


@read("placement.list")
async def are_colleagues(unit: Unit, workers: Sequence[UUID], post: WorkPost) -> bool:
    """Whether these are different workers with posts at the same hospital, none of them the post's own."""
    statement = select(func.count(func.distinct(Placement.worker_id))).where(
        col(Placement.worker_id).in_(workers),
        col(Placement.hospital_id) == post.hospital_id,
        col(Placement.worker_id) != post.worker_id,
    )
    return int(await unit.scalar(statement) or 0) == len(workers)
