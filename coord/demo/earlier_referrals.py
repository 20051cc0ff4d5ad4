"""Referrals of the demo's last year that are over: how far each came, so that a published quarter has figures of them.

Those that are still on their way are made step by step by the demo's people (``coord.demo.referrals``).
"""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from coord.clients.keys import place_of
from coord.clients.tables import Client
from coord.demo import places
from coord.demo.caseload import early
from coord.demo.chance import often, repeatable
from coord.demo.groundwork import fixed
from coord.demo.harvest import Harvest, ordered_id
from coord.referrals.codes import (
    Clock,
    ReferralDirection,
    ReferralEventKind,
    ReferralNeed,
    ReferralOutcome,
    ReferralReason,
    ReferralState,
    Side,
)
from coord.referrals.rules import age_band, new_code
from coord.referrals.sealing import new_key, sealed_json
from coord.referrals.tables import Referral, ReferralClock, ReferralEvent, ReferralFeedback, ReferralKey

_E, _S = ReferralEventKind, ReferralState
_YEAR, _OVER_AFTER = timedelta(days=400), timedelta(days=52)
_TARGET = {"北京": places.CENTER, "湖北": "A03"}
_WORDS: Sequence[tuple[ReferralNeed, str]] = (
    (ReferralNeed.COMMUNITY_REHABILITATION, "出院后希望参加社区康复活动"),
    (ReferralNeed.PEER_SUPPORT, "愿意参加同伴小组"),
    (ReferralNeed.FAMILY_SUPPORT, "家属希望得到照护指导"),
    (ReferralNeed.EMPLOYMENT, "准备恢复工作，需要过渡支持"),
)
Step = tuple[ReferralEventKind, ReferralState, Side, timedelta]
_CLOSED, _LOST, _DECLINED, _EXPIRED = 70, 79, 89, 95
_IN_TIME = 78
_SATURDAY, _MONDAY = 5, 7


def refer_earlier(harvest: Harvest, hospital: str, today: date) -> None:
    """Refer two of five people of a hospital a few weeks after they came; every referral is over by today."""
    place = next(one for one in places.DEMO_HOSPITALS if one.code == hospital)
    target = fixed(_TARGET[place.province])
    for client in harvest.rows[Client]:
        rng = repeatable("referred", client["code"])
        sent_on = client["registered_at"].date() + timedelta(days=rng.randint(10, 45))
        sent_on += timedelta(days=max(_MONDAY - sent_on.weekday(), 0) if sent_on.weekday() >= _SATURDAY else 0)
        if often(rng, 40) and today - _YEAR <= sent_on <= today - _OVER_AFTER:
            _refer(harvest, client, target, sent_on, rng)


def _way(rng: random.Random) -> Sequence[Step]:
    """What happens after it was sent, each step with the time since the one before."""
    received = (_E.RECEIVE, _S.RECEIVED, Side.TARGET, timedelta(hours=rng.randint(2, 30)))
    accepted = (_E.ACCEPT, _S.ACCEPTED, Side.TARGET, timedelta(hours=rng.randint(3, 70)))
    met_after = timedelta(days=rng.randint(1, 6) if often(rng, _IN_TIME) else rng.randint(8, 20))
    met = (_E.RECORD_CONTACT, _S.FIRST_CONTACT_DONE, Side.TARGET, met_after)
    told = (_E.SEND_FEEDBACK, _S.FEEDBACK_SENT, Side.TARGET, timedelta(days=rng.randint(7, 20)))
    closed = (_E.ACKNOWLEDGE, _S.CLOSED, Side.SOURCE, timedelta(days=rng.randint(1, 3)))
    fate = rng.randint(1, 100)
    if fate <= _CLOSED:
        return (received, accepted, met, told, closed)
    if fate <= _LOST:
        return (received, accepted, (_E.FAIL, _S.FAILED, Side.TARGET, timedelta(days=21)))
    if fate <= _DECLINED:
        return (received, (_E.DECLINE, _S.DECLINED, Side.TARGET, timedelta(days=1)))
    if fate <= _EXPIRED:
        return ((_E.EXPIRE, _S.EXPIRED, Side.SYSTEM, timedelta(days=30)),)
    return ((_E.WITHDRAW, _S.WITHDRAWN, Side.SOURCE, timedelta(days=2)),)


_REASONS = {
    _E.FAIL: ReferralReason.CLIENT_MOVED, _E.DECLINE: ReferralReason.NO_CAPACITY,
    _E.WITHDRAW: ReferralReason.CLIENT_DECLINED,
}  # fmt: skip
_MOMENTS = {
    _E.RECEIVE: ("received_at",), _E.ACCEPT: ("decided_at", "accepted_at"), _E.DECLINE: ("decided_at",),
    _E.RECORD_CONTACT: ("first_contact_at",), _E.SEND_FEEDBACK: ("feedback_at",), _E.ACKNOWLEDGE: ("closed_at",),
    _E.FAIL: ("closed_at",), _E.EXPIRE: ("closed_at",), _E.WITHDRAW: ("closed_at",),
}  # fmt: skip


def _refer(harvest: Harvest, client: Mapping[str, Any], target: UUID, sent_on: date, rng: random.Random) -> None:
    sent_at = early(sent_on) + timedelta(minutes=rng.randint(30, 400))
    key_row, key = new_key(ordered_id(sent_at, rng), client["id"])
    need, words = rng.choice(_WORDS)
    facts: dict[str, Any] = {
        "id": key_row.id, "program_id": client["program_id"], "client_id": client["id"],
        "source_id": client["hospital_id"], "target_id": target, "code": new_code(), "need": need,
        "direction": ReferralDirection.DOWN, "age_band": age_band(client["birth_year"], sent_on),
        "district": client["district"], "reason": key.seal(words, place_of("referral", "reason", key_row.id)),
        "blocks": ["BASIC_FILE"], "round": 1, "created_at": sent_at, "sent_on": sent_on, "sent_at": sent_at,
        "expires_at": sent_at + timedelta(days=30),
    }  # fmt: skip
    ended = _moved(harvest, facts, _way(rng), rng)
    if "feedback_at" in facts:
        facts["outcome"] = ReferralOutcome.COMPLETED
    harvest.add(Referral, **facts, updated_at=ended)
    harvest.add(ReferralKey, **key_row.model_dump())
    if "feedback_at" in facts:
        row_id = ordered_id(facts["feedback_at"], rng)
        said = sealed_json(key, {"note": "已参加三次活动，情况稳定。"}, "referral_feedback", "content", row_id)
        harvest.add(ReferralFeedback, id=row_id, referral_id=facts["id"], at=facts["feedback_at"],
                    outcome=ReferralOutcome.COMPLETED, content=said)  # fmt: skip


def _moved(harvest: Harvest, facts: dict[str, Any], way: Sequence[Step], rng: random.Random) -> datetime:
    """Write the steps with their moments and the clocks that they stopped; when the last one was."""
    at: datetime = facts["sent_at"]
    state = _S.DRAFT
    sending: Step = (_E.SEND, _S.SENT, Side.SOURCE, timedelta())
    for event, following, side, after in (sending, *way):
        at += after
        harvest.add(
            ReferralEvent, id=ordered_id(at, rng), referral_id=facts["id"], at=at, event=event, from_state=state,
            to_state=following, side=side, reason_code=_REASONS.get(event),
            organization_id={Side.SOURCE: facts["source_id"], Side.TARGET: facts["target_id"]}.get(side),
        )  # fmt: skip
        facts.update(dict.fromkeys(_MOMENTS.get(event, ()), at))
        state = following
    facts["state"] = state
    for clock, stopped, term in ((Clock.ACKNOWLEDGE, "received_at", 1), (Clock.DECIDE, "decided_at", 3)):
        if stopped in facts:
            harvest.add(
                ReferralClock, id=ordered_id(at, rng), referral_id=facts["id"], clock=clock, round=1,
                started_at=facts["sent_at"], due_at=facts["sent_at"] + timedelta(days=term), stopped_at=facts[stopped],
            )  # fmt: skip
    return at
