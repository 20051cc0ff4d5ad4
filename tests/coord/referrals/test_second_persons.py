"""Where one person is not enough: sending without consent, passing on, and what follows a refusal."""

import uuid

import pytest

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.referrals.codes import ReferralRelation, ReferralState
from coord.referrals.inputs import AskOverride, CompleteReferral, ForwardReferral, ReviewDecline
from coord.referrals.overriding import approve_override, ask_override
from coord.referrals.responding import forward_referral
from coord.referrals.reviewing import review_decline
from coord.referrals.sending import complete_referral
from coord.referrals.tables import Referral, ReferralOverride, ReferralReview
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import signed_in, stored
from tests.coord.referrals.making import E, by_target, key, referral, row, send, sent
from tests.world import CENTER, NORTH, SOUTH, cast
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
S = ReferralState
WHY = "急需安置，本人暂时无法签署同意书"


async def ask(made: uuid.UUID, actor: Actor = cast.sam) -> None:
    async with begin(actor) as unit:
        await ask_override(unit, AskOverride(referral=made, reason=WHY))


async def approve(made: uuid.UUID, actor: Actor = cast.sun) -> None:
    async with begin(actor) as unit:
        await approve_override(unit, made)


async def complete(made: uuid.UUID) -> None:
    given = {"idempotency_key": key(), "referral": str(made), "urgency": "URGENT", "reason": "需要安置"}
    async with begin(cast.sam) as unit:
        await complete_referral(unit, CompleteReferral.parse(given))


async def test_two_people_send_without_consent_and_both_stand_on_the_trail(database: Database) -> None:
    """REF-6: an exception needs its permission, a reason and a second person."""
    made = await send(referral(draft=True))
    await ask(made)
    with pytest.raises(Invalid, match="NO_VALID_CONSENT"):
        await complete(made)
    await approve(made)
    await complete(made)
    assert (await row(made)).state is S.SENT
    told = {entry.verb: entry.actor_name for entry in await stored(AuditEntry) if "override" in entry.verb}
    assert told == {"referral.ask_override": "Sam", "referral.override_consent": "Sun"}
    assert WHY not in str([entry.facts for entry in await stored(AuditEntry)])


async def test_nobody_approves_their_own_asking(database: Database) -> None:
    made = await send(referral(draft=True))
    await ask(made, cast.sun)
    with pytest.raises(Conflict, match="SECOND_PERSON_NEEDED"):
        await approve(made, cast.sun)
    with pytest.raises(NotAllowed):
        await approve(made, cast.sam)
    assert [one.approved_by_id for one in await stored(ReferralOverride)] == [None]


@pytest.mark.parametrize("actor", [cast.cai, cast.nia, cast.ola, cast.petra], ids=lambda a: a.name)
async def test_others_neither_ask_nor_approve(database: Database, actor: Actor) -> None:
    made = await send(referral(draft=True))
    with pytest.raises((NotAllowed, NotFound, Invalid)):
        await ask(made, actor)
    await ask(made)
    with pytest.raises((NotAllowed, NotFound, Invalid)):
        await approve(made, actor)
    with pytest.raises(Invalid, match="NO_VALID_CONSENT"):
        await complete(made)


async def test_an_exception_is_asked_and_approved_once_and_before_the_sending(database: Database) -> None:
    made = await send(referral(draft=True))
    with pytest.raises(NotFound):
        await approve(made)
    await ask(made)
    with pytest.raises(Conflict, match="OVERRIDE_ASKED_ALREADY"):
        await ask(made)
    await approve(made)
    with pytest.raises(Conflict, match="OVERRIDE_APPROVED_ALREADY"):
        await approve(made)
    await complete(made)
    with pytest.raises(Conflict, match="REFERRAL_MOVED_ON"):
        await ask(made)


async def forward(made: uuid.UUID, target: uuid.UUID = SOUTH) -> None:
    given = ForwardReferral.parse({"idempotency_key": key(), "referral": str(made), "target": str(target)})
    async with begin(await signed_in("cai")) as unit:
        await forward_referral(unit, given)


async def test_what_is_passed_on_becomes_one_draft_at_its_sender(database: Database) -> None:
    made = await sent()
    await forward(made)
    await run_waiting()
    await run_waiting()
    assert (await row(made)).state is S.FORWARDED
    (child,) = await stored(Referral, Referral.parent_id == made)
    assert (child.state, child.relation, child.source_id, child.target_id) == (
        S.DRAFT, ReferralRelation.FORWARDED, NORTH, SOUTH,
    )  # fmt: skip
    with pytest.raises(NotFound):  # a draft is nobody's but its sender's
        await by_target(child.id, E.ACCEPT)


@pytest.mark.parametrize("target", [NORTH, CENTER, uuid.UUID(int=9)], ids=["the sender", "oneself", "nobody"])
async def test_it_is_passed_on_to_a_third_organization_only(database: Database, target: uuid.UUID) -> None:
    made = await sent()
    with pytest.raises(Invalid, match="NO_SUCH_ORGANIZATION"):
        await forward(made, target)
    assert (await row(made)).state is S.SENT


async def review(made: uuid.UUID, target: uuid.UUID | None, actor: Actor = cast.sun) -> uuid.UUID | None:
    given = ReviewDecline.parse({"idempotency_key": key(), "referral": str(made), "target": target})
    async with begin(actor) as unit:
        return await review_decline(unit, given)


async def _declined() -> uuid.UUID:
    made = await sent()
    await by_target(made, E.DECLINE, reason_code="NO_CAPACITY")
    return made


async def test_a_refusal_leads_to_the_next_provider_by_somebody_else_than_the_worker(database: Database) -> None:
    made = await _declined()
    with pytest.raises(NotAllowed):
        await review(made, SOUTH, cast.sam)
    child = await review(made, SOUTH)
    assert child is not None
    next_one = await row(child)
    assert (next_one.state, next_one.relation, next_one.target_id) == (S.DRAFT, ReferralRelation.NEXT_PROVIDER, SOUTH)
    with pytest.raises(Conflict, match="REVIEWED_ALREADY"):
        await review(made, None)


async def test_that_there_is_no_provider_is_a_decision_too(database: Database) -> None:
    made = await _declined()
    assert await review(made, None) is None
    (one,) = await stored(ReferralReview)
    assert (one.child_id, one.decided_by_id) == (None, cast.sun.user_id)


async def test_the_receiving_side_does_not_review_its_own_refusal(database: Database) -> None:
    made = await _declined()
    with pytest.raises(NotFound):
        await review(made, SOUTH, await signed_in("cai"))
    with pytest.raises(Invalid, match="NO_SUCH_ORGANIZATION"):
        await review(made, CENTER)
    assert [one.decided_at for one in await stored(ReferralReview)] == [None]
