"""A placement is seen by its hospital, its employer, the foundation and the administrator."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, load_with, protect
from coord.access.rows import among, any_of, beside, one_of
from coord.access.scopes import held_at, places_of
from coord.kernel.sql import select
from coord.placements.tables import Placement
from coord.programs.access import overseen
from coord.programs.tables import Program


def _set_up(actor: Actor) -> ColumnElement[bool]:
    """Posts of the programs that the actor sets up."""
    program = beside(Program)
    return among(Placement.program_id, program.c.id, one_of(program.c.foundation_id, actor.administers()))


def own_placements(actor: Actor) -> ColumnElement[bool]:
    """Posts at the actor's hospital, of the actor's agency, or in the programs they oversee."""
    at_hospital = actor.at(Role.SOCIAL_WORKER, Role.COMMUNITY_RECEIVER, Role.HOSPITAL_COORDINATOR)
    of_agency = actor.at(Role.SUPERVISOR, Role.AGENCY_MANAGER)
    return any_of(
        one_of(Placement.hospital_id, at_hospital),
        one_of(Placement.employer_id, of_agency),
        overseen(col(Placement.program_id), actor),
        _set_up(actor),
    )


# The hospitals where agencies of a supervisor have posts.
load_with(
    Scope.HOSPITALS_SUPERVISED,
    held_at(Role.SUPERVISOR),
    select(Placement.hospital_id)
    .where(col(Placement.employer_id).in_(places_of(Scope.HOSPITALS_SUPERVISED)))
    .distinct(),
)
protect(Placement, own_placements, retention=Retention.OPERATIONAL)
