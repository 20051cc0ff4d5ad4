"""REF-2: two hands on one referral at the same moment; one wins, the other reads why, and both see the same."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import anyio
import pytest

from coord.access import Actor
from coord.clients import identities
from coord.clients.consents import WithdrawConsent, withdraw_consent
from coord.kernel.errors import Conflict, Invalid, Refusal, Unavailable
from coord.referrals import MoveReferral, move_as_target
from coord.referrals.codes import ReferralState
from coord.referrals.inputs import ForwardReferral
from coord.referrals.links.tables import ReferralLinkUse
from coord.referrals.responding import forward_referral
from coord.referrals.tables import Referral, ReferralEvent
from coord.work import begin
from coord.work.engine import Database, database
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
    sent,
)
from tests.coord.referrals.rewinding import rewinding
from tests.world import LIN, SOUTH, cast

pytestmark = pytest.mark.anyio
S = ReferralState
Step = Callable[[], Awaitable[object]]
LINK_ROUNDS = 20


def rounds() -> int:
    """How often two meet. SQLite lets one write after the other: there either comes first, and nothing else can happen."""
    return LINK_ROUNDS if database().is_sqlite else 100


async def _both(*steps: Step) -> list[Refusal | None]:
    """Begin all at once; what each was refused with."""
    heard: list[Refusal | None] = [None] * len(steps)

    async def one(place: int, step: Step) -> None:
        try:
            await step()
        except Refusal as refusal:
            heard[place] = refusal
        except Unavailable:  # the machine was so busy that the lock was not had in time: nothing has been done
            await one(place, step)

    async with anyio.create_task_group() as tasks:
        for place, step in enumerate(steps):
            tasks.start_soon(one, place, step)
    return heard


async def _forward(made: uuid.UUID, actor: Actor) -> object:
    given = ForwardReferral.parse(
        {"idempotency_key": key(), "referral": str(made), "target": str(SOUTH), "seen_state": S.SENT}
    )
    async with begin(actor) as unit:
        return await forward_referral(unit, given)


async def _story(made: uuid.UUID) -> Sequence[S]:
    """Where its moves led, in their order; the last one is where it stands."""
    moved = await stored(ReferralEvent, ReferralEvent.referral_id == made)
    states = [one.to_state for one in sorted(moved, key=lambda one: (one.at, one.id))]
    assert (await row(made)).state is states[-1]
    return states


@pytest.mark.parametrize(
    ("seen", "told"), [(S.SENT, "REFERRAL_CHANGED"), (None, "REFERRAL_TAKEN_ON")], ids=["from a page", "unseen"]
)
async def test_accept_and_withdraw_at_once_exactly_one_wins(real_database: Database, seen: S | None, told: str) -> None:
    """Whoever comes second has seen another referral than there is, and reads what has become of it."""
    made, cai = await sent(), await signed_in("cai")
    accept = partial(by_target, made, E.ACCEPT, actor=cai, seen_state=seen)
    withdraw = partial(by_source, made, E.WITHDRAW, reason_code="CLIENT_DECLINED", seen_state=seen)
    with rewinding(made) as rewound:
        for _ in range(rounds()):
            rewound.back()
            accepted, withdrawn = await _both(accept, withdraw)
            if accepted is None:
                assert _told(withdrawn) == (told, "referral_state.ACCEPTED")
                assert await _story(made) == [S.SENT, S.RECEIVED, S.ACCEPTED]
            else:
                assert withdrawn is None
                assert _told(accepted)[1] == "referral_state.WITHDRAWN"
                assert await _story(made) == [S.SENT, S.WITHDRAWN]


def _told(refusal: Refusal | None) -> tuple[str, object]:
    assert isinstance(refusal, Conflict)
    (problem,) = refusal.problems
    return problem.code, problem.arguments["state"]


async def test_accept_and_forward_at_once_exactly_one_wins(real_database: Database) -> None:
    made, cai = await sent(), await signed_in("cai")
    accept = partial(by_target, made, E.ACCEPT, actor=cai, seen_state=S.SENT)
    with rewinding(made) as rewound:
        for _ in range(rounds()):
            rewound.back()
            accepted, forwarded = await _both(accept, partial(_forward, made, cai))
            lost, end = (forwarded, S.ACCEPTED) if accepted is None else (accepted, S.FORWARDED)
            assert accepted is None or forwarded is None
            assert _told(lost) == ("REFERRAL_CHANGED", f"referral_state.{end}")
            assert await _story(made) == [S.SENT, S.RECEIVED, end]


async def test_two_answers_by_one_link_at_once_exactly_one_counts(real_database: Database) -> None:
    await answering_by_link()
    made = await sent()
    token = (await link(made)).token
    with rewinding(made) as rewound:
        for _ in range(LINK_ROUNDS):
            rewound.back()
            heard = await _both(partial(answer, token), partial(answer, token, "DECLINE", reason_code="NO_CAPACITY"))
            assert [isinstance(one, Conflict) for one in heard].count(True) == 1
            assert len(await stored(ReferralLinkUse, ReferralLinkUse.referral_id == made)) == 1


async def test_two_sendings_at_once_make_one_referral(real_database: Database) -> None:
    await consent()
    for _ in range(rounds()):
        heard = await _both(lambda: send(referral()), lambda: send(referral()))
        refused = [one for one in heard if one is not None]
        assert len(refused) == 1
        assert isinstance(refused[0], Conflict)
        [open_one] = await stored(Referral, Referral.state == S.SENT)
        await by_source(open_one.id, E.WITHDRAW, reason_code="SENT_BY_MISTAKE")


async def test_one_press_that_arrives_twice_moves_once_and_answers_twice(real_database: Database) -> None:
    """The second arrival repeats the answer, though it has met another state than was seen."""
    made, cai = await sent(), await signed_in("cai")
    with rewinding(made) as rewound:
        for _ in range(LINK_ROUNDS):
            rewound.back()
            given = moving(made, E.ACCEPT, seen_state=S.SENT)

            async def press(given: MoveReferral = given) -> object:
                async with begin(cai) as unit:
                    return await move_as_target(unit, given)

            assert await _both(press, press) == [None, None]
            assert await _story(made) == [S.SENT, S.RECEIVED, S.ACCEPTED]


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
        accepted, withdrawing = await _both(partial(by_target, made, E.ACCEPT, actor=cai), partial(_withdraw, given))
        assert withdrawing is None
        assert accepted is None or isinstance(accepted, Conflict)
        async with begin(cai) as unit:
            assert await identities(unit, [LIN]) == {}
        await by_source(made, E.WITHDRAW, reason_code="CONSENT_WITHDRAWN")


async def _withdraw(given: uuid.UUID) -> object:
    async with begin(cast.sam) as unit:
        return await withdraw_consent(unit, WithdrawConsent.parse({"idempotency_key": key(), "consent": str(given)}))
