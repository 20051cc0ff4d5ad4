"""Colleagues' names are known to the people who run the program, not to sponsors or outsiders."""

from sqlalchemy import ColumnElement, false, true

from coord.access import Actor, Retention, Role, protect
from coord.workforce.tables import Worker

_RUN_IT = (
    Role.ADMINISTRATOR,
    Role.AGENCY_MANAGER,
    Role.HOSPITAL_COORDINATOR,
    Role.PROGRAM_OFFICER,
    Role.SOCIAL_WORKER,
    Role.SUPERVISOR,
)


def colleagues(actor: Actor) -> ColumnElement[bool]:
    """All workers for those who run the program."""
    return true() if actor.at(*_RUN_IT) else false()


protect(Worker, colleagues, retention=Retention.OPERATIONAL, personal=("display_name",))
