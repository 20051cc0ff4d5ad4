"""What goes on from a referral's page: proposed elsewhere, assigned, back to the hospital, again; the phone on demand."""

import uuid

import pytest

from coord.audit.tables import AuditEntry
from coord.referrals.codes import ReferralRelation, ReferralState
from coord.referrals.tables import Referral
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.referrals.making import (
    CAI_WORKER,
    E,
    by_source,
    by_target,
    consent,
    post_at_center,
    referral,
    row,
    send,
    sent,
)
from tests.web.visit import HTMX, fields_of, visiting
from tests.world import LIN, SOUTH, cast
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
S = ReferralState
PHONE = "13800138000"


async def test_the_receiving_side_proposes_another_organization(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}"
    async with visiting("cai") as cai:
        form = fields_of(await cai.get(path), f"{path}/forward")
        wrong = await cai.post(f"{path}/forward", data=form | {"target": ["x"], "note": ["Typed words"]}, headers=HTMX)
        done = await cai.post(f"{path}/forward", data=form | {"target": [str(SOUTH)]})
    assert (wrong.status_code, "Typed words" in wrong.text, done.status_code) == (422, True, 303)
    await run_waiting()
    (child,) = await stored(Referral, Referral.parent_id == made)
    assert ((await row(made)).state, child.target_id) == (S.FORWARDED, SOUTH)
    async with visiting("sam") as sam:
        page = (await sam.get(path)).text
    assert f"/referrals/{child.id}" in page


async def test_somebody_of_the_receiving_side_is_assigned(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}"
    async with visiting("cai") as cai:
        assert f"{path}/assign" not in (await cai.get(path)).text
        await by_target(made, E.ACCEPT)
        answer = await cai.post(f"{path}/assign", data={"worker": str(CAI_WORKER)})
        refused = await cai.post(f"{path}/assign", data={"worker": str(uuid.uuid4())})
        page = (await cai.get(path)).text
    assert (answer.status_code, refused.status_code) == (303, 422)
    assert "Looked after by Cai" in page
    async with visiting("sam") as sam:
        assert f"{path}/assign" not in (await sam.get(path)).text


async def test_the_person_goes_back_to_the_hospital_and_both_pages_are_linked(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    path = f"/referrals/{made}"
    async with visiting("cai") as cai:
        form = fields_of(await cai.get(path), f"{path}/back")
        assert (form["need"], form["urgency"]) == (["PSYCHIATRIC_CARE"], ["ROUTINE"])
        empty = await cai.post(f"{path}/back", data=form)
        done = await cai.post(f"{path}/back", data=form | {"usual_reason": ["Signs of a relapse"]})
        assert (empty.status_code, done.status_code) == (422, 303)
        (child,) = await stored(Referral, Referral.parent_id == made)
        assert (child.relation, child.state) == (ReferralRelation.COUNTER_REFERRAL, S.SENT)
        assert f"/referrals/{child.id}" in (await cai.get(path)).text
    async with visiting("sam") as sam:
        assert f"/referrals/{child.id}" in (await sam.get("/referrals")).text
        page = await sam.get(f"/referrals/{child.id}")
        assert ("Signs of a relapse" in page.text, path in page.text, "/forward" in page.text) == (True, True, False)


async def test_the_parts_that_came_are_offered_on_the_way_back(database: Database) -> None:
    """No field for what may not go back; a returned one is completed on the same terms."""
    await post_at_center()
    await consent()
    made = await send(referral(diagnosis="F32.1"))
    await by_target(made, E.ACCEPT)
    path = f"/referrals/{made}"
    async with visiting("cai") as cai:
        form = fields_of(await cai.get(path), f"{path}/back")
        assert form.keys() & {"diagnosis", "medication", "with_scales"} == {"diagnosis"}
        sent_back = form | {"usual_reason": ["Signs of a relapse"], "diagnosis": ["F32.2"]}
        wrong = await cai.post(f"{path}/back", data=sent_back | {"medication": ["50 mg"]})
        assert (wrong.status_code, "did not come with the person" in wrong.text) == (422, True)
        assert (await cai.post(f"{path}/back", data=sent_back)).status_code == 303
        (child,) = await stored(Referral, Referral.parent_id == made)
        await by_target(child.id, E.RETURN, actor=cast.sam, reason_code="UNCLEAR_NEED")
        again = f"/referrals/{child.id}/complete"
        completing = fields_of(await cai.get(again), again)
        assert completing.keys() & {"diagnosis", "medication", "with_scales"} == {"diagnosis"}
        assert (await cai.post(again, data=completing)).status_code == 303
    await by_target(child.id, E.ACCEPT, actor=cast.sam)
    async with visiting("sam") as sam:
        assert "F32.2" in (await sam.get(f"/referrals/{child.id}")).text


async def test_a_referral_that_has_ended_is_sent_again_and_linked(database: Database) -> None:
    made = await sent()
    async with visiting("sam") as sam:
        assert f"parent={made}" not in (await sam.get(f"/referrals/{made}")).text
        await by_source(made, E.WITHDRAW, reason_code="SENT_BY_MISTAKE")
        assert f"/referrals/new?client={LIN}&amp;parent={made}" in (await sam.get(f"/referrals/{made}")).text
        form = fields_of(await sam.get(f"/referrals/new?client={LIN}&parent={made}"), "/referrals/new")
        target = str((await row(made)).target_id)
        answer = await sam.post("/referrals/new", data=form | {"target": [target], "reason": ["Once more"]})
    assert answer.status_code == 303
    (child,) = await stored(Referral, Referral.parent_id == made)
    assert child.relation is ReferralRelation.REREFERRAL


async def test_the_phone_is_shown_on_demand_and_leaves_a_trace(database: Database) -> None:
    """A prohibition to call stands above the number, on every way to it."""
    await post_at_center()
    await consent()
    made = await send(referral(contact_prohibited="true"))
    path = f"/referrals/{made}"
    async with visiting("cai") as cai:
        assert PHONE not in (await cai.get(f"{path}?phone")).text
        await by_target(made, E.ACCEPT)
        closed = (await cai.get(path)).text
        before = len(await stored(AuditEntry, AuditEntry.verb == "client.read_identity"))
        opened = (await cai.get(f"{path}?phone")).text
    after = len(await stored(AuditEntry, AuditEntry.verb == "client.read_identity"))
    assert (PHONE in closed, f"{path}?phone" in closed, PHONE in opened) == (False, True, True)
    assert opened.index("Do not contact") < opened.index(PHONE)
    assert after > before
    async with visiting("ola") as ola:
        assert PHONE not in (await ola.get(f"{path}?phone")).text


async def test_completing_starts_with_what_the_referral_said(database: Database) -> None:
    """The boxes are ticked as they were; whoever unticks one has seen it."""
    await post_at_center()
    await consent()
    made = await send(referral(contact_prohibited="true", with_scales=True))
    path = f"/referrals/{made}"
    async with visiting("sam") as sam:
        for kept in (True, False):
            await by_target(made, E.RETURN, reason_code="UNCLEAR_NEED")
            form = fields_of(await sam.get(f"{path}/complete"), f"{path}/complete")
            assert (form["contact_prohibited"], form["with_scales"]) == (["true"], ["true"])
            given = form if kept else {name: value for name, value in form.items() if name != "contact_prohibited"}
            assert (await sam.post(f"{path}/complete", data=given)).status_code == 303
            assert (await row(made)).contact_prohibited is kept
            assert "SCALES" in (await row(made)).blocks


async def test_the_sender_says_that_it_failed_before_anybody_answered(database: Database) -> None:
    made = await sent()
    path = f"/referrals/{made}/move/fail"
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/referrals/{made}"), path)
        answer = await sam.post(path, data=form | {"reason_code": ["PROVIDER_CLOSED"]})
    assert (answer.status_code, (await row(made)).state) == (303, S.FAILED)
