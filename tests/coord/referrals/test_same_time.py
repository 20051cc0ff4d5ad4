"""REF-2: two hands on one referral at the same moment; one wins, the other reads why, and both see the same."""

import uuid
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import anyio
import pytest

from coord.clients import identities
from coord.clients.consents import WithdrawConsent, withdraw_consent
from coord.kernel.errors import Conflict, Invalid, Refusal
from coord.referrals import MoveReferral, move_as_target
from coord.referrals.codes import ReferralState
from coord.referrals.inputs import ForwardReferral
from coord.referrals.links.tables import ReferralLinkUse
from coord.referrals.responding import forward_referral
from coord.referrals.tables import Referral, ReferralEvent
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import signed_in, stored
from tests.coord.referrals.links import answer, answering_by_link, link
from tests.coord.referrals.making import (
    E,
    by_source,
    by_target,
    consent,
    key,
    moving,
    post_at_center,
    referral,
    row,
    send,
)
from tests.world import LIN, SOUTH, cast

pytestmark = pytest.mark.anyio
S = ReferralState
Step = Callable[[], Awaitable[object]]
ROUNDS = 100
LINK_ROUNDS = 20


async def _both(*steps: Step) -> list[Refusal | None]:
    """Begin all at once; what each was refused with."""
    heard: list[Refusal | None] = [None] * len(steps)

    async def one(place: int, step: Step) -> None:
        try:
            await step()
        except Refusal as refusal:
            heard[place] = refusal

    async with anyio.create_task_group() as tasks:
        for place, step in enumerate(steps):
            tasks.start_soon(one, place, step)
    return heard


async def _forward(made: uuid.UUID) -> object:
    given = ForwardReferral.parse(
        {"idempotency_key": key(), "referral": str(made), "target": str(SOUTH), "seen_state": S.SENT}
    )
    async with begin(await signed_in("cai")) as unit:
        return await forward_referral(unit, given)


@pytest.mark.parametrize(
    ("seen", "told"), [(S.SENT, "REFERRAL_CHANGED"), (None, "REFERRAL_TAKEN_ON")], ids=["from a page", "unseen"]
)
async def test_accept_and_withdraw_at_once_exactly_one_wins(real_database: Database, seen: S | None, told: str) -> None:
    """Whoever comes second has seen another referral than there is, and reads what has become of it."""
    await post_at_center()
    await consent()
    withdraw: dict[str, Any] = {"reason_code": "CLIENT_DECLINED", "seen_state": seen}
    for _ in range(ROUNDS):
        made = await send()
        accepted, withdrawn = await _both(
            partial(by_target, made, E.ACCEPT, seen_state=seen), partial(by_source, made, E.WITHDRAW, **withdraw)
        )
        states = {one.to_state for one in await stored(ReferralEvent, ReferralEvent.referral_id == made)}
        if accepted is None:
            assert _told(withdrawn) == (told, "referral_state.ACCEPTED")
            assert (states, (await row(made)).state) == ({S.SENT, S.RECEIVED, S.ACCEPTED}, S.ACCEPTED)
            await by_source(made, E.WITHDRAW, reason_code="CLIENT_DECLINED")
        else:
            assert withdrawn is None
            assert _told(accepted)[1] == "referral_state.WITHDRAWN"
            assert (states, (await row(made)).state) == ({S.SENT, S.WITHDRAWN}, S.WITHDRAWN)


def _told(refusal: Refusal | None) -> tuple[str, object]:
    assert isinstance(refusal, Conflict)
    (problem,) = refusal.problems
    return problem.code, problem.arguments["state"]


async def test_accept_and_forward_at_once_exactly_one_wins(real_database: Database) -> None:
    await post_at_center()
    await consent()
    for _ in range(ROUNDS):
        made = await send()
        heard = await _both(partial(by_target, made, E.ACCEPT, seen_state=S.SENT), partial(_forward, made))
        assert [isinstance(one, Conflict) for one in heard].count(True) == 1
        end = (await row(made)).state
        assert end is (S.FORWARDED if heard[0] else S.ACCEPTED)
        if end is S.ACCEPTED:
            await by_source(made, E.WITHDRAW, reason_code="CLIENT_DECLINED")


async def test_two_answers_by_one_link_at_once_exactly_one_counts(real_database: Database) -> None:
    await answering_by_link()
    await post_at_center()
    await consent()
    for _ in range(LINK_ROUNDS):
        made = await send()
        token = (await link(made)).token
        heard = await _both(partial(answer, token), partial(answer, token, "DECLINE", reason_code="NO_CAPACITY"))
        assert [isinstance(one, Conflict) for one in heard].count(True) == 1
        assert len(await stored(ReferralLinkUse, ReferralLinkUse.referral_id == made)) == 1
        if heard[0] is None:
            await by_source(made, E.WITHDRAW, reason_code="CLIENT_DECLINED")


async def test_two_sendings_at_once_make_one_referral(real_database: Database) -> None:
    await consent()
    for _ in range(ROUNDS):
        heard = await _both(lambda: send(referral()), lambda: send(referral()))
        refused = [one for one in heard if one is not None]
        assert len(refused) == 1
        assert isinstance(refused[0], Conflict)
        [open_one] = await stored(Referral, Referral.state == S.SENT)
        await by_source(open_one.id, E.WITHDRAW, reason_code="SENT_BY_MISTAKE")


async def test_one_press_that_arrives_twice_moves_once_and_answers_twice(real_database: Database) -> None:
    """The second arrival repeats the answer, though it has met another state than was seen."""
    await post_at_center()
    await consent()
    cai = await signed_in("cai")
    for _ in range(LINK_ROUNDS):
        made = await send()
        given = moving(made, E.ACCEPT, seen_state=S.SENT)

        async def press(given: MoveReferral = given) -> object:
            async with begin(cai) as unit:
                return await move_as_target(unit, given)

        assert await _both(press, press) == [None, None]
        assert len(await stored(ReferralEvent, ReferralEvent.referral_id == made)) == 3
        await by_source(made, E.WITHDRAW, reason_code="CLIENT_DECLINED")


async def test_a_sending_and_the_withdrawal_of_its_consent_at_once_open_nobody(real_database: Database) -> None:
    """Whoever comes first: either nothing is sent, or what was sent cannot be opened any more."""
    await post_at_center()
    for _ in range(LINK_ROUNDS):
        given = await consent()
        sending, withdrawing = await _both(lambda: send(referral()), partial(_withdraw, given))
        assert withdrawing is None
        if sending is not None:
            assert isinstance(sending, Invalid)
            continue
        [open_one] = await stored(Referral, Referral.state == S.SENT)
        with pytest.raises(Conflict, match="CONSENT_ENDED"):
            await by_target(open_one.id, E.ACCEPT)
        await by_source(open_one.id, E.WITHDRAW, reason_code="CONSENT_WITHDRAWN")


async def test_an_acceptance_and_the_withdrawal_of_consent_at_once_open_nobody_for_good(
    real_database: Database,
) -> None:
    await post_at_center()
    cai = await signed_in("cai")
    for _ in range(LINK_ROUNDS):
        given = await consent()
        made = await send()
        accepted, withdrawing = await _both(partial(by_target, made, E.ACCEPT), partial(_withdraw, given))
        assert withdrawing is None
        assert accepted is None or isinstance(accepted, Conflict)
        async with begin(cai) as unit:
            assert await identities(unit, [LIN]) == {}
        await by_source(made, E.WITHDRAW, reason_code="CONSENT_WITHDRAWN")


async def _withdraw(given: uuid.UUID) -> object:
    async with begin(cast.sam) as unit:
        return await withdraw_consent(unit, WithdrawConsent.parse({"idempotency_key": key(), "consent": str(given)}))
