"""Organizations through the API."""

from typing import Annotated, Any

import strawberry

from coord.organizations import ORGANIZATIONS, ChangeOrganization, OrganizationKind, change_organization
from coord.organizations import organizations as read_organizations
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, text
from schema.looking import Info
from schema.nodes import Node
from schema.paging import GIVEN, After, Connection, First, counted, given
from schema.rows import Part, Shape

ORGANIZATION = Shape("Organization", ("code", "name", "kind", "province", "city", "district", "region"))
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
    region: str | None = strawberry.field(
        description="Where it keeps its data (ISO 3166-1); null: where the platform is. 数据所在国家，空为与平台相同。"
    )


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


@strawberry.input(description="What is left out is nothing from now on. 未填写的项目视为清空。")
class ChangeOrganizationInput:
    """What ``ChangeOrganization`` takes, with a global id."""

    organization: strawberry.ID
    name: str
    province: str | None = GIVEN
    city: str | None = GIVEN
    district: str | None = GIVEN
    region: str | None = strawberry.field(
        default=GIVEN, description="Two letters of ISO 3166-1, such as KR. 两位国家代码，如 KR。"
    )


@strawberry.type(description="The organization that was changed. 已更改的机构。")
class OrganizationChanged:
    """The answer to a change."""

    organization_id: strawberry.ID


ChangeOrganizationResult = Annotated[OrganizationChanged | Rejected, strawberry.union("ChangeOrganizationResult")]


async def change(
    info: Info, given_input: Annotated[ChangeOrganizationInput, strawberry.argument(name="input")]
) -> ChangeOrganizationResult:
    """Say anew what an organization is called and where it is."""
    given = ChangeOrganization.parse(raw(given_input, {"organization": "Organization"}))
    row = await change_organization(info.context.unit, given)
    return OrganizationChanged(organization_id=strawberry.ID(global_id("Organization", row.id)))


OrganizationConnection = Connection[Organization]
