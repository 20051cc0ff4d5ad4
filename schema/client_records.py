"""The record of a client through the API: read by the care team, written when somebody is registered or corrected."""

from typing import Annotated, Any

import strawberry
from strawberry.types.lazy_type import LazyType

from coord.clients import CLIENTS, RegisterClient, register_client
from coord.clients.codes import (
    CareStage,
    CaseSource,
    ClientFact,
    ConsentState,
    Gender,
    HouseholdType,
    IdType,
    InsuranceType,
)
from coord.clients.record.lacking import facts_lacking
from coord.clients.record.reads import records
from schema.errors import Rejected
from schema.inputs import raw
from schema.looking import Info
from schema.paging import GIVEN
from schema.rows import Part
from schema.scalars import UUID, Date
from schema.shapes import CLIENT

# Clients stand above their records and import them: their type is found when the schema is built.
_CLIENT: Any = LazyType("Client", "schema.clients")
for _enum, _meaning in (
    (CareStage, "Where a person is on the way to daily life. 所处照护阶段。"),
    (CaseSource, "How the person came. 服务来源。"),
    (ClientFact, "What every file must say; a guardian under 18. 档案必填项；未满 18 岁须有监护人。"),
    (ConsentState, "Whether consent to the service is on file. 服务知情同意的状态。"),
    (Gender, "As the file says. 档案所载性别。"),
    (HouseholdType, "What help a household is entitled to. 家庭类型。"),
    (IdType, "Which document a number is of. 证件类型。"),
    (InsuranceType, "Who pays for treatment. 医保类型。"),
):
    strawberry.enum(_enum, description=_meaning)


@strawberry.type(
    description="The rest of a client's file, for the care team alone; reading it is recorded. "
    "服务对象档案的其余内容，仅限照护团队；每次读取均留痕。"
)
class ClientRecord:
    """What the form asks for beyond name and phone."""

    alias: str | None
    birth_date: Date | None
    id_type: IdType | None
    id_number_end: str | None = strawberry.field(description="The last four places; the rest is not kept. 仅存后四位。")
    mrn: str | None = strawberry.field(description="Number of the medical record. 病案号。")
    insurance_type: InsuranceType | None
    household_type: HouseholdType | None
    diagnosis: str | None = strawberry.field(description="Begins with a code of ICD. 以 ICD 编码开头。")
    first_diagnosed_on: Date | None
    guardian: str | None
    emergency_contact: str | None
    source: CaseSource | None
    source_org: str | None


async def record_of(info: Info, root: strawberry.Parent[Any]) -> ClientRecord | None:
    """The record, for those who may read identities; every reading goes on the trail."""
    context = info.context
    if not context.actor.may("client.read_identity"):
        return None

    async def load(ids: list[Any]) -> list[ClientRecord | None]:
        found = await records(context.unit, ids)
        return [ClientRecord(**found[key]) if key in found else None for key in ids]

    read: ClientRecord | None = await context.loader("client_record", load).load(root.column("id"))
    return read


async def lacks_of(info: Info, root: strawberry.Parent[Any]) -> list[ClientFact] | None:
    """What the file lacks, for those who may read identities: nothing personal is read for it."""
    context = info.context
    if not context.actor.may("client.read_identity"):
        return None

    async def load(ids: list[Any]) -> list[list[ClientFact]]:
        found = await facts_lacking(context.unit, ids)
        return [list(found.get(key, ())) for key in ids]

    read: list[ClientFact] = await context.loader("client_lacks", load).load(root.column("id"))
    return read


@strawberry.input(description="A new client of the viewer's hospital. 登记一名服务对象。")
class RegisterClientInput:
    """What ``RegisterClient`` takes, with global ids."""

    idempotency_key: UUID
    program: str
    hospital: strawberry.ID | None = GIVEN
    code: str | None = strawberry.field(default=GIVEN, description="Without one the next free one. 留空则自动编号。")
    name: str
    phone: str | None = GIVEN
    gender: Gender | None = strawberry.field(
        default=GIVEN,
        description="Must be said; so must the birth date, the district and the source. 必填；出生日期、现住区县、服务来源亦必填。",
    )
    birth_year: int | None = GIVEN
    district: str | None = GIVEN
    bed: str | None = GIVEN
    stage: CareStage | None = GIVEN
    consent: ConsentState | None = strawberry.field(
        default=GIVEN, description="GIVEN: signed on paper today. GIVEN 表示今天已签纸质同意书。"
    )
    alias: str | None = GIVEN
    birth_date: Date | None = GIVEN
    id_type: IdType | None = GIVEN
    id_number: str | None = strawberry.field(
        default=GIVEN, description="Its end is kept, and a hash that finds doubles. 仅存后四位及查重用的哈希。"
    )
    mrn: str | None = GIVEN
    insurance_type: InsuranceType | None = GIVEN
    household_type: HouseholdType | None = GIVEN
    diagnosis: str | None = GIVEN
    first_diagnosed_on: Date | None = GIVEN
    guardian: str | None = strawberry.field(default=GIVEN, description="Needed under 18. 未满 18 岁必填。")
    emergency_contact: str | None = GIVEN
    source: CaseSource | None = GIVEN
    source_org: str | None = GIVEN


@strawberry.type(description="The client who was registered. 已登记的服务对象。")
class ClientRegistered:
    """The answer to a registration."""

    client: Any = strawberry.field(graphql_type=_CLIENT)


RegisterClientResult = Annotated[ClientRegistered | Rejected, strawberry.union("RegisterClientResult")]


async def register(
    info: Info, given_input: Annotated[RegisterClientInput, strawberry.argument(name="input")]
) -> RegisterClientResult:
    """Register a client."""
    asked = RegisterClient.parse(raw(given_input, {"hospital": "Organization"}))
    client = await register_client(info.context.unit, asked)
    await info.context.unit.session.flush()
    row: Any = await CLIENTS.one(info.context.unit, info.wanted(CLIENT, "client"), client)
    shown: Any = Part(row, "", CLIENT)
    return ClientRegistered(client=shown)
