"""Consents through the API."""

import uuid
from typing import Any

import pytest

from coord.kernel.clock import today
from coord.work.engine import Database
from schema.ids import global_id
from tests.schema.api import asking_as
from tests.world import CENTER, LIN, cast, fixed

pytestmark = pytest.mark.anyio

RECORD = """mutation ($input: RecordConsentInput!) { recordConsent(input: $input) { __typename
  ... on ConsentRecorded { replayed consent { id purpose categories signer standing givenOn expiresOn textVersion
    recipients { code name } } }
  ... on Rejected { problems { field code } } } }"""
WITHDRAW = """mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { __typename
  ... on ConsentWithdrawn { replayed consent { standing withdrawalReason } }
  ... on Rejected { problems { field code } } } }"""
OF_CLIENT = """query ($id: ID!) { node(id: $id) { ... on Client { consents { totalCount edges { node {
  purpose standing withdrawnAt recipients { code } } } } } } }"""


def given(**changed: Any) -> dict[str, Any]:
    day = today("Asia/Shanghai")
    return {
        "idempotencyKey": str(uuid.uuid4()), "client": global_id("Client", LIN), "purpose": "INFORMATION_SHARING",
        "recipients": [global_id("Organization", CENTER)], "categories": ["SCALES"], "signer": "SELF",
        "channel": "PAPER", "language": "en", "givenOn": day.isoformat(), "expiresOn": f"{day.year + 1}-01-01",
        **changed,
    }  # fmt: skip


async def test_a_consent_is_recorded_read_with_the_client_and_withdrawn(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        made = (await api.data(RECORD, input=given()))["recordConsent"]
        consent = made["consent"].pop("id")
        assert (made["__typename"], made["replayed"]) == ("ConsentRecorded", False)
        assert made["consent"]["categories"] == ["SCALES"]
        assert made["consent"]["recipients"] == [{"code": "C01", "name": "青屏社区中心"}]
        ask = {"idempotencyKey": str(uuid.uuid4()), "consent": consent}
        ended = (await api.data(WITHDRAW, input=ask))["withdrawConsent"]
        assert ended["consent"] == {"standing": "WITHDRAWN", "withdrawalReason": "ASKED_BY_PERSON"}
        again = (await api.data(WITHDRAW, input=ask))["withdrawConsent"]
        assert again["replayed"]
        found = (await api.data(OF_CLIENT, id=global_id("Client", LIN)))["node"]["consents"]
    assert found["totalCount"] == 2
    assert {(e["node"]["purpose"], e["node"]["standing"]) for e in found["edges"]} == {
        ("INFORMATION_SHARING", "WITHDRAWN"), ("SERVICE", "VALID"),
    }  # fmt: skip


async def test_a_refusal_names_the_fields_as_the_api_spells_them(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        told = (await api.data(RECORD, input=given(expiresOn=None, recipients=None, signer=None)))["recordConsent"]
    assert [(p["field"], p["code"]) for p in told["problems"]] == [
        ("expiresOn", "REQUIRED"), ("recipients", "REQUIRED"), ("signer", "REQUIRED"),
    ]  # fmt: skip


async def test_a_foreign_consent_is_no_consent(database: Database) -> None:
    consent = global_id("Consent", fixed("consent/NORTH-0001"))
    async with asking_as(cast.nia) as api:
        seen = await api.ask("query ($id: ID!) { node(id: $id) { id } }", id=consent)
        ended = await api.ask(WITHDRAW, input={"idempotencyKey": str(uuid.uuid4()), "consent": consent})
    assert seen["data"] == {"node": None}
    assert ended["errors"][0]["extensions"]["code"] == "NOT_FOUND"
