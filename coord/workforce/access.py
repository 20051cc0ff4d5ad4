"""Colleagues' names are known to the people who run the program, not to sponsors or outsiders."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import one_of
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.workforce.tables import Worker

_RUN_IT = (
    Role.ADMINISTRATOR,
    Role.AGENCY_MANAGER,
    Role.COMMUNITY_RECEIVER,
    Role.HOSPITAL_COORDINATOR,
    Role.PROGRAM_OFFICER,
    Role.SOCIAL_WORKER,
    Role.SUPERVISOR,
)


def colleagues(actor: Actor) -> ColumnElement[bool]:
    """The workers of all employers in the directories of those who run a program."""
    employer = Organization.__table__.alias("employer")  # type: ignore[attr-defined]
    partners = select(employer.c.id).where(one_of(employer.c.foundation_id, actor.directories(*_RUN_IT)))
    return col(Worker.employer_id).in_(partners)


protect(Worker, colleagues, retention=Retention.OPERATIONAL, personal=("display_name",))
