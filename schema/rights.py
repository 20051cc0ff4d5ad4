"""Rights of the person through the API: the copy, corrections, holding the copy back."""

import uuid
from typing import Annotated, Any

import orjson
import strawberry

from coord.clients import CLIENTS
from coord.clients.codes import CaseSource, Gender, HouseholdType, IdType, InsuranceType
from coord.kernel.errors import NotFound
from coord.rights import (
    CorrectClient,
    HoldExport,
    agree_to_hold,
    ask_for_hold,
    correct_client,
    document,
    end_hold,
    export_subject,
)
from schema.clients import Client
from schema.disclosures import Disclosure, disclosure
from schema.errors import Rejected
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.paging import GIVEN
from schema.rows import Part
from schema.scalars import UUID, Date
from schema.shapes import CLIENT

_ID = {"client": "Client"}


@strawberry.type(description="Everything that is held about a person, for that person. 关于本人的全部资料副本。")
class SubjectCopy:
    """The copy as one document."""

    document: str = strawberry.field(description="JSON, format `coord.subject-copy.1`. JSON 文本。")
    disclosure: Disclosure = strawberry.field(resolver=disclosure, description="Also inside it. 文本内亦附。")


@strawberry.type(description="The person whose rights this was about. 所涉及的服务对象。")
class ClientChanged:
    """The answer to whatever was done about a person's rights."""

    client: Client


@strawberry.input(
    description="A person's facts as they should read; of the record, what is left out stays. 更正后应有的资料；档案项留空则不变。"
)
class CorrectClientInput:
    """What ``CorrectClient`` takes, with a global id."""

    idempotency_key: UUID
    client: strawberry.ID
    name: str
    phone: str | None = GIVEN
    gender: Gender | None = GIVEN
    birth_year: int | None = GIVEN
    district: str | None = GIVEN
    alias: str | None = GIVEN
    birth_date: Date | None = GIVEN
    id_type: IdType | None = GIVEN
    id_number: str | None = GIVEN
    mrn: str | None = GIVEN
    insurance_type: InsuranceType | None = GIVEN
    household_type: HouseholdType | None = GIVEN
    diagnosis: str | None = GIVEN
    first_diagnosed_on: Date | None = GIVEN
    guardian: str | None = GIVEN
    emergency_contact: str | None = GIVEN
    source: CaseSource | None = GIVEN
    source_org: str | None = GIVEN
    reason: str


@strawberry.input(description="Why the copy may harm the person; 30 days at most. 暂缓原因，最长 30 天。")
class HoldSubjectCopyInput:
    """What ``HoldExport`` takes, with a global id."""

    client: strawberry.ID
    reason: str
    days: int


SubjectCopyResult = Annotated[SubjectCopy | Rejected, strawberry.union("SubjectCopyResult")]
ClientRightResult = Annotated[ClientChanged | Rejected, strawberry.union("ClientRightResult")]


def _key(client: str) -> uuid.UUID:
    """The id of a client that must be given. Raises ``NotFound`` for none."""
    found = row_id("client", "Client", client)
    if found is None:
        raise NotFound
    return found


async def _changed(info: Info, client: uuid.UUID) -> ClientChanged:
    await info.context.unit.session.flush()
    row: Any = await CLIENTS.one(info.context.unit, info.wanted(CLIENT, "client"), client)
    shown: Any = Part(row, "", CLIENT)
    return ClientChanged(client=shown)


async def copy(info: Info, client: strawberry.ID) -> SubjectCopyResult:
    """Everything about a client."""
    made = await export_subject(info.context.unit, _key(client))
    return SubjectCopy(document=orjson.dumps(document(made)).decode())


async def correct(
    info: Info, given_input: Annotated[CorrectClientInput, strawberry.argument(name="input")]
) -> ClientRightResult:
    """Correct the facts of a client."""
    return await _changed(info, await correct_client(info.context.unit, CorrectClient.parse(raw(given_input, _ID))))


async def hold(
    info: Info, given_input: Annotated[HoldSubjectCopyInput, strawberry.argument(name="input")]
) -> ClientRightResult:
    """Ask that a copy be held back."""
    given = HoldExport.parse(raw(given_input, _ID))
    await ask_for_hold(info.context.unit, given)
    return await _changed(info, given.client)


async def agree(info: Info, client: strawberry.ID) -> ClientRightResult:
    """Agree as a second person."""
    await agree_to_hold(info.context.unit, _key(client))
    return await _changed(info, _key(client))


async def end(info: Info, client: strawberry.ID) -> ClientRightResult:
    """End a hold."""
    await end_hold(info.context.unit, _key(client))
    return await _changed(info, _key(client))
