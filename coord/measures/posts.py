"""The posts of one hospital in a month: who fills them, and on which expected days they recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.contacts.codes import FlagState
from coord.contacts.tables import QualityFlag, ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import counting, select
from coord.measures.progress import ProgressQuery, period_of, posts_held, recorded_days
from coord.measures.standing import Stay, expected_days
from coord.organizations.tables import Organization
from coord.placements.rules import is_trained_before
from coord.placements.tables import Placement, PlacementModel
from coord.programs import program_by_code
from coord.work import Unit, read
from coord.workforce.tables import Worker


@dataclass(frozen=True, slots=True)
class PostProgress:
    """A post in a month; vacant without a worker, ``lacks_training`` as Q15 says. Days are working days that have passed."""

    department: str | None
    model: PlacementModel
    employer: str
    worker_id: UUID | None
    worker_name: str | None
    starts_on: date
    ends_on: date | None
    lacks_training: bool
    expected_days: int
    recorded_days: int


@read("hospital.follow")
async def hospital_posts(unit: Unit, query: ProgressQuery, hospital_id: UUID) -> Sequence[PostProgress]:
    """The posts of a hospital in a month, vacant ones first. Raises ``NotFound`` for a foreign program."""
    program = await program_by_code(unit, query.program)
    period = period_of(query.month, local_date(unit.started_at, program.time_zone))
    here = col(Placement.hospital_id) == hospital_id
    recorded = (await recorded_days(unit, program.id, period, here)).get(hospital_id, set())
    statement = (
        select(
            Placement.department,
            Placement.model,
            Organization.name,
            Placement.worker_id,
            Worker.display_name,
            Placement.starts_on,
            Placement.ends_on,
            Placement.trained_on,
        )
        .join(Organization, col(Organization.id) == col(Placement.employer_id))
        .outerjoin(Worker, col(Worker.id) == col(Placement.worker_id))
        .where(here, *posts_held(program.id, period))
        .order_by(col(Placement.worker_id).is_not(None), col(Worker.display_name), col(Placement.starts_on))
    )
    posts = []
    for department, model, employer, worker, name, starts_on, ends_on, trained_on in await unit.rows(
        counting(statement)
    ):
        stay = [Stay(worker, starts_on, ends_on)] if worker is not None else []
        expected = expected_days(stay, period.first, period.last_expected)
        lacks = worker is not None and not is_trained_before(trained_on, starts_on)
        days = (len(expected), len(expected & recorded))
        posts.append(PostProgress(department, model, employer, worker, name, starts_on, ends_on, lacks, *days))
    return posts


@read("hospital.follow")
async def open_flags_by_hospital(unit: Unit, program: str) -> Mapping[UUID, int]:
    """How many quality flags wait for a review at each hospital. Raises ``NotFound`` for a foreign program."""
    facts = await program_by_code(unit, program)
    statement = (
        select(ServiceContact.hospital_id, func.count())
        .join(QualityFlag, col(QualityFlag.contact_id) == col(ServiceContact.id))
        .where(col(ServiceContact.program_id) == facts.id, col(QualityFlag.state) == FlagState.OPEN)
        .group_by(col(ServiceContact.hospital_id))
    )
    return {hospital: int(n) for hospital, n in await unit.rows(counting(statement))}
