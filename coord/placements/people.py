"""Who can take a post: people with a role at its hospital, and the worker behind each of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.access import Role
from coord.identity.reads import HOME_ZONE
from coord.identity.tables import Membership, User
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid, Problem
from coord.kernel.sql import select
from coord.work import Unit, action, read
from coord.workforce import AddWorker, add_worker
from coord.workforce.tables import Worker

_MOST_PEOPLE = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """A social worker of a hospital; with the code of the worker that they are already, if they are one."""

    user_id: UUID
    name: str
    code: str | None


def _working_at(hospital_id: UUID, unit: Unit) -> Sequence[Any]:
    today = local_date(unit.started_at, HOME_ZONE)
    return (
        col(Membership.organization_id) == hospital_id,
        col(Membership.role) == Role.SOCIAL_WORKER,
        col(Membership.ends_on).is_(None) | (col(Membership.ends_on) >= today),
    )


@read("placement.manage")
async def candidates(unit: Unit, hospital_id: UUID) -> Sequence[Candidate]:
    """The social workers of a hospital whose accounts are open, by name."""
    statement = (
        select(User.id, User.name, Worker.code)
        .join(Membership, col(Membership.user_id) == col(User.id))
        .outerjoin(Worker, col(Worker.user_id) == col(User.id))
        .where(col(User.is_active), *_working_at(hospital_id, unit))
        .order_by(col(User.name), col(User.id))
        .limit(_MOST_PEOPLE)
    )
    return [Candidate(*row) for row in await unit.rows(statement)]


@read("placement.manage")
async def check_role(unit: Unit, user_id: UUID, hospital_id: UUID) -> User:
    """The person, if they are a social worker at the hospital: nobody else would see its people. Raises ``Invalid``."""
    held = select(Membership.id).where(col(Membership.user_id) == user_id, *_working_at(hospital_id, unit))
    person = await unit.session.get(User, user_id)
    if person is None or await unit.scalar(held) is None:
        raise Invalid(Problem("user_id", "NO_ROLE_AT_HOSPITAL"))
    return person


@action("worker.manage")
async def worker_for(unit: Unit, person: User, employer_id: UUID, code: str | None) -> Worker:
    """The worker that a person is, made now if they are none.

    Raises ``Invalid`` when the person works for another employer, or needs a code; ``Conflict`` when it is taken.
    """
    known: Worker | None = await unit.scalar(select(Worker).where(col(Worker.user_id) == person.id))
    if known is None:
        if code is None:
            raise Invalid(Problem("code", "REQUIRED"))
        new = AddWorker(code=code, display_name=person.name, employer_id=employer_id, user_id=person.id)
        return await add_worker(unit, new)
    if known.employer_id != employer_id:
        raise Invalid(Problem("user_id", "WORKS_FOR_ANOTHER"))
    return known
