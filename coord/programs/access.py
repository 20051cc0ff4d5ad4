"""A program is seen by the members of the organizations that take part in it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Grant, Retention, Role, Scope, load_with, protect
from coord.access.rows import Wall, any_of, everybody, one_of
from coord.access.scopes import organizations_with
from coord.kernel.sql import select
from coord.programs.tables import MonthLock, Participation, Program, ProgramSetting
from coord.work import Unit


def joined_programs(actor: Actor) -> ColumnElement[bool]:
    """Programs in which one of the actor's organizations takes part, and those that the actor sets up."""
    joined = Participation.__table__.alias("joined_participation")  # type: ignore[attr-defined]
    part = select(joined.c.program_id).where(one_of(joined.c.organization_id, actor.at()))
    set_up = actor.administers()
    return any_of(col(Program.id).in_(part), one_of(col(Program.foundation_id), set_up) if set_up else None)


def joined_participations(actor: Actor) -> ColumnElement[bool]:
    """Who takes part in the programs that the actor sees; the subquery is of an alias-free table."""
    other = Participation.__table__.alias("own_participation")  # type: ignore[attr-defined]
    part = select(other.c.program_id).where(one_of(other.c.organization_id, actor.at()))
    joined: ColumnElement[bool] = col(Participation.program_id).in_(part)
    return any_of(joined, _in_programs_set_up(actor))


def _in_programs_set_up(actor: Actor) -> ColumnElement[bool] | None:
    """Who takes part in the programs that the actor sets up."""
    foundations = actor.administers()
    if not foundations:
        return None
    program = Program.__table__.alias("own_program")  # type: ignore[attr-defined]
    in_set_up: ColumnElement[bool] = col(Participation.program_id).in_(
        select(program.c.id).where(one_of(program.c.foundation_id, foundations))
    )
    return in_set_up


def overseen(program_id: object, actor: Actor) -> ColumnElement[bool] | None:
    """Rows of the programs that the actor's foundation runs; None when the actor oversees nothing."""
    run = actor.scope(Scope.PROGRAMS_RUN)
    return one_of(program_id, run) if run else None


def of_seen_programs(actor: Actor) -> ColumnElement[bool]:
    """Settings go with their program."""
    program = Program.__table__.alias("setting_program")  # type: ignore[attr-defined]
    joined = Participation.__table__.alias("setting_participation")  # type: ignore[attr-defined]
    part = select(joined.c.program_id).where(one_of(joined.c.organization_id, actor.at()))
    set_up = actor.administers()
    return any_of(
        col(ProgramSetting.program_id).in_(part),
        col(ProgramSetting.program_id).in_(select(program.c.id).where(one_of(program.c.foundation_id, set_up)))
        if set_up
        else None,
    )


def hospitals_followed(hospital_id: object, actor: Actor) -> ColumnElement[bool] | None:
    """Rows of the hospitals where the actor works, coordinates or supervises."""
    places = actor.at(Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR) + actor.scope(Scope.HOSPITALS_SUPERVISED)
    return one_of(hospital_id, places) if places else None


def visible_locks(actor: Actor) -> ColumnElement[bool]:
    """Locked months: of one's hospitals, and of the programs that one oversees."""
    return any_of(hospitals_followed(col(MonthLock.hospital_id), actor), overseen(col(MonthLock.program_id), actor))


def own_locks(actor: Actor) -> ColumnElement[bool]:
    """Months are locked by who oversees the program."""
    return any_of(overseen(col(MonthLock.program_id), actor))


async def programs_run(unit: Unit, grants: Sequence[Grant]) -> Sequence[UUID]:
    """The programs of the foundations that the person oversees, evaluates or reads for."""
    foundations = organizations_with(grants, Role.PROGRAM_OFFICER, Role.EVALUATOR, Role.API_CLIENT)
    if not foundations:
        return ()
    found: Sequence[UUID] = await unit.scalars(select(Program.id).where(one_of(Program.foundation_id, foundations)))
    return found


load_with(Scope.PROGRAMS_RUN, programs_run)
protect(Program, joined_programs, retention=Retention.REFERENCE)
# Who takes part names no person; a policy that asks its own table would never end.
protect(Participation, joined_participations, retention=Retention.REFERENCE, wall=Wall(sees=everybody))
protect(ProgramSetting, of_seen_programs, retention=Retention.REFERENCE)
protect(MonthLock, visible_locks, retention=Retention.OPERATIONAL, wall=Wall(writes=own_locks, grants=("INSERT",)))
