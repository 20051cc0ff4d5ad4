"""Months and batches through the API: the same actions as the pages."""

import uuid
from typing import Any

import pytest

from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import contact, log
from tests.coord.periods.handling import MONTH, locked
from tests.schema.api import asking_as
from tests.world import CHEN, LIN, NORTH, PROGRAM, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
HOSPITAL = global_id("Organization", NORTH)
MOVE = """
mutation ($input: MoveMonthInput!) {
  moveMonth(input: $input) {
    ... on MonthMoved { hospitalMonth { hospital { code } state timeliness submitBy moves } }
    ... on Rejected { problems { field code } }
  }
}
"""
BATCH = """
mutation ($input: LogServiceContactsInput!) {
  logServiceContacts(input: $input) {
    ... on ServiceContactsLogged { rows { serviceContactId replayed problems { field code } } }
    ... on Rejected { problems { code } }
  }
}
"""
REPORT = """
query ($hospital: ID!) {
  monthReport(program: "DIP", hospital: $hospital, month: "2026-09") {
    isIntact hash figures { measure reported corrected } corrections { kind reason note }
  }
}
"""


async def _move(who: Any, move: str, **said: str) -> Any:
    given = {"program": PROGRAM, "hospital": HOSPITAL, "month": MONTH, "move": move, **said}
    async with asking_as(who) as api:
        return (await api.data(MOVE, input=given))["moveMonth"]


async def test_a_month_is_moved_and_a_wrong_step_is_told(database: Database) -> None:
    assert (await _move(cast.sam, "SUBMIT", words="本月平稳"))["hospitalMonth"]["state"] == "SUBMITTED"
    assert await _move(cast.sam, "SUBMIT") == {"problems": [{"field": "month", "code": "MONTH_NOT_IN_STATE"}]}
    assert (await _move(cast.sun, "RETURN"))["problems"] == [{"field": "note", "code": "REQUIRED"}]
    approved = (await _move(cast.sun, "APPROVE"))["hospitalMonth"]
    assert (approved["hospital"], approved["state"], approved["submitBy"]) == (
        {"code": "H001"},
        "APPROVED",
        "2026-10-03",
    )
    async with asking_as(cast.ola) as api:
        lines = await api.data('{ hospitalMonths(program: "DIP", month: "2026-09") { hospital { code } moves } }')
    assert lines["hospitalMonths"] == [
        {"hospital": {"code": "H001"}, "moves": ["SEND_BACK", "LOCK"]}, {"hospital": {"code": "H002"}, "moves": []},
    ]  # fmt: skip


async def test_both_counts_of_a_locked_month_and_its_notes(database: Database) -> None:
    await log(contact())
    await locked()
    await log(contact(client=str(CHEN), correction_reason="FORGOTTEN", correction_note="漏登一次面谈"))
    async with asking_as(cast.ola) as api:
        report = (await api.data(REPORT, hospital=HOSPITAL))["monthReport"]
    counts = {one["measure"]: (one["reported"], one["corrected"]) for one in report["figures"]}
    assert (counts["person_times"], report["isIntact"], len(report["hash"])) == ((1, 2), True, 64)
    assert report["corrections"] == [{"kind": "ADDED", "reason": "FORGOTTEN", "note": "漏登一次面谈"}]


def _row(client: uuid.UUID) -> dict[str, Any]:
    return {"idempotencyKey": str(uuid.uuid4()), "program": PROGRAM, "client": global_id("Client", client),
            "serviceCode": "BEDSIDE_VISIT", "occurredOn": "2026-09-03", "durationMinutes": 20}  # fmt: skip


async def test_a_batch_keeps_the_good_rows_and_adds_nothing_when_it_is_sent_again(database: Database) -> None:
    rows = [_row(LIN), _row(SOUTH_ZHAO), _row(CHEN)]
    async with asking_as(cast.sam) as api:
        first = (await api.data(BATCH, input={"rows": rows}))["logServiceContacts"]["rows"]
        again = (await api.data(BATCH, input={"rows": rows}))["logServiceContacts"]["rows"]
    assert [row["problems"] for row in first] == [[], [{"field": "client", "code": "NO_SUCH_CLIENT"}], []]
    assert [row["serviceContactId"] for row in again] == [row["serviceContactId"] for row in first]
    assert [row["replayed"] for row in again] == [True, False, True]
