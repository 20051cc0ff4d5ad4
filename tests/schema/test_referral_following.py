"""Referring back, assigning and completing through the API; how two referrals are linked, for those who see both."""

from typing import Any

import pytest

from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import signed_in
from tests.coord.referrals.making import (
    CAI_WORKER,
    E,
    by_target,
    consent,
    key,
    post_at_center,
    referral,
    row,
    send,
    sent,
)
from tests.schema.api import asking_as
from tests.world import cast, fixed

pytestmark = pytest.mark.anyio
_ANSWER = """{ __typename ... on ReferralMoved { replayed referral { id state direction relation parent worker { code } } }
  ... on Rejected { problems { field code } } }"""
_LINKED = "{ referrals { edges { node { id parent } } } }"


async def told(actor: Any, field: str, kind: str, **given: Any) -> Any:
    async with asking_as(actor) as api:
        answer = await api.ask(f"mutation($input: {kind}!) {{ {field}(input: $input) {_ANSWER} }}", input=given)
    return answer["data"][field] if answer.get("data") else answer["errors"][0]["extensions"]["code"]


async def test_the_receiving_side_refers_back_and_both_see_the_link(database: Database) -> None:
    first = await sent()
    given = {"idempotencyKey": key(), "referral": global_id("Referral", first), "reason": "Signs of a relapse"}
    early = await told(await signed_in("cai"), "referBack", "ReferBackInput", **given)
    assert early["problems"] == [{"field": "referral", "code": "REFERRAL_MOVED_ON"}]
    await by_target(first, E.ACCEPT)
    cai = await signed_in("cai")
    made = await told(cai, "referBack", "ReferBackInput", **given)
    assert made["referral"] | {"id": ""} == {
        "id": "", "state": "SENT", "direction": "UP", "relation": "COUNTER_REFERRAL", "parent": given["referral"],
        "worker": None,
    }  # fmt: skip
    assert (await told(cai, "referBack", "ReferBackInput", **given))["replayed"] is True
    for actor in (cai, cast.sam, cast.ola):
        async with asking_as(actor) as api:
            edges = (await api.data(_LINKED))["referrals"]["edges"]
        assert {edge["node"]["id"]: edge["node"]["parent"] for edge in edges} == {
            given["referral"]: None, made["referral"]["id"]: given["referral"],
        }  # fmt: skip


async def test_parts_go_back_through_the_api(database: Database) -> None:
    await post_at_center()
    await consent()
    first = await send(referral(diagnosis="F32.1"))
    await by_target(first, E.ACCEPT)
    given = {"idempotencyKey": key(), "referral": global_id("Referral", first), "reason": "Signs of a relapse"}
    cai = await signed_in("cai")
    refused = await told(cai, "referBack", "ReferBackInput", **given, medication="50 mg")
    assert refused["problems"] == [{"field": "medication", "code": "DID_NOT_COME_WITH_THEM"}]
    made = await told(cai, "referBack", "ReferBackInput", **given, diagnosis="F32.2")
    assert made["referral"]["state"] == "SENT"


async def test_a_receiver_learns_nothing_of_a_parent_that_it_does_not_see(database: Database) -> None:
    first = await sent()
    async with asking_as(cast.nia) as api:
        assert (await api.data(_LINKED))["referrals"]["edges"] == []
    assert await told(cast.nia, "referBack", "ReferBackInput", idempotencyKey=key(), reason="x",
                      referral=global_id("Referral", first)) == "NOT_FOUND"  # fmt: skip


async def test_somebody_is_assigned_once(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    given = {"referral": global_id("Referral", made), "worker": global_id("Worker", CAI_WORKER)}
    answers = [await told(await signed_in("cai"), "assignReferral", "AssignReferralInput", **given) for _ in range(2)]
    assert [(one["replayed"], one["referral"]["worker"]) for one in answers] == [
        (False, {"code": "W-CAI"}),
        (True, {"code": "W-CAI"}),
    ]
    wrong = {**given, "worker": global_id("Worker", fixed("worker/nobody"))}
    refused = await told(await signed_in("cai"), "assignReferral", "AssignReferralInput", **wrong)
    assert refused["problems"] == [{"field": "worker", "code": "NO_SUCH_WORKER"}]
    assert (await told(cast.sam, "assignReferral", "AssignReferralInput", **given))["problems"] == [
        {"field": "referral", "code": "OTHER_SIDE_MOVES"}
    ]


async def test_completing_without_a_word_keeps_the_prohibition(database: Database) -> None:
    await post_at_center()
    agreed = await consent()
    made = await send(referral(contact_prohibited="true"))
    await by_target(made, E.RETURN, reason_code="UNCLEAR_NEED")
    given = {"idempotencyKey": key(), "referral": global_id("Referral", made), "urgency": "ROUTINE", "reason": "Added",
             "consent": global_id("Consent", agreed)}  # fmt: skip
    assert (await told(cast.sam, "completeReferral", "CompleteReferralInput", **given))["referral"]["state"] == "SENT"
    assert (await row(made)).contact_prohibited is True
