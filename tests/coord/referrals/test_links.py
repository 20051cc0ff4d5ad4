"""REF-7: a provider without an account answers one referral by a signed link, each thing once, and sees nothing else."""

import base64
import uuid
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.clients.consents import WithdrawConsent, withdraw_consent
from coord.clients.tables import Client, ClientIdentity, ClientShare
from coord.contacts.tables import ServiceContact
from coord.identity.guessing import FREE_GUESSES_OF_AN_ADDRESS
from coord.kernel.clock import now, today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.referrals.codes import ReferralState, Side
from coord.referrals.inputs import CompleteReferral, RecordContact
from coord.referrals.links import LinkAction, LinkState, links_of, revoke_link
from coord.referrals.links.opening import open_link
from coord.referrals.links.tables import ReferralLink, ReferralLinkUse
from coord.referrals.links.tokens import LENGTH, link_of, new_token
from coord.referrals.responding import record_contact
from coord.referrals.reviewing import expire
from coord.referrals.sending import complete_referral
from coord.referrals.tables import Referral, ReferralEvent, ReferralPacket
from coord.referrals.ticking import TIME
from coord.work import begin, pace
from coord.work.engine import Database
from coord.work.tables import PaceCount
from tests.coord.making import signed_in, stored, total
from tests.coord.referrals.links import WHO, answer, answering_by_link, link, met, report, shown
from tests.coord.referrals.making import E, by_source, by_target, consent, key, referral, row, send, sent
from tests.coord.referrals.test_directory import describe
from tests.coord.referrals.test_discharged import at, discharge
from tests.world import CHEN, cast

pytestmark = pytest.mark.anyio
S = ReferralState
A = LinkAction
TODAY = today("Asia/Shanghai").isoformat()


async def linked() -> tuple[uuid.UUID, str]:
    """A referral on its way, and a link to it."""
    await answering_by_link()
    made = await sent()
    return made, (await link(made)).token


async def test_a_provider_without_an_account_closes_the_loop(database: Database) -> None:
    made, token = await linked()
    before = await shown(token)
    assert (before.identity, before.it.person, dict(before.it.packet)) == (None, None, {})
    assert before.can == {A.ANSWER}
    await answer(token)
    after = await shown(token)
    assert after.identity == {"name": "林芳NORTH", "phone": "13800138000"}
    assert after.can == {A.CONTACT}
    await met(token, TODAY)
    assert (await shown(token)).can == {A.FEEDBACK}
    await report(token, note="已参加三次小组")
    await by_source(made, E.ACKNOWLEDGE)
    done = await row(made)
    assert (done.state, done.outcome, done.first_contact_id) == (S.CLOSED, "COMPLETED", None)
    figures = await total(actor=cast.ola)
    names = ("referrals_sent", "referrals_accepted", "referrals_first_contact", "referrals_closed_loop")
    assert [figures[name] for name in names] == [1, 1, 1, 1]
    assert (await shown(token)).can == frozenset()


async def test_a_link_counts_against_nobodys_pace(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Paces belong to accounts; a link shows one person, however often."""
    monkeypatch.setattr(pace, "limit_of", lambda _: 2)
    _, token = await linked()
    await answer(token)
    for _ in range(3):
        assert (await shown(token)).identity is not None
    assert await stored(PaceCount) == []


async def test_the_trail_says_which_link_it_was(database: Database) -> None:
    made, token = await linked()
    await answer(token)
    (one,) = await stored(ReferralLink)
    told = [entry for entry in await stored(AuditEntry) if entry.actor_id == one.id]
    assert {entry.verb for entry in told} >= {"referral.receive", "referral.accept"}
    assert {entry.actor_name for entry in told} == {"referral link"}
    events = [event for event in await stored(ReferralEvent) if event.referral_id == made]
    assert [(event.to_state, event.side, event.user_id) for event in events[-2:]] == [
        (S.RECEIVED, Side.TARGET, None), (S.ACCEPTED, Side.TARGET, None),
    ]  # fmt: skip


async def test_of_the_secret_only_a_hash_is_kept(database: Database) -> None:
    _, token = await linked()
    (one,) = await stored(ReferralLink)
    entries = [str(entry.facts) for entry in await stored(AuditEntry)]
    assert token not in str(one.model_dump())
    assert not any(token in text or one.token_hash in text for text in entries)


def _changed(token: str, place: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(token))
    raw[place] ^= 1
    return base64.urlsafe_b64encode(bytes(raw)).decode()


async def test_whatever_opens_nothing_gets_one_answer(database: Database) -> None:
    made, token = await linked()
    (one,) = await stored(ReferralLink)
    forged = [_changed(token, place) for place in (0, 15, 16, 31, 32, 47)]
    wrong = [
        *forged,
        "",
        "x" * LENGTH,
        token[:-1],
        token + "A",
        new_token(one.id),
        new_token(uuid.uuid4()),
        "é" * LENGTH,
    ]
    for text in wrong:
        with pytest.raises(NotFound):
            await shown(text, address=text[:9])
        with pytest.raises(NotFound):
            await answer(text)
    assert (await row(made)).state is S.SENT
    assert await stored(ReferralLinkUse) == []


async def test_what_we_did_not_sign_asks_no_database() -> None:
    assert link_of(_changed(new_token(uuid.uuid4()), 40)) is None
    made = uuid.uuid4()
    assert link_of(new_token(made)) == made


async def test_a_link_that_is_over_or_taken_back_opens_nothing(database: Database) -> None:
    made, token = await linked()
    short = await link(made, days=1)
    with time_machine.travel(now() + timedelta(days=1, minutes=1), tick=False):
        with pytest.raises(NotFound):
            await shown(short.token, address="192.0.2.9")
        await shown(token)
    async with begin(cast.sam) as unit:
        assert await revoke_link(unit, (await _newest(made, token)).id) == made
    with pytest.raises(NotFound):
        await answer(token)
    assert (await row(made)).state is S.SENT


async def _newest(made: uuid.UUID, token: str) -> ReferralLink:
    wanted = link_of(token)
    found: ReferralLink = next(one for one in await stored(ReferralLink) if one.id == wanted)
    return found


async def test_each_thing_once_and_a_repetition_gives_the_first_answer(database: Database) -> None:
    made, token = await linked()
    same = key()
    first = await answer(token, idempotency_key=same)
    assert (await answer(token, idempotency_key=same)).replayed
    assert not first.replayed
    for event in ("ACCEPT", "DECLINE", "RETURN"):
        with pytest.raises(Conflict, match="LINK_USED"):
            await answer(token, event, reason_code={"DECLINE": "NO_CAPACITY", "RETURN": "UNCLEAR_NEED"}.get(event))
    await met(token, TODAY)
    with pytest.raises(Conflict, match="LINK_USED"):
        await met(token, TODAY)
    assert (await row(made)).state is S.FIRST_CONTACT_DONE
    assert sorted(use.action for use in await stored(ReferralLinkUse)) == ["ANSWER", "CONTACT"]


@pytest.mark.parametrize(
    "event", ["WITHDRAW", "UNDO_ACCEPT", "FORWARD", "ACKNOWLEDGE", "EXPIRE", "START_SERVICE", "FAIL"]
)
async def test_a_link_answers_and_does_nothing_else(database: Database, event: str) -> None:
    _, token = await linked()
    with pytest.raises(Invalid, match="NOT_A_CHOICE"):
        await answer(token, event)


async def test_nothing_out_of_turn(database: Database) -> None:
    made, token = await linked()
    with pytest.raises(Conflict):
        await met(token, TODAY)
    with pytest.raises(Conflict):
        await report(token)
    with pytest.raises(Invalid, match="REASON_NEEDED"):
        await answer(token, "DECLINE")
    assert await stored(ReferralLinkUse) == []
    assert (await row(made)).state is S.SENT


@pytest.mark.parametrize(
    ("day", "code"),
    [("2020-01-01", "BEFORE_ACCEPTANCE"), ("2199-01-01", "FUTURE_DATE"), ("", "REQUIRED"), ("gestern", "BAD_DATE")],
)
async def test_the_day_of_the_contact_must_be_possible(database: Database, day: str, code: str) -> None:
    _, token = await linked()
    await answer(token)
    with pytest.raises(Invalid, match=f"met_on:{code}"):
        await met(token, day)


@pytest.mark.parametrize(("day", "refused"), [("2026-10-09", True), ("2026-10-10", False)])
async def test_the_day_of_discharge_is_no_first_contact_by_link_either(
    database: Database, day: str, refused: bool
) -> None:
    with time_machine.travel(at("2026-10-09", "15:00"), tick=False):
        await discharge("2026-10-09")
        made, token = await linked()
        await answer(token)
    with time_machine.travel(at("2026-10-10", "18:00"), tick=False):
        if refused:
            with pytest.raises(Invalid, match="met_on:ON_DISCHARGE_DAY"):
                await met(token, day)
        else:
            await met(token, day)
    assert ((await row(made)).first_contact_at is None) is refused


async def test_whoever_holds_a_link_sees_one_referral_and_one_person(database: Database) -> None:
    """Two people are referred to the center; the link to one shows no row of the other, by any statement."""
    made, token = await linked()
    await consent(client=str(CHEN))
    other = await send(referral(client=str(CHEN)))
    await by_target(other, E.ACCEPT)
    await answer(token)
    opened = await open_link(token, **WHO)
    async with begin(opened.actor, read_only=True) as unit:
        assert list(await unit.scalars(select(Referral.id))) == [made]
        assert list(await unit.scalars(select(ReferralPacket.id))) == [made]
        assert [one.client_id for one in await unit.scalars(select(Referral))] == list(
            await unit.scalars(select(Client.id))
        )
        assert list(await unit.scalars(select(ClientShare.origin_id))) == [made]
        assert len(await unit.scalars(select(ClientIdentity.id))) == 1
        assert list(await unit.scalars(select(ServiceContact.id))) == []
    with pytest.raises(NotFound):
        async with begin(opened.actor) as unit:
            await unit.find(Referral, other)


async def test_no_action_of_an_account_is_open_to_a_link(database: Database) -> None:
    _, token = await linked()
    opened = await open_link(token, **WHO)
    for verb in ("referral.send", "referral.review", "client.list", "contact.log", "contact.list", "receiver.list",
                 "account.manage_own", "token.create"):  # fmt: skip
        assert not opened.actor.may(verb)
    async with begin(opened.actor) as unit:
        with pytest.raises(NotAllowed):
            await links_of(unit, [opened.referral_id])
        with pytest.raises((Conflict, Invalid, NotFound)):
            await record_contact(unit, _proof(opened.referral_id))


def _proof(referral_id: uuid.UUID) -> Any:
    return RecordContact.parse({"idempotency_key": key(), "referral": referral_id, "service_contact": uuid.uuid4()})


async def test_withdrawn_consent_closes_the_person_to_the_link(database: Database) -> None:
    await answering_by_link()
    made = await sent()
    token = (await link(made)).token
    await answer(token)
    given = await row(made)
    async with begin(cast.sam) as unit:
        asked = {"idempotency_key": key(), "consent": str(given.consent_id)}
        await withdraw_consent(unit, WithdrawConsent.parse(asked))
    after = await shown(token)
    assert (after.identity, after.it.person, dict(after.it.packet)) == (None, None, {})


@pytest.mark.parametrize("actor", [cast.nia, cast.ola, cast.fatima, cast.petra, cast.adam], ids=lambda a: a.name)
async def test_others_make_no_links(database: Database, actor: Actor) -> None:
    await answering_by_link()
    made = await sent()
    with pytest.raises((NotAllowed, NotFound)):
        await link(made, actor)
    assert await stored(ReferralLink) == []


async def test_the_receiving_side_makes_no_link_for_itself(database: Database) -> None:
    await answering_by_link()
    made = await sent()
    with pytest.raises(Invalid, match="OTHER_SIDE_MOVES"):
        await link(made, cast.cai)


async def test_nobody_answers_for_an_organization_with_accounts(database: Database) -> None:
    made = await sent()
    with pytest.raises(Invalid, match="ANSWERS_WITH_ACCOUNTS"):
        await link(made)


async def test_only_the_foundation_says_who_answers_by_link(database: Database) -> None:
    with pytest.raises(Invalid, match="ONLY_THE_FOUNDATION"):
        await describe(cast.cai, answers_by_link=True)


async def test_no_more_than_five_open_links_and_none_to_what_has_ended(database: Database) -> None:
    made, _ = await linked()
    for _ in range(4):
        await link(made)
    with pytest.raises(Conflict, match="TOO_MANY_LINKS"):
        await link(made)
    await by_source(made, E.WITHDRAW, reason_code="CLIENT_DECLINED")
    with pytest.raises(Conflict, match="NOT_UNDER_WAY"):
        await link(made)


async def test_a_referral_that_is_sent_again_asks_for_a_new_link(database: Database) -> None:
    made, token = await linked()
    await answer(token, "RETURN", reason_code="MISSING_INFORMATION", note="请补充")
    async with begin(cast.sam) as unit:
        given = {"idempotency_key": key(), "referral": made, "urgency": "ROUTINE", "reason": "已补充"}
        await complete_referral(unit, CompleteReferral.parse(given))
        assert [one.state for one in (await links_of(unit, [made]))[made]] == [LinkState.REPLACED]
    with pytest.raises(NotFound):
        await shown(token)
    assert (await answer((await link(made)).token)).referral_id == made


async def test_the_sender_sees_what_became_of_links(database: Database) -> None:
    made, token = await linked()
    await answer(token)
    async with begin(cast.sam, read_only=True) as unit:
        (seen,) = (await links_of(unit, [made]))[made]
    assert (seen.state, [action for action, _ in seen.uses]) == (LinkState.OPEN, [A.ANSWER])
    async with begin(await signed_in("cai"), read_only=True) as unit:
        assert (await links_of(unit, [made]))[made] == []


async def test_silence_expires_and_is_counted(database: Database) -> None:
    made, token = await linked()
    later = now() + timedelta(days=30, minutes=1)
    async with begin(TIME) as unit:
        assert await expire(unit, later) == 1
    assert (await row(made)).state is S.EXPIRED
    figures = await total(actor=cast.ola)
    assert (figures["referrals_sent"], figures["referrals_accepted"]) == (1, 0)
    assert (await shown(token)).can == frozenset()


async def test_who_tries_many_waits(database: Database) -> None:
    for _ in range(FREE_GUESSES_OF_AN_ADDRESS):
        with pytest.raises(NotFound):
            await shown(new_token(uuid.uuid4()))
    with pytest.raises(Invalid, match="TRY_LATER"):
        await shown(new_token(uuid.uuid4()))
    _, token = await linked()
    await shown(token)  # a link that opens something waits for nobody
