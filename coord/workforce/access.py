"""Colleagues' names are known to the people who run the program, not to sponsors or outsiders."""

from sqlalchemy import ColumnElement

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import among, beside, one_of
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
    employer = beside(Organization)
    return among(Worker.employer_id, employer.c.id, one_of(employer.c.foundation_id, actor.directories(*_RUN_IT)))


protect(Worker, colleagues, retention=Retention.OPERATIONAL, personal=("display_name",))
