"""Discharges through the API: recorded, ended by a readmission, taken back; read with the client."""

import uuid
from typing import Annotated, Any

import strawberry

from coord.clients.discharges import (
    DISCHARGES,
    RecordDischarge,
    RecordReadmission,
    record_discharge,
    record_readmission,
    withdraw_discharge,
    withdraw_readmission,
)
from coord.kernel.errors import NotFound
from schema.errors import Rejected
from schema.inputs import raw, row_id
from schema.looking import Info
from schema.nodes import Node
from schema.paging import GIVEN, After, Connection, ConnectionOf, First, connected, given
from schema.rows import Part, Shape
from schema.scalars import Date, DateTime

DISCHARGE = Shape("Discharge", ("discharged_at", "readmitted_on", "recorded_at"))


@strawberry.type(
    description="A client left the hospital. Follow-ups are due after the last discharge without a readmission; the day "
    "itself does not count. 一次出院。以最近一次未再入院的出院为准安排随访，出院当天不算。"
)
class Discharge(Node):
    """A discharge."""

    shape = DISCHARGE
    discharged_at: DateTime
    readmitted_on: Date | None
    recorded_at: DateTime


async def discharges_of(info: Info, root: strawberry.Parent[Any], first: First = 20, after: After = GIVEN) -> Any:
    """The discharges of a client, newest first; of all clients of a page in one statement."""
    request = DISCHARGES.request(first, given(after))
    unit = info.context.unit
    wanted, wants_total = info.wanted(DISCHARGE, "edges", "node"), info.selects("totalCount")

    async def load(ids: list[Any]) -> list[ConnectionOf]:
        pages = await DISCHARGES.children(unit, wanted, "client_id", ids, request)
        totals = await DISCHARGES.totals(unit, "client_id", ids) if wants_total else {}
        return [connected(DISCHARGE, pages[key], totals.get(key, 0)) for key in ids]

    return await info.context.loader(("discharges_of", wanted, request, wants_total), load).load(root.column("id"))


DischargeConnection = Connection[Discharge]


@strawberry.input(description="A client left the hospital. 登记出院。")
class RecordDischargeInput:
    """What ``RecordDischarge`` takes, with a global id."""

    client: strawberry.ID
    discharged_at: DateTime


@strawberry.input(description="A discharged client is back. 登记再入院。")
class RecordReadmissionInput:
    """What ``RecordReadmission`` takes, with a global id."""

    discharge: strawberry.ID
    readmitted_on: Date


@strawberry.type(description="The discharge as it reads now. 当前的出院记录。")
class DischargeChanged:
    """The answer to whatever was said about a discharge."""

    discharge: Discharge


@strawberry.type(description="It is taken back. 已撤回。")
class DischargeWithdrawn:
    """The answer to a withdrawal: the row is gone, its id is told once more."""

    discharge_id: strawberry.ID


DischargeResult = Annotated[DischargeChanged | Rejected, strawberry.union("DischargeResult")]
WithdrawDischargeResult = Annotated[DischargeWithdrawn | Rejected, strawberry.union("WithdrawDischargeResult")]


async def _changed(info: Info, discharge: uuid.UUID) -> DischargeChanged:
    await info.context.unit.session.flush()
    row: Any = await DISCHARGES.one(info.context.unit, info.wanted(DISCHARGE, "discharge"), discharge)
    shown: Any = Part(row, "", DISCHARGE)
    return DischargeChanged(discharge=shown)


def _key(discharge: str) -> uuid.UUID:
    """The id of a discharge that must be given. Raises ``NotFound`` for none."""
    found = row_id("discharge", "Discharge", discharge)
    if found is None:
        raise NotFound
    return found


async def record(
    info: Info, given_input: Annotated[RecordDischargeInput, strawberry.argument(name="input")]
) -> DischargeResult:
    """Record a discharge."""
    asked = RecordDischarge.parse(raw(given_input, {"client": "Client"}))
    return await _changed(info, await record_discharge(info.context.unit, asked))


async def readmit(
    info: Info, given_input: Annotated[RecordReadmissionInput, strawberry.argument(name="input")]
) -> DischargeResult:
    """Record a readmission."""
    asked = RecordReadmission.parse(raw(given_input, {"discharge": "Discharge"}))
    return await _changed(info, await record_readmission(info.context.unit, asked))


async def stay_discharged(info: Info, discharge: strawberry.ID) -> DischargeResult:
    """It was no readmission."""
    await withdraw_readmission(info.context.unit, _key(discharge))
    return await _changed(info, _key(discharge))


async def withdraw(info: Info, discharge: strawberry.ID) -> WithdrawDischargeResult:
    """It was no discharge."""
    await withdraw_discharge(info.context.unit, _key(discharge))
    return DischargeWithdrawn(discharge_id=discharge)
