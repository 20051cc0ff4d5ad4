"""After a refusal: the sender's coordinator finds the next provider, or says that there is none. And what time ends."""

from datetime import datetime
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.keys import place_of
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.programs import take_part
from coord.referrals.codes import ReferralEventKind, ReferralRelation, ReferralState, Side
from coord.referrals.inputs import ReviewDecline
from coord.referrals.moving import locked, move, sides_of
from coord.referrals.rules import new_code
from coord.referrals.sealing import key_of
from coord.referrals.tables import Referral, ReferralReview
from coord.referrals.writing import put_referral
from coord.work import Unit, action

_AT_ONCE = 200
_COPIED = {"program_id", "client_id", "source_id", "kind", "direction", "urgency", "need", "age_band", "district",
           "contact_prohibited"}  # fmt: skip


async def open_review(unit: Unit, referral: Referral) -> None:
    """A refusal does not end in silence: somebody of the sending side decides what follows."""
    if await unit.session.get(ReferralReview, referral.id) is None:
        unit.add(ReferralReview(id=referral.id, source_id=referral.source_id, opened_at=unit.started_at))


@action("referral.review")
async def review_decline(unit: Unit, given: ReviewDecline) -> UUID | None:
    """Decide what follows a refusal; with a target, the draft to the next provider is returned.

    Raises ``NotFound`` without a review, ``Conflict`` when it is decided, ``Invalid`` for an unfit target.
    """
    referral = await locked(unit, given.referral)
    review = await unit.session.get(ReferralReview, referral.id)
    if review is None or Side.SOURCE not in sides_of(unit, referral):
        raise NotFound
    if review.decided_at is not None:
        raise Conflict(Problem("referral", "REVIEWED_ALREADY"))
    before = audit.facts(review)
    if given.target is not None:
        review.child_id = await follow_on(unit, referral, given.target, ReferralRelation.NEXT_PROVIDER)
    review.decided_at, review.decided_by_id = unit.started_at, unit.actor.user_id
    audit.record(unit, "referral.review", review, before=before)
    return review.child_id


async def may_follow(unit: Unit, parent: Referral, target: UUID) -> bool:
    """Whether a referral can go on to an organization."""
    is_third = target not in {parent.source_id, parent.target_id}
    is_counter = parent.relation is ReferralRelation.COUNTER_REFERRAL
    return is_third and not is_counter and await take_part(unit, [target], parent.program_id)


async def follow_on(unit: Unit, parent: Referral, target: UUID, relation: ReferralRelation) -> UUID:
    """A draft of the same referral to another organization; the sender asks for consent to it and sends it.

    Raises ``Invalid`` for an organization that does not fit: a counter-referral goes to the person's own hospital or
    nowhere; ``Conflict`` when one for the same need is open there.
    """
    if not await may_follow(unit, parent, target):
        raise Invalid(Problem("target", "NO_SUCH_ORGANIZATION"))
    key = await key_of(unit, parent.id)
    reason = key.open(parent.reason, place_of("referral", "reason", parent.id))
    child = Referral(
        **parent.model_dump(include=_COPIED),
        id=uuid7(),
        target_id=target,
        code=new_code(),
        reason=b"",
        parent_id=parent.id,
        relation=relation,
        created_by_id=unit.actor.user_id,
        created_at=unit.started_at,
        updated_at=unit.started_at,
    )
    await put_referral(unit, child, reason)
    return child.id


@action("job.run")
async def forwarded(unit: Unit, referral_id: UUID, target: UUID) -> None:
    """Write the draft that a forwarded referral becomes at its sender; once, however often it is asked."""
    referral = await locked(unit, referral_id)
    there = select(Referral.id).where(
        col(Referral.parent_id) == referral_id, col(Referral.relation) == ReferralRelation.FORWARDED
    )
    if await unit.scalar(there) is not None:
        return
    try:
        await follow_on(unit, referral, target, ReferralRelation.FORWARDED)
    except (Conflict, Invalid):
        # One is open there already, or the organization has left meanwhile: somebody decides, nothing is lost.
        await open_review(unit, referral)


@action("job.run")
async def expire(unit: Unit, at: datetime) -> int:
    """Let referrals expire that nobody has answered within their program's term; returns how many."""
    statement = (
        select(Referral)
        .where(
            col(Referral.state).in_((ReferralState.SENT, ReferralState.RECEIVED)),
            col(Referral.expires_at) <= at,
        )
        .order_by(col(Referral.id))
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    silent = await unit.scalars(statement)
    for referral in silent:
        await move(unit, referral, ReferralEventKind.EXPIRE)
    return len(silent)
