"""What follows a referral: back to the own hospital, passed on where one is open already, assigned, undone and taken anew."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor
from coord.clients import RegisterClient, cards, register_client
from coord.clients.consents import WithdrawConsent, consents_of, consents_of_client, withdraw_consent
from coord.kernel.clock import now, today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.referrals import packet, stories
from coord.referrals.codes import Clock, ReferralDirection, ReferralRelation, ReferralState
from coord.referrals.inputs import (
    AssignReferral,
    CompleteReferral,
    ForwardReferral,
    RecordContact,
    ReferBack,
    ReviewDecline,
)
from coord.referrals.kin import kin_of, parents_of
from coord.referrals.referring_back import refer_back
from coord.referrals.responding import assign_referral, forward_referral, record_contact
from coord.referrals.reviewing import review_decline
from coord.referrals.sending import Moved, complete_referral
from coord.referrals.tables import Referral, ReferralClock, ReferralReview
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, signed_in, stored
from tests.coord.referrals.making import (
    CAI_WORKER,
    E,
    by_source,
    by_target,
    consent,
    feedback,
    key,
    post_at_center,
    referral,
    row,
    seen,
    send,
    sent,
)
from tests.world import CENTER, LIN, NORTH, PROGRAM, SOUTH, cast, fixed
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
S = ReferralState
WHY = "有复发迹象"


async def accepted() -> uuid.UUID:
    made = await sent()
    await by_target(made, E.ACCEPT)
    return made


async def back(made: uuid.UUID, actor: Actor | None = None, **more: Any) -> Moved:
    given = {"idempotency_key": key(), "referral": str(made), "reason": WHY, **more}
    async with begin(actor or await signed_in("cai")) as unit:
        return await refer_back(unit, ReferBack.parse(given))


async def test_the_center_refers_back_up_and_the_hospital_closes_that_loop(database: Database) -> None:
    """A child of its own, linked, with a loop of its own; the first one goes on."""
    first = await accepted()
    made = (await back(first, urgency="URGENT")).referral_id
    child = await row(made)
    assert (child.source_id, child.target_id, child.direction) == (CENTER, NORTH, ReferralDirection.UP)
    assert (child.parent_id, child.relation, child.blocks) == (first, ReferralRelation.COUNTER_REFERRAL, ["BASIC_FILE"])
    await by_target(made, E.ACCEPT, actor=cast.sam)
    done = await log(contact(occurred_on=today("Asia/Shanghai").isoformat()), cast.sam)
    async with begin(cast.sam) as unit:
        proof = {"idempotency_key": key(), "referral": str(made), "service_contact": str(done.contact_id)}
        await record_contact(unit, RecordContact.parse(proof))
        assert (await cards(unit, [LIN]))[LIN].name == "林芳NORTH"
    await feedback(made, "READMITTED", actor=cast.sam)
    await by_source(made, E.ACKNOWLEDGE, actor=await signed_in("cai"))
    assert ((await row(made)).state, (await row(first)).state) == (S.CLOSED, S.ACCEPTED)


async def test_both_sides_see_how_two_referrals_are_linked(database: Database) -> None:
    first = await accepted()
    made = (await back(first)).referral_id
    for actor in (cast.sam, await signed_in("cai"), cast.ola):
        async with begin(actor) as unit:
            (child,), (parent,) = await kin_of(unit, first), await kin_of(unit, made)
            assert (child.id, child.is_parent, parent.id, parent.is_parent) == (made, False, first, True)
            assert {child.relation, parent.relation} == {ReferralRelation.COUNTER_REFERRAL}
            assert await parents_of(unit, [first, made]) == {made: first}


async def test_one_press_refers_back_once(database: Database) -> None:
    first, same = await accepted(), key()
    one = await back(first, idempotency_key=same)
    two = await back(first, idempotency_key=same)
    assert (one.referral_id, two.replayed) == (two.referral_id, True)
    with pytest.raises(Conflict, match="REFERRAL_OPEN_ALREADY"):
        await back(first)


@pytest.mark.parametrize("state", ["SENT", "RETURNED", "WITHDRAWN"])
async def test_nobody_refers_back_whom_they_have_not_taken_on(database: Database, state: str) -> None:
    made = await sent()
    if state == "RETURNED":
        await by_target(made, E.RETURN, reason_code="UNCLEAR_NEED")
    if state == "WITHDRAWN":
        await by_source(made, E.WITHDRAW, reason_code="CLIENT_DECLINED")
    with pytest.raises(Conflict, match="REFERRAL_MOVED_ON"):
        await back(made)
    assert len(await stored(Referral)) == 1


async def test_others_refer_nobody_back(database: Database) -> None:
    first = await accepted()
    with pytest.raises(Invalid, match="OTHER_SIDE_MOVES"):
        await back(first, cast.sam)
    for actor in (cast.nia, cast.ola, cast.petra, cast.adam):
        with pytest.raises((NotAllowed, NotFound)):
            await back(first, actor)
    counter = (await back(first)).referral_id
    await by_target(counter, E.ACCEPT, actor=cast.sam)
    with pytest.raises(Invalid, match="NOT_FROM_OWN_HOSPITAL"):
        await back(counter, cast.sam)
    assert len(await stored(Referral)) == 2


async def test_without_the_consent_by_which_they_came_nobody_goes_back(database: Database) -> None:
    await post_at_center()
    given = await consent()
    first = await send()
    await by_target(first, E.ACCEPT)
    counter = (await back(first)).referral_id
    await by_target(counter, E.RETURN, actor=cast.sam, reason_code="UNCLEAR_NEED")
    async with begin(cast.sam) as unit:
        await withdraw_consent(unit, WithdrawConsent.parse({"idempotency_key": key(), "consent": str(given)}))
    with pytest.raises(NotFound):
        await back(first, need="COUNSELING")
    with pytest.raises(NotFound):
        await _completed(counter)
    assert (await row(counter)).state is S.RETURNED


async def _completed(made: uuid.UUID, actor: Actor | None = None, **more: Any) -> None:
    given = {"idempotency_key": key(), "referral": str(made), "urgency": "ROUTINE", "reason": WHY, **more}
    async with begin(actor or await signed_in("cai")) as unit:
        await complete_referral(unit, CompleteReferral.parse(given))


async def test_parts_of_the_kinds_that_came_go_back(database: Database) -> None:
    """What consent covered on the way here travels on the way back, opens with the acceptance, and closes with the end."""
    await post_at_center()
    await consent()
    first = await send(referral(diagnosis="F32.1", risk_and_safety="none"))
    await by_target(first, E.ACCEPT)
    with pytest.raises(Invalid, match="DID_NOT_COME_WITH_THEM") as refused:
        await back(first, medication="50 mg", with_scales=True, risk_and_safety="high")
    assert [problem.field for problem in refused.value.problems] == ["with_scales", "medication"]
    counter = (await back(first, risk_and_safety="high")).referral_id
    assert (await row(counter)).blocks == ["BASIC_FILE", "RISK_AND_SAFETY"]
    assert await _packet_of(counter, cast.sam) is None
    await by_target(counter, E.ACCEPT, actor=cast.sam)
    assert await _packet_of(counter, cast.sam) == {"RISK_AND_SAFETY": "high"}
    assert await _packet_of(counter, await signed_in("cai")) == {"RISK_AND_SAFETY": "high"}
    for actor in (cast.nia, cast.ola, cast.petra):
        assert await _packet_of(counter, actor) is None
    await by_target(counter, E.FAIL, actor=cast.sam, reason_code="OTHER", note="x")
    assert await _packet_of(counter, cast.sam) is None


async def _packet_of(made: uuid.UUID, actor: Actor) -> Any:
    """What somebody reads in a packet, None where they may not."""
    try:
        async with begin(actor) as unit:
            return await packet(unit, made)
    except (NotFound, NotAllowed):
        return None


async def test_a_returned_one_is_completed_with_parts_that_came(database: Database) -> None:
    await post_at_center()
    await consent()
    first = await send(referral(medication="25 mg"))
    await by_target(first, E.ACCEPT)
    counter = (await back(first)).referral_id
    await by_target(counter, E.RETURN, actor=cast.sam, reason_code="UNCLEAR_NEED")
    with pytest.raises(Invalid, match="DID_NOT_COME_WITH_THEM"):
        await _completed(counter, diagnosis="F32.1")
    await _completed(counter, medication="50 mg")
    await by_target(counter, E.ACCEPT, actor=cast.sam)
    assert await _packet_of(counter, cast.sam) == {"MEDICATION": "50 mg"}


async def test_a_counter_referral_goes_to_the_own_hospital_or_nowhere(database: Database) -> None:
    counter = (await back(await accepted())).referral_id
    given = {"idempotency_key": key(), "referral": str(counter), "target": str(SOUTH)}
    with pytest.raises(Invalid, match="NO_SUCH_ORGANIZATION"):
        async with begin(cast.sam) as unit:
            await forward_referral(unit, ForwardReferral.parse(given))
    await by_target(counter, E.DECLINE, actor=cast.sam, reason_code="NO_CAPACITY")
    with pytest.raises(Invalid, match="NO_SUCH_ORGANIZATION"):
        async with begin(await signed_in("cai")) as unit:
            await review_decline(unit, ReviewDecline.parse(given))
    assert len(await stored(Referral)) == 2


async def test_a_closed_one_is_followed_by_another_that_is_linked(database: Database) -> None:
    first = await accepted()
    await seen(first)
    await feedback(first)
    await by_source(first, E.ACKNOWLEDGE)
    again = await row(await send(referral(parent=str(first))))
    assert (again.parent_id, again.relation, again.state) == (first, ReferralRelation.REREFERRAL, S.SENT)


async def test_what_cannot_be_passed_on_is_decided_by_the_sender(database: Database) -> None:
    """One is open at the third organization already: no second draft, no job that fails for ever, a review."""
    made = await sent()
    await consent(recipients=[str(SOUTH)])
    await send(referral(target=str(SOUTH)))
    given = {"idempotency_key": key(), "referral": str(made), "target": str(SOUTH)}
    async with begin(await signed_in("cai")) as unit:
        await forward_referral(unit, ForwardReferral.parse(given))
    for _ in range(2):
        await run_waiting(hurry=1e9)
    assert [one.id for one in await stored(ReferralReview)] == [made]
    assert len(await stored(Referral)) == 2
    async with begin(cast.sun) as unit:
        await review_decline(unit, ReviewDecline.parse({"idempotency_key": key(), "referral": str(made)}))


async def assign(made: uuid.UUID, worker: uuid.UUID = CAI_WORKER, actor: Actor | None = None) -> Moved:
    async with begin(actor or await signed_in("cai")) as unit:
        return await assign_referral(unit, AssignReferral(referral=made, worker=worker))


async def test_assigning_somebody_stops_that_clock_alone(database: Database) -> None:
    made = await accepted()
    assert (await assign(made)).replayed is False
    assert (await assign(made)).replayed is True
    running = {one.clock for one in await stored(ReferralClock) if one.stopped_at is None}
    assert running == {Clock.FIRST_CONTACT, Clock.REACH}
    assert (await row(made)).worker_id == CAI_WORKER


async def test_nobody_is_assigned_before_the_acceptance_from_elsewhere_or_by_the_sender(database: Database) -> None:
    made = await sent()
    with pytest.raises(Conflict, match="REFERRAL_MOVED_ON"):
        await assign(made)
    await by_target(made, E.ACCEPT)
    with pytest.raises(Invalid, match="NO_SUCH_WORKER"):
        await assign(made, fixed("worker/sam"))
    with pytest.raises(Invalid, match="OTHER_SIDE_MOVES"):
        await assign(made, actor=cast.sam)
    assert (await row(made)).worker_id is None


async def test_an_acceptance_that_was_undone_leaves_no_clock_behind(database: Database) -> None:
    """Who accepts three days later has the whole term again, from then; the clock of the answer had gone on."""
    made = await sent()
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        await by_target(made, E.ACCEPT)
        clock.shift(timedelta(seconds=5))
        await by_target(made, E.UNDO_ACCEPT)
        undone = await row(made)
        assert (undone.accepted_at, undone.decided_at) == (None, None)
        clock.shift(timedelta(days=3))
        await by_target(made, E.ACCEPT)
    rows = {one.clock: one for one in await stored(ReferralClock)}
    later = start + timedelta(days=3, seconds=5)
    for name in (Clock.ASSIGN, Clock.FIRST_CONTACT, Clock.REACH):
        assert (rows[name].started_at, rows[name].stopped_at) == (later, None), name
        assert rows[name].next_at is not None
        assert rows[name].next_at > later
    assert rows[Clock.DECIDE].started_at == start


async def test_a_prohibition_stays_until_somebody_lifts_it(database: Database) -> None:
    """Completing a returned referral without a word about it does not open the person's home."""
    await post_at_center()
    await consent()
    made = await send(referral(contact_prohibited="true"))
    for said, then in ((None, True), ("false", False)):
        await by_target(made, E.RETURN, reason_code="UNCLEAR_NEED")
        more = {} if said is None else {"contact_prohibited": said}
        await _completed(made, cast.sam, **more)
        assert (await row(made)).contact_prohibited is then


async def test_what_the_sender_writes_is_heard_by_those_who_accepted(database: Database) -> None:
    """A note of a withdrawal is no part of the sketch."""
    made = await sent()
    await by_source(made, E.WITHDRAW, reason_code="OTHER", note="林芳 has moved")
    heard = {}
    for name in ("sam", "cai"):
        async with begin(await signed_in(name)) as unit:
            heard[name] = (await stories(unit, [made]))[made][-1].note
    assert heard == {"sam": "林芳 has moved", "cai": None}


async def test_a_community_sends_its_own_people_up_with_their_consent(database: Database) -> None:
    """UP from an organization that keeps its own register: without consent nothing goes, before acceptance a sketch."""
    await post_at_center()
    cai = await signed_in("cai")
    given = {"idempotency_key": key(), "program": PROGRAM, "name": "周敏", "phone": "13900002222", "gender": "FEMALE",
             "birth_date": "1990-03-04", "district": "海淀区", "source": "OTHER"}  # fmt: skip
    async with begin(cai) as unit:
        person = await register_client(unit, RegisterClient.parse(given))
    wanted = referral(client=str(person), target=str(NORTH), direction="UP", need="PSYCHIATRIC_CARE", diagnosis="F32.2")
    with pytest.raises(Invalid, match="NO_VALID_CONSENT"):
        await send(wanted, cai)
    await consent(cai, client=str(person), recipients=[str(NORTH)])
    made = await send(wanted, cai)
    async with begin(await signed_in("sam")) as unit:
        assert await cards(unit, [person]) == {}
        with pytest.raises(NotFound):
            await packet(unit, made)
    await by_target(made, E.ACCEPT, actor=cast.sam)
    async with begin(await signed_in("sam")) as unit:
        assert (await cards(unit, [person]))[person].name == "周敏"
        assert await packet(unit, made) == {"DIAGNOSIS": "F32.2"}
    sent_up = await row(made)
    assert (sent_up.direction, sent_up.source_id, sent_up.target_id) == (ReferralDirection.UP, CENTER, NORTH)


async def test_a_community_reads_no_consent_of_people_shared_with_it(database: Database) -> None:
    await accepted()
    async with begin(await signed_in("cai")) as unit:
        assert await consents_of(unit, [LIN]) == {}
        with pytest.raises(NotFound):
            await consents_of_client(unit, LIN)
    with pytest.raises(NotFound):
        await consent(await signed_in("cai"))
