"""One referral with everything on it that the actor may see, for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.clients import ClientCard, cards
from coord.clients.keys import place_of
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.referrals.codes import ReferralEventKind, ReferralRelation, ReferralState, Side
from coord.referrals.kin import Kin, kin_of
from coord.referrals.machine import SHARED, events_from
from coord.referrals.moving import sides_at
from coord.referrals.packets import packet
from coord.referrals.reads import REFERRALS, RunningClock, reason_of, running_clocks
from coord.referrals.sealing import key_of, opened_json
from coord.referrals.stories import Told, stories
from coord.referrals.tables import (
    ReferralAttempt,
    ReferralClock,
    ReferralFeedback,
    ReferralOverride,
    ReferralReminder,
    ReferralReview,
)
from coord.referrals.timeline import Attempt, Feedback, Happened, Reminder, timeline
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class Whole:
    """A referral as its page shows it. ``can``: the events that the actor's side may cause now."""

    row: RowMapping
    reason: str
    sides: frozenset[Side]
    can: frozenset[ReferralEventKind]
    clocks: Sequence[RunningClock]
    story: Sequence[Told]
    timeline: Sequence[Happened]
    """The story with all else that happened, the newest first."""
    feedback: Sequence[Feedback]
    attempts: Sequence[Attempt]
    person: ClientCard | None
    packet: Mapping[str, Any]
    kin: Sequence[Kin]
    needs_review: bool
    override: str | None
    """Why it shall be sent without consent; None where that was not asked."""
    override_by_other: bool
    is_overridden: bool

    @property
    def is_counter(self) -> bool:
        """Whether it takes the person back to their own hospital."""
        return bool(self.row["relation"] is ReferralRelation.COUNTER_REFERRAL)


@read("referral.list")
async def whole(unit: Unit, referral_id: UUID) -> Whole:
    """Everything about one referral; names are put on the trail. Raises ``NotFound``."""
    row = await REFERRALS.one(unit, REFERRALS.paths, referral_id)
    sides = frozenset(sides_at(unit, referral_id, row["source_id"], row["target_id"]))
    asked = await unit.session.get(ReferralOverride, referral_id) if Side.SOURCE in sides else None
    person, parts = await _inside(unit, row, sides)
    feedback, attempts = await _feedback(unit, referral_id, sides), await _attempts(unit, referral_id)
    moves = (await stories(unit, [referral_id]))[referral_id]
    return Whole(
        row=row,
        reason=reason_of(row),
        sides=sides,
        can=frozenset(event for side in sides for event in events_from(row["state"], side)),
        clocks=(await running_clocks(unit, [referral_id]))[referral_id],
        story=moves,
        timeline=timeline(moves, attempts, feedback, await _reminders(unit, referral_id, sides)),
        feedback=feedback,
        attempts=attempts,
        person=person,
        packet=parts,
        kin=await kin_of(unit, referral_id),
        needs_review=await _needs_review(unit, referral_id, sides),
        override=None if asked is None else await _why(unit, asked),
        override_by_other=asked is not None and asked.asked_by_id != unit.actor.user_id,
        is_overridden=asked is not None and asked.approved_by_id is not None,
    )


async def _inside(unit: Unit, row: RowMapping, sides: frozenset[Side]) -> tuple[ClientCard | None, Mapping[str, Any]]:
    """The person and the packet: for the sender always, for the receiving side while they are shared."""
    opened = Side.SOURCE in sides or (Side.TARGET in sides and row["state"] in SHARED)
    if not opened or not unit.actor.may("client.read_identity") or row["client.id"] is None:
        return None, {}
    person = (await cards(unit, [row["client_id"]])).get(row["client_id"])
    try:
        return person, await packet(unit, row["id"])
    except NotFound:
        return person, {}


async def _why(unit: Unit, asked: ReferralOverride) -> str:
    return (await key_of(unit, asked.id)).open(asked.reason, place_of("referral_override", "reason", asked.id))


async def _feedback(unit: Unit, referral_id: UUID, sides: frozenset[Side]) -> Sequence[Feedback]:
    if not sides:
        return []
    key = await key_of(unit, referral_id)
    statement = select(ReferralFeedback).where(col(ReferralFeedback.referral_id) == referral_id)
    rows = await unit.scalars(statement.order_by(col(ReferralFeedback.at)))
    return [
        Feedback(one.at, one.outcome, opened_json(key, one.content, "referral_feedback", "content", one.id))
        for one in rows
    ]


async def _reminders(unit: Unit, referral_id: UUID, sides: frozenset[Side]) -> Sequence[Reminder]:
    if not sides:
        return []
    statement = (
        select(ReferralReminder.at, ReferralClock.clock, ReferralReminder.level)
        .join(ReferralClock, col(ReferralClock.id) == col(ReferralReminder.clock_id))
        .where(col(ReferralReminder.referral_id) == referral_id)
        .order_by(col(ReferralReminder.at), col(ReferralReminder.id))
    )
    return [Reminder(at, clock, level) for at, clock, level in await unit.rows(statement)]


async def _attempts(unit: Unit, referral_id: UUID) -> Sequence[Attempt]:
    statement = (
        select(ReferralAttempt.at, ReferralAttempt.channel)
        .where(col(ReferralAttempt.referral_id) == referral_id)
        .order_by(col(ReferralAttempt.at))
    )
    return [Attempt(at, channel) for at, channel in await unit.rows(statement)]


async def _needs_review(unit: Unit, referral_id: UUID, sides: frozenset[Side]) -> bool:
    if Side.SOURCE not in sides:
        return False
    review = await unit.session.get(ReferralReview, referral_id)
    return review is not None and review.decided_at is None


def is_ended(state: ReferralState) -> bool:
    """Whether nobody can move it any more."""
    return not any(events_from(state, side) for side in Side)
