"""A program is seen by the members of the organizations that take part in it."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, load_with, protect
from coord.access.rows import Predicate, Wall, among, any_of, beside, everybody, one_of
from coord.access.scopes import held_at, places_of
from coord.kernel.sql import select
from coord.programs.tables import MonthLock, Participation, Program, ProgramSetting


def joined_programs(actor: Actor) -> ColumnElement[bool]:
    """Programs in which one of the actor's organizations takes part, and those that the actor sets up."""
    return any_of(_taken_part_in(Program.id, actor), one_of(Program.foundation_id, actor.administers()))


def _taken_part_in(program_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Programs in which one of the actor's organizations takes part; the subquery is of an alias, not of a rule's own table."""
    joined = beside(Participation)
    return among(program_id, joined.c.program_id, one_of(joined.c.organization_id, actor.at()))


def _set_up(program_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Programs that the actor sets up."""
    program = beside(Program)
    return among(program_id, program.c.id, one_of(program.c.foundation_id, actor.administers()))


def joined_participations(actor: Actor) -> ColumnElement[bool]:
    """Who takes part in the programs that the actor sees."""
    return any_of(_taken_part_in(Participation.program_id, actor), _set_up(Participation.program_id, actor))


def overseen(program_id: object, actor: Actor) -> ColumnElement[bool]:
    """Rows of the programs that the actor's foundation runs."""
    return one_of(program_id, actor.scope(Scope.PROGRAMS_RUN))


def of_seen_programs(program_id: Any) -> Predicate:
    """What says something of a program and of nobody goes with the program."""

    def rows(actor: Actor) -> ColumnElement[bool]:
        return any_of(_taken_part_in(program_id, actor), _set_up(program_id, actor))

    return rows


def hospitals_followed(hospital_id: object, actor: Actor) -> ColumnElement[bool]:
    """Rows of the hospitals where the actor works, coordinates or supervises."""
    places = actor.at(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR) + actor.scope(Scope.HOSPITALS_SUPERVISED)
    return one_of(hospital_id, places)


def visible_locks(actor: Actor) -> ColumnElement[bool]:
    """Locked months: of one's hospitals, and of the programs that one oversees."""
    return any_of(hospitals_followed(col(MonthLock.hospital_id), actor), overseen(col(MonthLock.program_id), actor))


def own_locks(actor: Actor) -> ColumnElement[bool]:
    """Months are locked by who oversees the program."""
    return overseen(MonthLock.program_id, actor)


# The programs of the foundations that the person oversees, evaluates or reads for.
load_with(
    Scope.PROGRAMS_RUN,
    held_at(Role.PROGRAM_OFFICER, Role.EVALUATOR, Role.API_CLIENT),
    select(Program.id).where(col(Program.foundation_id).in_(places_of(Scope.PROGRAMS_RUN))),
)
protect(Program, joined_programs, retention=Retention.REFERENCE)
# Who takes part names no person; a policy that asks its own table would never end.
protect(Participation, joined_participations, retention=Retention.REFERENCE, wall=Wall(sees=everybody))
protect(ProgramSetting, of_seen_programs(ProgramSetting.program_id), retention=Retention.REFERENCE)
protect(MonthLock, visible_locks, retention=Retention.OPERATIONAL, wall=Wall(writes=own_locks, grants=("INSERT",)))
