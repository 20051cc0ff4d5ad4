"""Signed links through the API: made and taken back by the sender, seen by nobody else."""

from typing import Any

import pytest

from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.referrals.links import answer, answering_by_link
from tests.coord.referrals.making import sent
from tests.schema.api import asking_as
from tests.world import cast

pytestmark = pytest.mark.anyio
_MAKE = """mutation($id: ID!) { createReferralLink(input: {referral: $id, days: 7}) {
  ... on ReferralLinkCreated { id url expiresAt } ... on Rejected { problems { field code } } } }"""
_REVOKE = """mutation($id: ID!) { revokeReferralLink(link: $id) {
  ... on ReferralLinkRevoked { link { state } } ... on Rejected { problems { field code } } } }"""
_SEEN = "{ referrals { edges { node { links { id state uses { action } } } } } }"


async def ask(actor: Any, document: str, **variables: Any) -> Any:
    async with asking_as(actor) as api:
        return await api.ask(document, **variables)


async def seen_by(actor: Any) -> Any:
    found = await ask(actor, _SEEN)
    assert "data" in found, found
    (edge,) = found["data"]["referrals"]["edges"]
    return edge["node"]["links"]


async def test_the_sender_makes_sees_and_takes_back(database: Database) -> None:
    await answering_by_link()
    made = global_id("Referral", await sent())
    created = (await ask(cast.sam, _MAKE, id=made))["data"]["createReferralLink"]
    await answer(created["url"].rpartition("/")[2])
    assert await seen_by(cast.sam) == [{"id": created["id"], "state": "OPEN", "uses": [{"action": "ANSWER"}]}]
    assert [await seen_by(cast.cai), await seen_by(cast.ola)] == [None, None]
    revoked = await ask(cast.sam, _REVOKE, id=created["id"])
    assert revoked["data"]["revokeReferralLink"] == {"link": {"state": "REVOKED"}}


async def test_refusals_are_data_and_foreign_links_are_not_found(database: Database) -> None:
    made = global_id("Referral", await sent())
    refused = (await ask(cast.sam, _MAKE, id=made))["data"]["createReferralLink"]
    assert refused == {"problems": [{"field": "referral", "code": "ANSWERS_WITH_ACCOUNTS"}]}
    await answering_by_link()
    created = (await ask(cast.sam, _MAKE, id=made))["data"]["createReferralLink"]
    foreign = await ask(cast.nia, _REVOKE, id=created["id"])
    assert foreign["errors"][0]["extensions"]["code"] == "NOT_FOUND"
