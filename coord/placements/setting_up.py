"""What an administrator sees of the posts: those of the programs of their foundation, vacant ones first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import aliased
from sqlmodel import col

from coord.identity.reads import HOME_ZONE
from coord.kernel.clock import local_date
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.placements.rules import is_trained_before
from coord.placements.tables import Placement, PlacementModel
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.workforce.tables import Worker

MOST_POSTS, MOST_WORKERS = 2000, 2000


@dataclass(frozen=True, slots=True)
class Post:
    """A post from one day to another; vacant without a worker."""

    id: UUID
    program: str
    hospital_id: UUID
    hospital: str
    employer: str
    worker: str | None
    department: str | None
    model: PlacementModel
    starts_on: date
    ends_on: date | None
    trained_on: date | None

    @property
    def lacks_training(self) -> bool:
        """Whether somebody was posted before they were trained (Q15)."""
        return self.worker is not None and not is_trained_before(self.trained_on, self.starts_on)


@dataclass(frozen=True, slots=True)
class Employee:
    """A worker whom a post can be given."""

    id: UUID
    code: str
    name: str
    employer: str


def _posts(unit: Unit) -> Any:
    hospital, employer = aliased(Organization), aliased(Organization)
    return (
        select(
            Placement.id, Program.name, Placement.hospital_id, hospital.name, employer.name, Worker.display_name,
            Placement.department, Placement.model, Placement.starts_on, Placement.ends_on, Placement.trained_on,
        )
        .select_from(Placement)
        .join(Program, col(Program.id) == col(Placement.program_id))
        .join(hospital, hospital.id == col(Placement.hospital_id))
        .join(employer, employer.id == col(Placement.employer_id))
        .outerjoin(Worker, col(Worker.id) == col(Placement.worker_id))
        .where(col(Program.foundation_id).in_(unit.actor.administers()))
        .order_by(col(Placement.worker_id).is_not(None), hospital.code, col(Placement.starts_on), col(Placement.id))
    )  # fmt: skip


@read("placement.manage")
async def posts_set_up(unit: Unit) -> Sequence[Post]:
    """The posts that are there today or will be: vacant ones first, then by hospital."""
    today = local_date(unit.started_at, HOME_ZONE)
    still = col(Placement.ends_on).is_(None) | (col(Placement.ends_on) >= today)
    return [Post(*row) for row in await unit.rows(_posts(unit).where(still).limit(MOST_POSTS))]


@read("placement.manage")
async def post_set_up(unit: Unit, placement_id: UUID) -> Post:
    """One post. Raises ``NotFound`` for one of another foundation."""
    row = await unit.row(_posts(unit).where(col(Placement.id) == placement_id))
    if row is None:
        raise NotFound
    return Post(*row)


@read("placement.manage")
async def employees(unit: Unit) -> Sequence[Employee]:
    """The workers of the actor's directories, by name."""
    statement = (
        select(Worker.id, Worker.code, Worker.display_name, Organization.name)
        .join(Organization, col(Organization.id) == col(Worker.employer_id))
        .where(col(Organization.foundation_id).in_(unit.actor.administers()))
        .order_by(col(Worker.display_name), col(Worker.code))
        .limit(MOST_WORKERS)
    )
    return [Employee(*row) for row in await unit.rows(statement)]
