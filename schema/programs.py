"""Programs through the API."""

from typing import Any

import strawberry

from coord.programs import PROGRAMS, program_by_code
from coord.programs import programs as read_programs
from schema.inputs import text
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import Organization, organization
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.rows import Part, Shape
from schema.scalars import Date

PROGRAM = Shape("Program", ("code", "name", "starts_on", "ends_on"), needs={"foundation": ("foundation_id",)})


async def foundation(info: Info, root: strawberry.Parent[Any]) -> Any:
    """The foundation that runs a program."""
    return await organization(info, root.column("foundation_id"))


@strawberry.type(description="A depression-intervention program. 抑郁干预项目。")
class Program(Node):
    """A program."""

    shape = PROGRAM
    code: str = strawberry.field(description="The code that people use. 供人使用的编号。")
    name: str
    starts_on: Date
    ends_on: Date | None
    foundation: Organization = strawberry.field(resolver=foundation, description="Who runs it. 主办基金会。")


async def programs(info: Info, first: First = 20, after: After = GIVEN) -> Any:
    """Programs by code."""
    request = PROGRAMS.request(first, given(after))
    page = await read_programs(info.context.unit, info.wanted(PROGRAM, "edges", "node"), request)
    return await counted(info, PROGRAM, page)


async def program(info: Info, code: str) -> Any:
    """One program by its code."""
    unit = info.context.unit
    facts = await program_by_code(unit, text("code", code) or "")
    return Part(await PROGRAMS.one(unit, info.wanted(PROGRAM), facts.id), "", PROGRAM)


ProgramConnection = Connection[Program]
