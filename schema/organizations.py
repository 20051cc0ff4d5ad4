"""Organizations through the API."""

from typing import Any

import strawberry

from coord.organizations import ORGANIZATIONS, OrganizationKind
from coord.organizations import organizations as read_organizations
from schema.inputs import text
from schema.looking import Info
from schema.nodes import Node
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.rows import Part, Shape

ORGANIZATION = Shape("Organization", ("code", "name", "kind", "province", "city", "district"))
strawberry.enum(OrganizationKind, description="What an organization is. 机构类型。")


@strawberry.type(description="A foundation, hospital, agency or other party. 基金会、医院、社工机构等各方。")
class Organization(Node):
    """A stakeholder."""

    shape = ORGANIZATION
    code: str = strawberry.field(description="The code that people use. 供人使用的编号。")
    name: str
    kind: OrganizationKind
    province: str | None
    city: str | None
    district: str | None


async def organizations(
    info: Info,
    kind: OrganizationKind | None = GIVEN,
    search: str | None = GIVEN,
    first: First = 20,
    after: After = GIVEN,
) -> Any:
    """Organizations by code."""
    request = ORGANIZATIONS.request(first, given(after))
    wanted = info.wanted(ORGANIZATION, "edges", "node")
    page = await read_organizations(info.context.unit, wanted, request, kind=given(kind), search=text("search", search))
    return await counted(info, ORGANIZATION, page)


async def organization(info: Info, row_id: Any, *path: str) -> Part | None:
    """One organization of many that are asked for at the same time."""
    unit, wanted = info.context.unit, info.wanted(ORGANIZATION, *path)

    async def load(ids: list[Any]) -> list[Part | None]:
        rows = await ORGANIZATIONS.by_ids(unit, wanted, ids)
        return [Part(rows[key], "", ORGANIZATION) if key in rows else None for key in ids]

    found: Part | None = await info.context.loader(("organization", wanted), load).load(row_id)
    return found


OrganizationConnection = Connection[Organization]
