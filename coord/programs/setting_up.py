"""What an administrator sees of the programs: all of their foundation's, with everybody who takes part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.organizations.tables import Organization, OrganizationKind
from coord.programs.tables import Part, Participation, Program
from coord.work import Unit, read

MOST_PROGRAMS, MOST_PARTNERS = 200, 2000


@dataclass(frozen=True, slots=True)
class ProgramSetUp:
    """A program of a foundation whose directory the actor administers."""

    id: UUID
    code: str
    name: str
    foundation_id: UUID
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Partner:
    """An organization that takes part, as what and when."""

    id: UUID
    code: str
    name: str
    kind: OrganizationKind
    part: Part
    starts_on: date
    ends_on: date | None


_PROGRAM = (Program.id, Program.code, Program.name, Program.foundation_id, Program.starts_on, Program.ends_on)


@read("program.manage")
async def programs_set_up(unit: Unit) -> Sequence[ProgramSetUp]:
    """The programs of the foundations that the actor administers, the newest first."""
    statement = (
        select(*_PROGRAM)
        .where(col(Program.foundation_id).in_(unit.actor.administers()))
        .order_by(col(Program.starts_on).desc(), col(Program.code))
        .limit(MOST_PROGRAMS)
    )
    return [ProgramSetUp(*row) for row in await unit.rows(statement)]


@read("program.manage")
async def one_set_up(unit: Unit, program_id: UUID) -> ProgramSetUp:
    """One of these programs. Raises ``NotFound`` for every other one."""
    own = col(Program.foundation_id).in_(unit.actor.administers())
    row = await unit.row(select(*_PROGRAM).where(col(Program.id) == program_id, own))
    if row is None:
        raise NotFound
    return ProgramSetUp(*row)


@read("program.manage")
async def managed_program(unit: Unit, program_id: UUID) -> Program:
    """The row of a program that the actor sets up. Raises ``Invalid`` for any other one, seen or not."""
    row = await unit.session.get(Program, program_id)
    if row is None or not (unit.actor.unscoped or row.foundation_id in unit.actor.administers()):
        raise Invalid(Problem("program_id", "NO_SUCH_PROGRAM"))
    return row


@read("program.manage")
async def partners(unit: Unit, program_id: UUID) -> Sequence[Partner]:
    """Who takes part in a program that the actor sets up, by code."""
    program = await one_set_up(unit, program_id)
    statement = (
        select(
            Organization.id, Organization.code, Organization.name, Organization.kind, Participation.part,
            Participation.starts_on, Participation.ends_on,
        )
        .join(Participation, col(Participation.organization_id) == col(Organization.id))
        .where(col(Participation.program_id) == program.id)
        .order_by(col(Organization.code), col(Participation.part))
        .limit(MOST_PARTNERS)
    )  # fmt: skip
    return [Partner(*row) for row in await unit.rows(statement)]
