"""A move holds for the referral as its actor saw it: what has become of it meanwhile is said instead, at every door."""

from itertools import product
from typing import Any

import pytest

from coord.kernel.errors import Conflict
from coord.referrals.codes import ReferralState
from coord.referrals.machine import SHARED
from coord.referrals.rules import check_seen
from coord.referrals.tables import ReferralEvent
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import signed_in, stored
from tests.coord.referrals.links import answer, answering_by_link, link
from tests.coord.referrals.making import E, by_source, by_target, feedback, key, row, seen, sent
from tests.schema.api import asking_as
from tests.web.visit import HTMX, fields_of, visiting
from tests.world import cast

pytestmark = pytest.mark.anyio
S = ReferralState
WITHDRAWN: dict[str, Any] = {"reason_code": "CLIENT_DECLINED"}
_DOCUMENT = """mutation($input: RespondReferralInput!) { withdrawReferral(input: $input) {
  ... on ReferralMoved { replayed referral { state } } ... on Rejected { problems { field code message } } } }"""


@pytest.mark.parametrize(("state", "seen_state"), list(product(S, S)))
def test_only_the_state_that_was_seen_is_moved(state: S, seen_state: S) -> None:
    assert (check_seen(E.WITHDRAW, state, seen_state) is None) is (state is seen_state)


@pytest.mark.parametrize("state", S)
def test_unseen_a_withdrawal_ends_nothing_that_somebody_took_on(state: S) -> None:
    assert (check_seen(E.WITHDRAW, state, None) is None) is (state not in SHARED)
    assert check_seen(E.ACKNOWLEDGE, state, None) is None


async def test_what_was_refused_says_both_states_and_leaves_nothing(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    with pytest.raises(Conflict, match="REFERRAL_CHANGED") as refused:
        await by_source(made, E.WITHDRAW, seen_state=S.SENT, **WITHDRAWN)
    assert dict(refused.value.problems[0].arguments) == {
        "seen": "referral_state.SENT",
        "state": "referral_state.ACCEPTED",
    }
    assert (await row(made)).state is S.ACCEPTED
    assert len(await stored(ReferralEvent, ReferralEvent.referral_id == made)) == len({S.SENT, S.RECEIVED, S.ACCEPTED})
    await by_source(made, E.WITHDRAW, seen_state=S.ACCEPTED, **WITHDRAWN)
    assert (await row(made)).state is S.WITHDRAWN


async def test_feedback_and_contact_hold_for_what_was_seen_too(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    await seen(made)
    with pytest.raises(Conflict, match="REFERRAL_CHANGED"):
        await feedback(made, seen_state=S.ACCEPTED)
    await feedback(made, seen_state=S.FIRST_CONTACT_DONE)
    assert (await row(made)).state is S.FEEDBACK_SENT


async def test_a_link_answers_what_its_page_showed(database: Database) -> None:
    await answering_by_link()
    made = await sent()
    token = (await link(made)).token
    await by_source(made, E.WITHDRAW, seen_state=S.SENT, **WITHDRAWN)
    with pytest.raises(Conflict, match="REFERRAL_CHANGED"):
        await answer(token, seen_state=S.SENT)
    assert (await row(made)).state is S.WITHDRAWN


async def test_a_page_that_has_aged_shows_what_came_between(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}"
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(path), f"{path}/move/withdraw") | {"reason_code": ["CLIENT_DECLINED"]}
        await by_target(made, E.ACCEPT)
        refused = await sam.post(f"{path}/move/withdraw", data=form)
        again = await sam.post(f"{path}/move/withdraw", data=form, headers=HTMX)
        assert (refused.status_code, again.status_code) == (409, 422)
        assert "You saw this referral as “Sent”; meanwhile it has become “Accepted”." in refused.text
        assert (await row(made)).state is S.ACCEPTED
        fresh = fields_of(refused, f"{path}/move/withdraw") | {"reason_code": ["CLIENT_DECLINED"]}
        assert fresh["seen_state"] == ["ACCEPTED"]
        assert (await sam.post(f"{path}/move/withdraw", data=fresh)).status_code == 303
    assert (await row(made)).state is S.WITHDRAWN


async def test_a_list_that_has_aged_accepts_nothing_that_was_withdrawn(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}/move/accept"
    async with visiting("cai") as cai:
        form = fields_of(await cai.get("/referrals"), path)
        await by_source(made, E.WITHDRAW, **WITHDRAWN)
        refused = await cai.post(path, data=form)
    assert refused.status_code == 409
    assert "meanwhile it has become “Withdrawn”" in refused.text


async def test_a_document_says_what_it_saw_or_withdraws_nothing_that_was_taken_on(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT, actor=await signed_in("cai"))
    about = {"referral": global_id("Referral", made), "reasonCode": "CLIENT_DECLINED"}
    said, last = [], {}
    async with asking_as(cast.sam) as api:
        for seen_state in ({}, {"seenState": "SENT"}, {"seenState": "ACCEPTED"}):
            last = {"idempotencyKey": key(), **about, **seen_state}
            answered = (await api.data(_DOCUMENT, input=last))["withdrawReferral"]
            said.append(answered.get("problems", [{"code": answered.get("referral")}])[0]["code"])
        again = (await api.data(_DOCUMENT, input=last))["withdrawReferral"]
    assert said == ["REFERRAL_TAKEN_ON", "REFERRAL_CHANGED", {"state": "WITHDRAWN"}]
    assert again == {"replayed": True, "referral": {"state": "WITHDRAWN"}}
