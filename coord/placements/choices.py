"""What a filter offers: the hospitals and workers whose posts the actor sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col

from coord.kernel.sql import select
from coord.kernel.text import printable
from coord.organizations.tables import Organization
from coord.placements.tables import Placement
from coord.programs.tables import Program
from coord.work import Unit, read
from coord.workforce.tables import Worker


@dataclass(frozen=True, slots=True)
class Choice:
    """A hospital or a worker to choose."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Hospitals by name, and the workers who have or had posts there."""

    hospitals: Sequence[Choice]
    workers: Sequence[Choice]


@read("placement.list")
async def filter_choices(unit: Unit, program: str, *, hospital: UUID | None = None) -> Choices:
    """Hospitals with posts in a program, and their workers; the workers of one hospital if it is given."""
    posts = select(Program.id).where(col(Program.code) == printable(program))
    hospitals = (
        select(Organization.id, Organization.code, Organization.name)
        .join(Placement, col(Placement.hospital_id) == col(Organization.id))
        .where(col(Placement.program_id).in_(posts))
        .distinct()
        .order_by(col(Organization.name), col(Organization.code))
    )
    workers = (
        select(Worker.id, Worker.code, Worker.display_name)
        .join(Placement, col(Placement.worker_id) == col(Worker.id))
        .where(col(Placement.program_id).in_(posts))
        .distinct()
        .order_by(col(Worker.display_name), col(Worker.code))
    )
    if hospital is not None:
        workers = workers.where(col(Placement.hospital_id) == hospital)
    return Choices(
        [Choice(*row) for row in await unit.rows(hospitals)], [Choice(*row) for row in await unit.rows(workers)]
    )
