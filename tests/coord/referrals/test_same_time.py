"""REF-2: two hands on one referral at the same moment; one wins, the other reads why, and both see the same."""

import uuid
from collections.abc import Awaitable, Callable
from functools import partial

import anyio
import pytest

from coord.kernel.errors import Conflict, Refusal
from coord.referrals.codes import ReferralState
from coord.referrals.inputs import ForwardReferral
from coord.referrals.links.tables import ReferralLinkUse
from coord.referrals.responding import forward_referral
from coord.referrals.tables import Referral, ReferralEvent
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import signed_in, stored
from tests.coord.referrals.links import answer, answering_by_link, link
from tests.coord.referrals.making import E, by_source, by_target, consent, key, post_at_center, referral, row, send
from tests.world import SOUTH

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
    given = ForwardReferral.parse({"idempotency_key": key(), "referral": str(made), "target": str(SOUTH)})
    async with begin(await signed_in("cai")) as unit:
        return await forward_referral(unit, given)


async def test_accept_and_withdraw_at_once_leave_one_state(real_database: Database) -> None:
    """An acceptance may come before the withdrawal, never after it."""
    await post_at_center()
    await consent()
    for _ in range(ROUNDS):
        made = await send()
        accepted, withdrawn = await _both(
            partial(by_target, made, E.ACCEPT),
            partial(by_source, made, E.WITHDRAW, reason_code="CLIENT_DECLINED"),
        )
        assert withdrawn is None
        assert accepted is None or isinstance(accepted, Conflict)
        states = [one.to_state for one in await stored(ReferralEvent, ReferralEvent.referral_id == made)]
        assert sorted(states) == sorted(
            [S.SENT, S.WITHDRAWN] if accepted else [S.SENT, S.RECEIVED, S.ACCEPTED, S.WITHDRAWN]
        )
        assert (await row(made)).state is S.WITHDRAWN


async def test_accept_and_forward_at_once_exactly_one_wins(real_database: Database) -> None:
    await post_at_center()
    await consent()
    for _ in range(ROUNDS):
        made = await send()
        heard = await _both(partial(by_target, made, E.ACCEPT), partial(_forward, made))
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
