"""The straight line through the API: log a contact, see every number follow."""

import uuid
from typing import Any

import pytest

from coord.work.engine import Database
from schema.ids import global_id
from tests.schema.api import Api, asking_as, door, token_of
from tests.world import LIN, NORTH, PROGRAM, cast

pytestmark = pytest.mark.anyio

LOG = """
mutation ($input: LogServiceContactInput!) {
  logServiceContact(input: $input) {
    __typename
    ... on ServiceContactLogged {
      replayed
      serviceContact {
        id occurredOn startedAt durationMinutes serviceCode stage phase target attendance status personTimes recordedAt
        client { code district }
        worker { code displayName }
        hospital { name kind }
        program { code foundation { name } }
      }
    }
    ... on Rejected { problems { field code message } }
  }
}
"""


def contact(**changed: Any) -> dict[str, Any]:
    given = {
        "idempotencyKey": str(uuid.uuid4()),
        "program": PROGRAM,
        "client": global_id("Client", LIN),
        "serviceCode": "CASE_CONTACT",
        "occurredOn": "2026-09-03",
        "durationMinutes": 30,
    }
    return {**given, **changed}


async def log(api: Api, **changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(LOG, input=contact(**changed)))["logServiceContact"]
    return found


async def test_a_contact_logged_through_the_api_is_returned_with_everything_asked_for(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        logged = await log(api, familyPresent=1, stage="TREATMENT", startedAt="2026-09-03T09:30:00+08:00")
    shown = logged["serviceContact"]
    shown.pop("id")
    shown.pop("recordedAt")
    assert logged == {
        "__typename": "ServiceContactLogged",
        "replayed": False,
        "serviceContact": {
            "occurredOn": "2026-09-03",
            "startedAt": "2026-09-03T01:30:00+00:00",
            "durationMinutes": 30,
            "serviceCode": "CASE_CONTACT",
            "stage": "TREATMENT",
            "phase": None,
            "target": "PATIENT",
            "attendance": "ATTENDED",
            "status": "SUBMITTED",
            "personTimes": 2,
            "client": {"code": "NORTH-0001", "district": "海淀区"},
            "worker": {"code": "W-SAM", "displayName": "Sam"},
            "hospital": {"name": "北岸医院 North", "kind": "HOSPITAL"},
            "program": {"code": PROGRAM, "foundation": {"name": "Lantern Foundation"}},
        },
    }


async def test_a_logged_contact_appears_in_the_foundations_numbers(database: Database) -> None:
    async with asking_as(cast.sam) as sam:
        await log(sam, familyPresent=1)
    async with asking_as(cast.ola) as ola:
        table = (
            await ola.data(
                """query { measures(program: "DIP", from: "2026-09-01", to: "2026-09-30", groupBy: [HOSPITAL, SERVICE_CODE]) {
                  countingRuleVersion total { contacts personTimes persons identifiedShare minutes referralsSent }
                  rows { key { dimension key label } measures { contacts personTimes casesActive } } } }"""
            )
        )["measures"]
    assert table == {
        "countingRuleVersion": "2026.1",
        "total": {
            "contacts": 1, "personTimes": 2, "persons": 2, "identifiedShare": 1.0, "minutes": 30, "referralsSent": 0,
        },
        "rows": [
            {
                "key": [
                    {"dimension": "HOSPITAL", "key": "H001", "label": "北岸医院 North"},
                    {"dimension": "SERVICE_CODE", "key": "CASE_CONTACT", "label": "individual case contact"},
                ],
                "measures": {"contacts": 1, "personTimes": 2, "casesActive": 0},
            },
            {
                "key": [
                    {"dimension": "HOSPITAL", "key": "H001", "label": "北岸医院 North"},
                    {"dimension": "SERVICE_CODE", "key": "NOT_GIVEN", "label": "not tied to a service"},
                ],
                "measures": {"contacts": 0, "personTimes": 0, "casesActive": 1},
            },
        ],
    }  # fmt: skip


async def test_the_same_key_and_content_gives_the_first_answer_again(database: Database) -> None:
    given = contact()
    async with asking_as(cast.sam) as api:
        first = (await api.data(LOG, input=given))["logServiceContact"]
        second = (await api.data(LOG, input=given))["logServiceContact"]
        total = (await api.data("{ serviceContacts { totalCount } }"))["serviceContacts"]["totalCount"]
    assert second["replayed"] is True
    assert second["serviceContact"] == first["serviceContact"]
    assert total == 1


async def test_the_same_key_with_other_content_is_rejected_and_changes_nothing(database: Database) -> None:
    given = contact()
    async with asking_as(cast.sam) as api:
        await api.data(LOG, input=given)
        answer = (await api.data(LOG, input={**given, "durationMinutes": 45}))["logServiceContact"]
        seen = (await api.data("{ serviceContacts { edges { node { durationMinutes } } } }"))["serviceContacts"]
    assert [(p["field"], p["code"]) for p in answer["problems"]] == [("idempotencyKey", "KEY_REUSED")]
    assert seen == {"edges": [{"node": {"durationMinutes": 30}}]}


async def test_who_may_not_log_is_told_so_and_nothing_is_written(database: Database) -> None:
    async with asking_as(cast.fatima) as fatima:
        answer = await fatima.ask(LOG, input=contact(client=None))
    async with asking_as(cast.ola) as ola:
        total = (await ola.data("{ serviceContacts { totalCount } }"))["serviceContacts"]["totalCount"]
    assert answer["data"] is None
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "NOT_ALLOWED", "permission": "contact.log"}]
    assert total == 0


async def test_a_token_that_may_only_read_logs_nothing(database: Database) -> None:
    async with door() as client:
        reader, writer = Api(client, await token_of(cast.sam, scopes=["READ"])), Api(client, await token_of(cast.sam))
        answer = await reader.ask(LOG, input=contact())
        total = (await reader.data("{ serviceContacts { totalCount } }"))["serviceContacts"]["totalCount"]
        logged = await log(writer)
    assert answer["data"] is None
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "NOT_ALLOWED", "permission": "contact.log"}]
    assert answer["errors"][0]["message"].startswith("This token may only read")
    assert (total, logged["__typename"]) == (0, "ServiceContactLogged")


async def test_the_hospitals_list_is_the_foundations_and_names_the_hospital(database: Database) -> None:
    async with asking_as(cast.sam) as sam:
        await log(sam)
    async with asking_as(cast.ola) as ola:
        lines = (
            await ola.data(
                """{ hospitalProgress(program: "DIP", month: "2026-09") {
                  hospital { id code kind } completeness monthlyPersonTimes openReferrals overdueReferrals } }"""
            )
        )["hospitalProgress"]
    by_code = {line["hospital"]["code"]: line for line in lines}
    assert by_code["H001"]["hospital"]["id"] == global_id("Organization", NORTH)
    assert by_code["H001"]["monthlyPersonTimes"] == [0] * 11 + [1]
    assert (by_code["H001"]["openReferrals"], by_code["H001"]["overdueReferrals"]) == (0, 0)
    assert by_code["H002"]["monthlyPersonTimes"] == [0] * 12
