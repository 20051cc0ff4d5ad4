"""Scales and alerts through the API: recorded, taken on, closed; nothing of a person for those who oversee."""

import uuid
from typing import Any

import pytest

from coord.outcomes.tables import SafetyAlert, ScaleScore
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import stored
from tests.coord.outcomes.recording import DANGER
from tests.schema.api import asking_as
from tests.world import LIN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
RECORD = """mutation ($input: RecordScaleInput!) { recordScale(input: $input) { __typename
  ... on ScaleRecorded { replayed scaleResult { id scale score band status items } safetyAlert { id urgency level hospital { code } } }
  ... on Rejected { problems { field code } } } }"""
TAKE = """mutation ($input: TakeSafetyAlertInput!) { takeSafetyAlert(input: $input) { __typename
  ... on SafetyAlertMoved { safetyAlert { takenByName plan } } ... on Rejected { problems { field code } } } }"""
CLOSE = """mutation ($input: CloseSafetyAlertInput!) { closeSafetyAlert(input: $input) { __typename
  ... on SafetyAlertMoved { safetyAlert { outcome } } ... on Rejected { problems { field code } } } }"""
RAISE = """mutation ($input: RaiseSafetyAlertInput!) { raiseSafetyAlert(input: $input) { __typename
  ... on SafetyAlertMoved { safetyAlert { id urgency } } ... on Rejected { problems { field code } } } }"""
LISTS = "{ scaleResults(first: 5) { nodes: edges { node { scale items } } totalCount } }"
ALERTS = "{ safetyAlerts(closed: false) { totalCount edges { node { cause hospital { code } takenByName } } } }"


def _filled(**changed: Any) -> dict[str, Any]:
    given = {"idempotencyKey": str(uuid.uuid4()), "client": global_id("Client", LIN), "scale": "PHQ9",
             "takenOn": "2026-09-03", "items": list(DANGER)}  # fmt: skip
    return {**given, **changed}


async def test_a_scale_its_alert_and_everything_that_follows(database: Database) -> None:
    async with asking_as(cast.sam) as sam:
        found = (await sam.data(RECORD, input=_filled()))["recordScale"]
        assert (found["__typename"], found["scaleResult"]["score"], found["scaleResult"]["items"]) == (
            "ScaleRecorded",
            9,
            [1] * 9,
        )
        alert = found["safetyAlert"]
        assert (alert["urgency"], alert["hospital"]["code"]) == ("SAME_DAY", "H001")
        early = await sam.data(CLOSE, input={"alert": alert["id"], "outcome": "TRANSFERRED"})
        assert early["closeSafetyAlert"]["problems"] == [{"field": "alert", "code": "ALERT_NOT_TAKEN"}]
        taken = await sam.data(TAKE, input={"alert": alert["id"], "plan": ["FAMILY_CALLED"]})
        assert taken["takeSafetyAlert"]["safetyAlert"] == {"takenByName": "Sam", "plan": ["FAMILY_CALLED"]}
        closed = await sam.data(CLOSE, input={"alert": alert["id"], "outcome": "TRANSFERRED"})
        assert closed["closeSafetyAlert"]["safetyAlert"] == {"outcome": "TRANSFERRED"}
        assert (await sam.data(LISTS))["scaleResults"]["totalCount"] == 1


async def test_wrong_answers_and_foreign_clients_write_nothing(database: Database) -> None:
    async with asking_as(cast.sam) as sam:
        wrong = (await sam.data(RECORD, input=_filled(items=[5] + [0] * 8)))["recordScale"]
        assert wrong["problems"] == [{"field": "item1", "code": "ITEM_OUT_OF_RANGE"}]
        foreign = await sam.ask(RECORD, input=_filled(client=global_id("Client", SOUTH_ZHAO)))
        assert foreign["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    async with asking_as(cast.ola) as ola:
        refused = await ola.ask(RECORD, input=_filled())
        assert refused["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
    assert (await stored(ScaleScore), await stored(SafetyAlert)) == ([], [])


async def test_the_foundation_reads_where_and_when_and_no_answer(database: Database) -> None:
    async with asking_as(cast.sam) as sam:
        raised = {"idempotencyKey": str(uuid.uuid4()), "client": global_id("Client", LIN), "urgency": "IMMINENT"}
        assert (await sam.data(RAISE, input=raised))["raiseSafetyAlert"]["safetyAlert"]["urgency"] == "IMMINENT"
    async with asking_as(cast.ola) as ola:
        listed = (await ola.data(ALERTS))["safetyAlerts"]
        assert listed["edges"][0]["node"] == {"cause": "WORKER_FLAG", "hospital": {"code": "H001"}, "takenByName": None}
        assert (await ola.ask(LISTS))["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
    async with asking_as(cast.nia) as nia:
        assert (await nia.data(ALERTS))["safetyAlerts"]["totalCount"] == 0
