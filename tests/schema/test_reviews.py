"""The review of records through the API: the same queue and the same refusals as on the page."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from coord.contacts.codes import ContactStatus
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.contacts.test_reviews import WHY, flag, one, queue, written
from tests.queries import counting
from tests.schema.api import asking_as
from tests.world import cast

pytestmark = pytest.mark.anyio
QUEUE = """
query ($filter: ReviewQueueFilter) {
  reviewQueue(filter: $filter) { totalCount edges { node { id status flags { kind state } worker { code } } } }
}
"""
APPROVE = """
mutation ($input: ApproveServiceContactsInput!) {
  approveServiceContacts(input: $input) {
    ... on Reviewed { batch serviceContacts { id status } }
    ... on Rejected { problems { field code } }
  }
}
"""
RETURN = """
mutation ($input: ReturnServiceContactInput!) {
  returnServiceContact(input: $input) {
    ... on Reviewed { batch serviceContacts { status } }
    ... on Rejected { problems { field code } }
  }
}
"""
UNDO = """
mutation ($input: UndoReviewInput!) {
  undoReview(input: $input) { ... on ReviewUndone { number } ... on Rejected { problems { code } } }
}
"""


@pytest.fixture(autouse=True)
def in_september() -> Iterator[None]:
    """A day after the services."""
    with time_machine.travel(datetime(2026, 9, 5, 4, tzinfo=UTC), tick=False):
        yield


async def _said(document: str, field: str, who: Any = cast.sun, **said: Any) -> Any:
    async with asking_as(who) as api:
        return (await api.data(document, input=said))[field]


async def test_the_queue_is_read_decided_and_taken_back(database: Database) -> None:
    made = await written(12)
    await flag(made[0])
    async with asking_as(cast.sun) as api:
        found = (await api.data(QUEUE, filter={"program": "DIP", "month": "2026-09"}))["reviewQueue"]
    nodes = [edge["node"] for edge in found["edges"]]
    assert [node["id"] for node in nodes] == [global_id("ServiceContact", one) for one in await queue()]
    assert found["totalCount"] == len(nodes)
    odd = global_id("ServiceContact", made[0])
    assert next(node["flags"] for node in nodes if node["id"] == odd) == [{"kind": "TOO_SHORT", "state": "OPEN"}]
    refused = await _said(APPROVE, "approveServiceContacts", serviceContacts=[odd])
    assert refused["problems"] == [{"field": "justification", "code": "JUSTIFICATION_NEEDED"}]
    done = await _said(APPROVE, "approveServiceContacts", serviceContacts=[odd], justification=WHY)
    assert done["serviceContacts"] == [{"id": odd, "status": "VERIFIED"}]
    assert await _said(UNDO, "undoReview", batch=done["batch"]) == {"number": 1}
    assert (await one(made[0])).status is ContactStatus.SUBMITTED


async def test_a_return_needs_its_reason_and_a_worker_returns_nothing(database: Database) -> None:
    (record,) = await written()
    key = global_id("ServiceContact", record)
    assert (await _said(RETURN, "returnServiceContact", serviceContact=key))["problems"] == [
        {"field": "reason", "code": "REQUIRED"}
    ]
    async with asking_as(cast.sam) as api:
        refused = await api.ask(RETURN, input={"serviceContact": key, "kind": "WRONG_TIME"})
    assert refused["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
    back = await _said(RETURN, "returnServiceContact", serviceContact=key, kind="WRONG_TIME")
    assert back["serviceContacts"] == [{"status": "RETURNED"}]


async def test_flags_of_many_records_are_read_at_once(database: Database) -> None:
    async with asking_as(cast.sun) as api:
        await flag((await written())[0])
        await api.data(QUEUE)
        with counting() as few:
            await api.data(QUEUE)
        for record in await written(9):
            await flag(record)
        with counting() as many:
            found = await api.data(QUEUE)
    assert (found["reviewQueue"]["totalCount"], len(many)) == (10, len(few))
