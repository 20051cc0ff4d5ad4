"""The loop: sent with consent, answered, proven by a contact, reported back, acknowledged. And what is refused."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.clients import cards, clients_in_reach, identities
from coord.clients.consents import WithdrawConsent, withdraw_consent
from coord.clients.tables import ClientShare
from coord.kernel.clock import now, today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.referrals import REFERRALS, ReferralFilter, packet, referrals, stories
from coord.referrals.codes import Clock, ReferralState
from coord.referrals.inputs import CompleteReferral, RecordContact
from coord.referrals.responding import record_contact
from coord.referrals.sending import complete_referral
from coord.referrals.tables import Referral, ReferralClock, ReferralEvent, ReferralFeedback
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, signed_in, stored
from tests.coord.outcomes.recording import record, scale
from tests.coord.referrals.making import (
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
from tests.world import CENTER, LIN, NORTH, SOUTH, SPONSOR, cast

pytestmark = pytest.mark.anyio
S = ReferralState


async def _story(referral_id: uuid.UUID) -> list[S]:
    async with begin(cast.ola, read_only=True) as unit:
        return [event.to_state for event in (await stories(unit, [referral_id]))[referral_id]]


async def test_the_loop_closes_only_with_contact_feedback_and_acknowledgment(database: Database) -> None:
    made = await sent()
    await by_target(made, E.RECEIVE)
    await by_target(made, E.ACCEPT)
    await seen(made)
    await by_target(made, E.ASSESS)
    await by_target(made, E.START_SERVICE)
    await feedback(made, outcome=None, note="第一次评估已完成")
    assert (await row(made)).state is S.IN_SERVICE
    await feedback(made, "COMPLETED", note="康复目标达到")
    await by_source(made, E.ACKNOWLEDGE)
    assert await _story(made) == [
        S.SENT, S.RECEIVED, S.ACCEPTED, S.FIRST_CONTACT_DONE, S.ASSESSED, S.IN_SERVICE, S.FEEDBACK_SENT, S.CLOSED,
    ]  # fmt: skip
    done = await row(made)
    assert done.first_contact_id is not None
    assert (done.state, done.outcome) == (S.CLOSED, "COMPLETED")
    assert done.sent_at <= done.received_at <= done.decided_at <= done.feedback_at <= done.closed_at  # type: ignore[operator]
    assert {clock.stopped_at is None for clock in await stored(ReferralClock)} == {False}


async def test_an_answer_to_what_was_only_sent_receives_it_first(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    assert await _story(made) == [S.SENT, S.RECEIVED, S.ACCEPTED]


async def test_without_consent_nothing_is_sent_and_nothing_is_written(database: Database) -> None:
    """REF-6: the action refuses, whatever the door."""
    with pytest.raises(Invalid, match="NO_VALID_CONSENT"):
        await send()
    assert [await stored(table) for table in (Referral, ReferralEvent, ClientShare)] == [[], [], []]


@pytest.mark.parametrize(
    "changed",
    [
        {"recipients": [str(SOUTH)]},
        {"purpose": "SERVICE", "recipients": [], "categories": []},
        {"categories": ["SCALES"]},
    ],
    ids=["another organization", "another purpose", "without the basic file"],
)
async def test_a_consent_that_covers_something_else_does_not_help(database: Database, changed: dict[str, Any]) -> None:
    """REF-6: purpose, target, term and kind of data must fit."""
    expires: dict[str, Any] = {"expires_on": None} if changed.get("purpose") == "SERVICE" else {}
    await consent(**{**changed, **expires})
    with pytest.raises(Invalid, match="NO_VALID_CONSENT"):
        await send()


async def test_an_extra_part_travels_only_with_consent_to_it(database: Database) -> None:
    await consent(categories=["BASIC_FILE", "SCALES"])
    with pytest.raises(Invalid, match="NO_VALID_CONSENT"):
        await send(referral(medication="舍曲林 50 mg"))
    assert (await row(await send())).blocks == ["BASIC_FILE"]


async def test_one_open_referral_for_each_need_and_target(database: Database) -> None:
    """REF-3: by a partial unique index."""
    await sent()
    with pytest.raises(Conflict, match="REFERRAL_OPEN_ALREADY"):
        await send()
    assert (await row(await send(referral(need="EMPLOYMENT")))).state is S.SENT


async def test_the_same_key_sends_once(database: Database) -> None:
    await consent()
    given = referral()
    assert await send(given) == await send(given)
    assert len(await stored(Referral)) == 1


@pytest.mark.parametrize("target", [NORTH, SPONSOR, uuid.UUID(int=7)], ids=["itself", "a sponsor", "nobody"])
async def test_only_to_another_organization_of_the_program(database: Database, target: uuid.UUID) -> None:
    await consent()
    if target == SPONSOR:
        with pytest.raises(Invalid, match="NO_VALID_CONSENT"):
            await send(referral(target=str(target)))
        return
    with pytest.raises(Invalid, match=r"TO_ITSELF|NO_SUCH_ORGANIZATION"):
        await send(referral(target=str(target)))


@pytest.mark.parametrize("actor", [cast.nia, cast.fatima, cast.petra, cast.ola, cast.adam], ids=lambda a: a.name)
async def test_nobody_sends_somebody_elses_client(database: Database, actor: Actor) -> None:
    await consent()
    with pytest.raises((NotFound, NotAllowed)):
        await send(referral(), actor)
    assert await stored(Referral) == []


async def test_before_acceptance_the_receiving_side_sees_the_sketch_alone(database: Database) -> None:
    await post_at_center()
    await consent()
    made = await send(referral(diagnosis="F32.1", supporter_contact="13900001111"))
    cai = await signed_in("cai")
    async with begin(cai) as unit:
        page = await referrals(
            unit, REFERRALS.paths - {"reason", "key.wrapped"}, REFERRALS.request(5, None), ReferralFilter()
        )
        assert await clients_in_reach(unit, [LIN], NORTH) == set()
        assert (await cards(unit, [LIN]), await identities(unit, [LIN])) == ({}, {})
        with pytest.raises(NotFound):
            await packet(unit, made)
    (shown,) = page.rows
    assert (shown["age_band"], shown["district"], shown["need"]) == ("45-59", "海淀区", "COMMUNITY_REHABILITATION")
    assert {shown[path] for path in REFERRALS.paths if path.startswith("client.")} == {None}


async def test_with_the_acceptance_the_person_and_the_packet_open(database: Database) -> None:
    await post_at_center()
    await consent()
    made = await send(referral(diagnosis="F32.1"))
    await by_target(made, E.ACCEPT)
    async with begin(await signed_in("cai")) as unit:
        assert (await cards(unit, [LIN]))[LIN].name == "林芳NORTH"
        assert await packet(unit, made) == {"DIAGNOSIS": "F32.1"}
    verbs = [entry.verb for entry in await stored(AuditEntry) if entry.subject_id == LIN]
    assert {"client.read_identity", "referral.read_packet"} <= set(verbs)


async def test_results_of_scales_travel_where_the_sender_chose_to(database: Database) -> None:
    await post_at_center()
    await consent()
    await record(scale())
    made = await send(referral(with_scales=True))
    assert (await row(made)).blocks == ["BASIC_FILE", "SCALES"]
    await by_target(made, E.ACCEPT)
    async with begin(await signed_in("cai")) as unit:
        assert await packet(unit, made) == {"SCALES": "PHQ9 2026-09-03: 8"}


async def test_a_withdrawn_consent_closes_everything_with_the_next_request(database: Database) -> None:
    """REF-6: within one request."""
    await post_at_center()
    given = await consent()
    made = await send()
    await by_target(made, E.ACCEPT)
    async with begin(cast.sam) as unit:
        withdrawal = {"idempotency_key": key(), "consent": str(given)}
        await withdraw_consent(unit, WithdrawConsent.parse(withdrawal))
    async with begin(await signed_in("cai")) as unit:
        assert await identities(unit, [LIN]) == {}
        with pytest.raises(NotFound):
            await packet(unit, made)


async def test_a_consent_that_was_withdrawn_before_the_acceptance_opens_nobody(database: Database) -> None:
    """REF-6: the acceptance is refused with its reason; returned and sent again with a new consent it opens."""
    await post_at_center()
    given = await consent()
    made = await send()
    await _withdrawn(given)
    with pytest.raises(Conflict, match="CONSENT_ENDED"):
        await by_target(made, E.ACCEPT)
    async with begin(await signed_in("cai")) as unit:
        assert await identities(unit, [LIN]) == {}
    await by_target(made, E.RETURN, reason_code="MISSING_CONSENT")
    with pytest.raises(Invalid, match="NO_VALID_CONSENT"):
        await _sent_again(made)
    await consent()
    await _sent_again(made)
    await by_target(made, E.ACCEPT)
    async with begin(await signed_in("cai")) as unit:
        assert len(await identities(unit, [LIN])) == 1


async def test_a_consent_that_was_over_before_the_acceptance_opens_nobody(database: Database) -> None:
    await post_at_center()
    await consent(expires_on=(today("Asia/Shanghai") + timedelta(days=2)).isoformat())
    made = await send()
    cai = await signed_in("cai")
    with time_machine.travel(now() + timedelta(days=3), tick=False), pytest.raises(Conflict, match="CONSENT_ENDED"):
        await by_target(made, E.ACCEPT, actor=cai)
    assert (await row(made)).state is S.SENT


async def _withdrawn(given: uuid.UUID) -> None:
    async with begin(cast.sam) as unit:
        await withdraw_consent(unit, WithdrawConsent.parse({"idempotency_key": key(), "consent": str(given)}))


async def _sent_again(made: uuid.UUID) -> None:
    given = {"idempotency_key": key(), "referral": str(made), "urgency": "ROUTINE", "reason": "再次发出"}
    async with begin(cast.sam) as unit:
        await complete_referral(unit, CompleteReferral.parse(given))


async def test_an_expired_consent_closes_by_the_clock(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    cai = await signed_in("cai")
    with time_machine.travel(now() + timedelta(days=367), tick=False):
        async with begin(cai) as unit:
            assert await identities(unit, [LIN]) == {}
            with pytest.raises(NotFound):
                await packet(unit, made)


async def test_an_acceptance_can_be_undone_for_twelve_seconds(database: Database) -> None:
    made = await sent()
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        await by_target(made, E.ACCEPT)
        clock.shift(timedelta(seconds=12))
        await by_target(made, E.UNDO_ACCEPT)
        assert (await row(made)).state is S.RECEIVED
        async with begin(await signed_in("cai")) as unit:
            assert await identities(unit, [LIN]) == {}
        decide = [one for one in await stored(ReferralClock) if one.clock is Clock.DECIDE]
        assert [one.stopped_at for one in decide] == [None]
        await by_target(made, E.ACCEPT)
        clock.shift(timedelta(seconds=13))
        with pytest.raises(Conflict, match="TOO_LATE_TO_UNDO"):
            await by_target(made, E.UNDO_ACCEPT)


async def test_first_contact_needs_a_contact_of_the_receiving_side_with_this_person(database: Database) -> None:
    made = await sent()
    await by_target(made, E.ACCEPT)
    of_north = await log(contact(occurred_on=now().date().isoformat()))
    with pytest.raises(Invalid, match="OTHER_SIDE_MOVES"):
        await _first(made, of_north.contact_id, cast.sun)
    with pytest.raises(NotFound):
        await _first(made, of_north.contact_id, await signed_in("cai"))
    assert (await row(made)).state is S.ACCEPTED


async def _first(made: uuid.UUID, contact_id: uuid.UUID, actor: Actor) -> None:
    given = {"idempotency_key": key(), "referral": str(made), "service_contact": str(contact_id)}
    async with begin(actor) as unit:
        await record_contact(unit, RecordContact.parse(given))


async def test_what_is_said_lies_sealed(database: Database) -> None:
    await post_at_center()
    await consent()
    made = await send(referral(reason="需要就业支持XYZ", medication="舍曲林XYZ"))
    await by_target(made, E.RETURN, reason_code="OTHER", note="请补充联系方式XYZ")
    for table in (Referral, ReferralEvent, ReferralFeedback):
        for one in await stored(table):
            assert "XYZ" not in repr(one)


async def test_only_the_two_sides_and_the_foundation_see_it(database: Database) -> None:
    await sent()
    numbers = {}
    for name in ("sam", "cai", "sun", "ola", "nia", "petra", "fatima", "adam"):
        actor = await signed_in(name)
        try:
            async with begin(actor, read_only=True) as unit:
                numbers[name] = len((await referrals(unit, ["id"], REFERRALS.request(5, None), ReferralFilter())).rows)
        except NotAllowed:
            numbers[name] = -1
    assert numbers == {"sam": 1, "cai": 1, "sun": 1, "ola": 1, "nia": 0, "petra": -1, "fatima": -1, "adam": -1}
    assert CENTER != SOUTH
