"""People served, through the API: pseudonyms, and the identity for the care team alone."""

from typing import Annotated, Any

import strawberry
from strawberry.types.lazy_type import LazyType

from coord.clients import CLIENTS, identities
from coord.clients import clients as read_clients
from coord.clients.codes import CareStage, ClientFact
from coord.clients.consents import CONSENTS
from coord.contacts import CONTACTS
from schema.client_records import ClientRecord, lacks_of, record_of
from schema.consents import CONSENT, Consent
from schema.discharges import Discharge, discharges_of
from schema.inputs import text
from schema.looking import Info
from schema.nodes import Node
from schema.paging import GIVEN, After, Connection, ConnectionOf, First, connected, counted, given
from schema.rows import Part
from schema.shapes import CLIENT, CONTACT, IDENTITY

# Contacts stand above clients and import them: their type is found when the schema is built.
_CONTACT: Any = LazyType("ServiceContact", "schema.contacts")


async def identity(info: Info, root: strawberry.Parent[Any]) -> Any:
    """Name and phone, for those who may read them; every reading goes on the trail."""
    context = info.context
    if not context.actor.may("client.read_identity"):
        return None

    async def load(ids: list[Any]) -> list[Part | None]:
        rows = await identities(context.unit, ids)
        return [Part(rows[key], "", IDENTITY) if key in rows else None for key in ids]

    return await context.loader("identity", load).load(root.column("id"))


async def contacts_of(info: Info, root: strawberry.Parent[Any], first: First = 20, after: After = GIVEN) -> Any:
    """The contacts of a client, newest first; of all clients of a page in one statement."""
    unit, request = info.context.unit, CONTACTS.request(first, given(after))
    wanted, wants_total = info.wanted(CONTACT, "edges", "node"), info.selects("totalCount")

    async def load(ids: list[Any]) -> list[ConnectionOf]:
        pages = await CONTACTS.children(unit, wanted, "client_id", ids, request)
        totals = await CONTACTS.totals(unit, "client_id", ids) if wants_total else {}
        return [connected(CONTACT, pages[key], totals.get(key, 0)) for key in ids]

    return await info.context.loader(("contacts_of", wanted, request, wants_total), load).load(root.column("id"))


async def consents_of(info: Info, root: strawberry.Parent[Any], first: First = 20, after: After = GIVEN) -> Any:
    """The consents of a client, newest first; of all clients of a page in one statement. None for others."""
    request = CONSENTS.request(first, given(after))
    if not info.context.actor.may("consent.list"):
        return None
    unit = info.context.unit
    wanted, wants_total = info.wanted(CONSENT, "edges", "node"), info.selects("totalCount")

    async def load(ids: list[Any]) -> list[ConnectionOf]:
        pages = await CONSENTS.children(unit, wanted, "client_id", ids, request)
        totals = await CONSENTS.totals(unit, "client_id", ids) if wants_total else {}
        return [connected(CONSENT, pages[key], totals.get(key, 0)) for key in ids]

    return await info.context.loader(("consents_of", wanted, request, wants_total), load).load(root.column("id"))


@strawberry.type(description="Who a person is. Reading it is recorded. 个人身份信息，每次读取均留痕。")
class ClientIdentity:
    """Out of the vault."""

    name: str
    phone: str | None


@strawberry.type(
    description="A person served. Identity (name, phone, id number) is not on this type; see `identity`. "
    "服务对象。姓名、电话等身份信息不在此类型上，见 identity。"
)
class Client(Node):
    """A pseudonym within one hospital."""

    shape = CLIENT
    code: str
    birth_year: int | None
    district: str | None
    stage: CareStage | None
    identity: ClientIdentity | None = strawberry.field(
        resolver=identity,
        description="Null unless the viewer may see identity; reading it is recorded in the access log. "
        "无权查看者得到 null；每次读取均记入访问日志。",
    )
    record: ClientRecord | None = strawberry.field(
        resolver=record_of,
        description="The rest of the file, for the care team; reading it is recorded. 档案其余内容，仅限照护团队，每次读取均留痕。",
    )
    lacks: list[ClientFact] | None = strawberry.field(
        resolver=lacks_of,
        description="What every file must say and this one does not; null for others than the care team. "
        "尚缺的必填项；照护团队以外得到 null。",
    )
    discharges: Any = strawberry.field(
        resolver=discharges_of,
        graphql_type=Connection[Discharge],
        description="Newest first. 出院记录，按时间倒序。",
    )
    service_contacts: Any = strawberry.field(
        resolver=contacts_of, graphql_type=Connection[_CONTACT], description="Newest first. 按日期倒序。"
    )
    consents: Any = strawberry.field(
        resolver=consents_of,
        graphql_type=Connection[Consent] | None,
        description="For the care team, newest first; null for others. 仅限照护团队，按登记时间倒序；其他人得到 null。",
    )


async def clients(
    info: Info,
    search: str | None = GIVEN,
    first: First = 20,
    after: After = GIVEN,
    incomplete: Annotated[
        bool | None, strawberry.argument(description="Only files that lack something. 仅列出缺必填项的档案。")
    ] = GIVEN,
) -> Any:
    """Clients, newest first."""
    request = CLIENTS.request(first, given(after))
    wanted = info.wanted(CLIENT, "edges", "node")
    page = await read_clients(
        info.context.unit, wanted, request, search=text("search", search), incomplete=incomplete is True
    )
    return await counted(info, CLIENT, page)


ClientConnection = Connection[Client]
