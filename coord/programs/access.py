"""A program is seen by the members of the organizations that take part in it."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import one_of
from coord.kernel.sql import select
from coord.programs.tables import Participation, Program


def joined_programs(actor: Actor) -> ColumnElement[bool]:
    """Programs in which one of the actor's organizations takes part."""
    part = select(Participation.program_id).where(one_of(Participation.organization_id, actor.at()))
    return col(Program.id).in_(part)


def joined_participations(actor: Actor) -> ColumnElement[bool]:
    """Who takes part in the programs that the actor sees; the subquery is of an alias-free table."""
    other = Participation.__table__.alias("own_participation")  # type: ignore[attr-defined]
    part = select(other.c.program_id).where(one_of(other.c.organization_id, actor.at()))
    return col(Participation.program_id).in_(part)


def overseen(program_id: object, actor: Actor) -> ColumnElement[bool] | None:
    """Rows of the programs that the actor's foundation runs; None when the actor oversees nothing."""
    foundations = actor.at(Role.PROGRAM_OFFICER)
    if not foundations:
        return None
    run = select(Program.id).where(one_of(Program.foundation_id, foundations))
    inside: ColumnElement[bool] = program_id.in_(run)  # type: ignore[attr-defined]
    return inside


protect(Program, joined_programs, retention=Retention.REFERENCE)
protect(Participation, joined_participations, retention=Retention.REFERENCE)
