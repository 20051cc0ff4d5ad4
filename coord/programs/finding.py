"""One program: by its id, by the code that its foundation calls it by, by that code where somebody takes part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import col

from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.kernel.text import printable
from coord.organizations.tables import Organization
from coord.programs.tables import Participation, Program
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """What other areas need to know of a program."""

    id: UUID
    code: str
    name: str
    time_zone: str
    starts_on: date
    ends_on: date | None
    foundation_id: UUID


_FACTS = len(fields(ProgramFacts))

PROGRAM_FACTS = select(*(getattr(Program, one.name) for one in fields(ProgramFacts)))
PROGRAM_BY_CODE = PROGRAM_FACTS.where(col(Program.code) == bindparam("code")).limit(2)
_BY_ID = PROGRAM_FACTS.where(col(Program.id) == bindparam("id"))
_OF_FOUNDATION = PROGRAM_BY_CODE.where(
    col(Program.foundation_id).in_(select(Organization.id).where(col(Organization.code) == bindparam("foundation")))
)

_AT_ORGANIZATION = PROGRAM_BY_CODE.where(
    col(Program.id).in_(
        select(Participation.program_id).where(col(Participation.organization_id) == bindparam("organization"))
    )
)


@read("program.list")
async def program_by_id(unit: Unit, program_id: UUID) -> ProgramFacts:
    """One program, whatever others call theirs. Raises ``NotFound`` unless one of the actor's organizations takes part."""
    found = await unit.rows(_BY_ID, id=program_id)
    if not found:
        raise NotFound
    return ProgramFacts(*found[0])


@read("program.list")
async def program_by_code(unit: Unit, code: str, foundation: str | None = None) -> ProgramFacts:
    """One program, of the foundation of that code where one is named.

    Raises ``NotFound`` unless one of the actor's organizations takes part, ``Invalid`` when two of the actor's foundations
    call a program by the same code.
    """
    if foundation is None:
        return (await program_beside(unit, PROGRAM_BY_CODE, code))[0]
    return (await program_beside(unit, _OF_FOUNDATION, code, {"foundation": printable(foundation)}))[0]


@read("program.list")
async def program_at(unit: Unit, code: str, organization: UUID) -> ProgramFacts | None:
    """The program of a code in which an organization takes part, whoever else has one of that code; None where there is none."""
    found = await unit.rows(_AT_ORGANIZATION, code=printable(code), organization=organization)
    if len(found) > 1:
        raise Invalid(Problem("program", "AMBIGUOUS_CODE"))
    return ProgramFacts(*found[0]) if found else None


@read("program.list")
async def program_beside(
    unit: Unit, statement: Any, code: str, values: Mapping[str, str] = MappingProxyType({})
) -> tuple[ProgramFacts, Sequence[Any]]:  # fmt: skip
    """One program and what stands beside it: the statement is ``PROGRAM_BY_CODE`` with further columns and ``values``.

    Raises as ``program_by_code`` does.
    """
    found = await unit.rows(statement, code=printable(code), **values)
    if not found:
        raise NotFound
    if len(found) > 1:
        raise Invalid(Problem("program", "AMBIGUOUS_CODE"))
    return ProgramFacts(*found[0][:_FACTS]), found[0][_FACTS:]
