"""A placement is seen by its hospital, its employer, the foundation and the administrator."""

from sqlalchemy import ColumnElement, true
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import any_of, one_of
from coord.kernel.sql import select
from coord.placements.tables import Placement
from coord.programs.access import overseen


def own_placements(actor: Actor) -> ColumnElement[bool]:
    """Posts at the actor's hospital, of the actor's agency, or in the programs they oversee."""
    at_hospital = actor.at(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR)
    of_agency = actor.at(Role.SUPERVISOR, Role.AGENCY_MANAGER)
    return any_of(
        one_of(Placement.hospital_id, at_hospital) if at_hospital else None,
        one_of(Placement.employer_id, of_agency) if of_agency else None,
        overseen(col(Placement.program_id), actor),
        true() if actor.at(Role.ADMINISTRATOR) else None,
    )


def served_hospitals(actor: Actor) -> object:
    """A subquery of the hospitals where agencies of the actor have posts; for supervisors' caseloads."""
    agencies = actor.at(Role.SUPERVISOR)
    return select(Placement.hospital_id).where(one_of(Placement.employer_id, agencies))


protect(Placement, own_placements, retention=Retention.OPERATIONAL)
