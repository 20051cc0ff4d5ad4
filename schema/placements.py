"""Workers and their posts through the API."""

from typing import Any

import strawberry

from coord.placements import PLACEMENTS
from coord.placements import placements as read_placements
from schema.inputs import row_id, text
from schema.looking import Info
from schema.nodes import Node
from schema.organizations import ORGANIZATION, Organization
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.programs import PROGRAM, Program
from schema.rows import Shape
from schema.scalars import Date

WORKER = Shape("Worker", ("code", "display_name"))
PLACEMENT = Shape(
    "Placement",
    ("department", "starts_on", "ends_on"),
    objects={"program": PROGRAM, "hospital": ORGANIZATION, "employer": ORGANIZATION, "worker": WORKER},
)


@strawberry.type(description="A social worker. 社工。")
class Worker(Node):
    """A worker."""

    shape = WORKER
    code: str
    display_name: str


@strawberry.type(
    description="A post at a hospital for a time; without a worker it is vacant. 医院岗位；无社工即为空缺。"
)
class Placement(Node):
    """A post."""

    shape = PLACEMENT
    program: Program
    hospital: Organization
    employer: Organization
    worker: Worker | None
    department: str | None
    starts_on: Date
    ends_on: Date | None


async def placements(
    info: Info,
    program: str | None = GIVEN,
    hospital: strawberry.ID | None = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Posts in the order in which they were opened."""
    request = PLACEMENTS.request(first, given(after))
    place = row_id("hospital", "Organization", given(hospital))
    wanted = info.wanted(PLACEMENT, "edges", "node")
    page = await read_placements(info.context.unit, wanted, request, program=text("program", program), hospital=place)
    return await counted(info, PLACEMENT, page)


PlacementConnection = Connection[Placement]
