"""The receiving side: accept, decline, return, forward, reach the person, assess, serve, report back."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.tables import ClientShare
from coord.contacts.codes import AttendanceStatus
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.placements.reads import posts_at
from coord.programs.month_locks import check_month_open
from coord.programs.tables import Program
from coord.referrals import ticking
from coord.referrals.clocks import UNDO_WITHIN, is_reached_enough
from coord.referrals.codes import Clock, ReferralEventKind, ReferralOutcome, ReferralState, Side
from coord.referrals.discharged import discharged_on
from coord.referrals.inputs import (
    AssignReferral,
    ForwardReferral,
    MoveReferral,
    RecordAttempt,
    RecordContact,
    SendFeedback,
)
from coord.referrals.machine import SHARED
from coord.referrals.moving import Why, fitting_move, locked, move, person_of, require_seen, sides_of
from coord.referrals.reviewing import may_follow, open_review
from coord.referrals.rules import check_first_contact, check_outcome, check_reason
from coord.referrals.sealing import key_of, sealed_json
from coord.referrals.sending import Moved
from coord.referrals.tables import Referral, ReferralAttempt, ReferralFeedback
from coord.referrals.terms import Terms
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

_E, _S = ReferralEventKind, ReferralState
_PLAIN = frozenset(
    {_E.RECEIVE, _E.ACCEPT, _E.UNDO_ACCEPT, _E.DECLINE, _E.RETURN, _E.ASSESS, _E.START_SERVICE,
     _E.REPORT_UNREACHABLE, _E.FAIL}
)  # fmt: skip
_IN_HAND = SHARED - {_S.FEEDBACK_SENT}
_ANSWERS = frozenset({_E.ACCEPT, _E.DECLINE, _E.RETURN, _E.FORWARD})


async def receive_first(unit: Unit, referral: Referral, event: ReferralEventKind) -> None:
    """Whoever answers a referral has received it: an answer to one that was only sent makes both moves."""
    if referral.state is _S.SENT and event in _ANSWERS:
        await move(unit, referral, _E.RECEIVE)


@action("referral.respond")
async def move_as_target(unit: Unit, given: MoveReferral) -> Moved:
    """One step of the receiving side.

    Raises ``NotFound``, ``Conflict`` when the state has moved on or is not the one that was seen, ``Invalid`` for the
    other side, for reasons, and for steps whose conditions are not met.
    """
    referral = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    require_seen(referral, given, given.event)
    if given.event not in _PLAIN:
        raise Invalid(Problem("event", "NOT_A_CHOICE"))
    if problems := list(check_reason(given.event, given.reason_code, given.note)):
        raise Invalid(*problems)
    await receive_first(unit, referral, given.event)
    fitting_move(unit, referral, given.event)
    await _check_conditions(unit, referral, given.event)
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    await move(unit, referral, given.event, Why(given.reason_code, given.note))
    if given.event is _E.DECLINE:
        await open_review(unit, referral)
    return Moved(referral.id, replayed=False)


async def _check_conditions(unit: Unit, referral: Referral, event: ReferralEventKind) -> None:
    if event is _E.UNDO_ACCEPT and (referral.decided_at is None or unit.started_at - referral.decided_at > UNDO_WITHIN):
        raise Conflict(Problem("referral", "TOO_LATE_TO_UNDO"))
    if event is _E.ACCEPT and await _has_ended(unit, referral):
        raise Conflict(Problem("referral", "CONSENT_ENDED"))
    if event is _E.REPORT_UNREACHABLE:
        least = (await _accepted_under(unit, referral)).attempts
        if not is_reached_enough(await _attempts(unit, referral), least):
            raise Invalid(Problem("referral", "TOO_FEW_ATTEMPTS", {"attempts": least}))


async def _has_ended(unit: Unit, referral: Referral) -> bool:
    """Whether the consent under which the person would open has ended since the sending; a counter-referral opens nobody."""
    share: ClientShare | None = await unit.scalar(select(ClientShare).where(col(ClientShare.origin_id) == referral.id))
    is_late = share is not None and share.until_at is not None and share.until_at <= unit.started_at
    return is_late or (share is not None and share.ended_at is not None)


async def _accepted_under(unit: Unit, referral: Referral) -> Terms:
    """The terms that held when it was accepted."""
    zone = (await unit.find(Program, referral.program_id)).time_zone
    return await ticking.terms_on(unit, referral.program_id, zone, referral.accepted_at or unit.started_at)


async def _attempts(unit: Unit, referral: Referral) -> Sequence[tuple[date, str]]:
    zone = (await unit.find(Program, referral.program_id)).time_zone
    statement = select(ReferralAttempt.at, ReferralAttempt.channel).where(
        col(ReferralAttempt.referral_id) == referral.id
    )
    return [(local_date(at, zone), channel) for at, channel in await unit.rows(statement)]


@action("referral.respond")
async def record_attempt(unit: Unit, given: RecordAttempt) -> Moved:
    """Note that the person could not be reached; the clocks go on.

    Raises ``Conflict`` when there is nobody to reach, ``Invalid`` for a time that does not fit.
    """
    referral = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    _require_target(unit, referral)
    if referral.state not in {_S.ACCEPTED, _S.UNREACHABLE}:
        raise _moved_on(referral)
    tried_at = given.tried_at or unit.started_at
    if referral.decided_at is None or not referral.decided_at <= tried_at <= unit.started_at:
        raise Invalid(Problem("tried_at", "NOT_IN_THIS_TIME"))
    zone = (await unit.find(Program, referral.program_id)).time_zone
    await check_month_open(unit, referral.program_id, referral.target_id, local_date(tried_at, zone), "tried_at")
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    attempt = ReferralAttempt(
        referral_id=referral.id, at=tried_at, channel=given.channel, user_id=person_of(unit),
        recorded_at=unit.started_at,
    )  # fmt: skip
    unit.add(attempt)
    audit.record(unit, "referral.attempt", attempt)
    return Moved(referral.id, replayed=False)


@action("referral.respond")
async def forward_referral(unit: Unit, given: ForwardReferral) -> Moved:
    """Propose another organization: the sender gets a draft to it, asks for consent and sends it.

    Raises as ``move_as_target`` does, ``Invalid`` for an organization that does not take part.
    """
    referral = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    require_seen(referral, given, _E.FORWARD)
    await receive_first(unit, referral, _E.FORWARD)
    fitting_move(unit, referral, _E.FORWARD)
    if not await may_follow(unit, referral, given.target):
        raise Invalid(Problem("target", "NO_SUCH_ORGANIZATION"))
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    await move(unit, referral, _E.FORWARD, Why(None, given.note))
    unit.later("referrals.follow_on", referral=referral.id, target=given.target)
    return Moved(referral.id, replayed=False)


def _moved_on(referral: Referral) -> Conflict:
    return Conflict(Problem("referral", "REFERRAL_MOVED_ON", {"state": f"referral_state.{referral.state}"}))


def _require_target(unit: Unit, referral: Referral) -> None:
    if Side.TARGET not in sides_of(unit, referral):
        raise Invalid(Problem("referral", "OTHER_SIDE_MOVES"))


@action("referral.respond")
async def record_contact(unit: Unit, given: RecordContact) -> Moved:
    """The first contact, proven by a delivered service contact of the receiving organization with this client.

    Raises ``NotFound`` for contacts that the actor may not see, ``Invalid`` for one that proves nothing.
    """
    referral = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    require_seen(referral, given, _E.RECORD_CONTACT)
    fitting_move(unit, referral, _E.RECORD_CONTACT)
    contact = await _proving(unit, referral, given.service_contact)
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    referral.first_contact_id, referral.first_contact_at = contact.id, contact.started_at or contact.recorded_at
    referral.worker_id = referral.worker_id or contact.worker_id
    await move(unit, referral, _E.RECORD_CONTACT)
    return Moved(referral.id, replayed=False)


async def _proving(unit: Unit, referral: Referral, contact_id: UUID) -> ServiceContact:
    contact = await unit.find(ServiceContact, contact_id)
    zone = (await unit.find(Program, referral.program_id)).time_zone
    decided = local_date(referral.decided_at or unit.started_at, zone)
    problems = [*check_first_contact(contact.occurred_on, decided, discharged_on(referral, zone))]
    if contact.hospital_id != referral.target_id:
        problems.append(Problem("service_contact", "OF_ANOTHER_ORGANIZATION"))
    if contact.attendance is not AttendanceStatus.ATTENDED or contact.is_collateral:
        problems.append(Problem("service_contact", "NOBODY_WAS_SEEN"))
    elif not await _met(unit, contact, referral.client_id):
        problems.append(Problem("service_contact", "OF_ANOTHER_CLIENT"))
    if problems:
        raise Invalid(*problems)
    return contact


async def _met(unit: Unit, contact: ServiceContact, client_id: UUID) -> bool:
    if contact.client_id == client_id:
        return True
    came = select(Presence.id).where(col(Presence.contact_id) == contact.id, col(Presence.client_id) == client_id)
    return await unit.scalar(came.limit(1)) is not None


@action("referral.respond")
async def assign_referral(unit: Unit, given: AssignReferral) -> Moved:
    """Say which worker of the receiving side looks after it; the same again changes nothing.

    Raises ``NotFound``, ``Invalid`` for the other side and for somebody who has no post there, ``Conflict`` for a
    referral that the receiving side does not have in its hands.
    """
    referral = await locked(unit, given.referral)
    _require_target(unit, referral)
    if referral.state not in _IN_HAND:
        raise _moved_on(referral)
    today = local_date(unit.started_at, (await unit.find(Program, referral.program_id)).time_zone)
    posts = await posts_at(unit, referral.program_id, referral.target_id)
    if given.worker not in {post.worker_id for post in posts if post.is_held_on(today)}:
        raise Invalid(Problem("worker", "NO_SUCH_WORKER"))
    if referral.worker_id == given.worker:
        return Moved(referral.id, replayed=True)
    before = audit.facts(referral)
    referral.worker_id, referral.updated_at = given.worker, unit.started_at
    await ticking.stop(unit, referral, (Clock.ASSIGN,))
    audit.record(unit, "referral.assign", referral, before=before)
    return Moved(referral.id, replayed=False)


@action("referral.respond")
async def send_feedback(unit: Unit, given: SendFeedback) -> Moved:
    """Report back to the sender; with an outcome it is the closing feedback, which waits to be acknowledged.

    Raises ``Conflict`` when the state has moved on, ``Invalid`` for an outcome that does not fit.
    """
    referral = await locked(unit, given.referral)
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return Moved(first, replayed=True)
    require_seen(referral, given, _E.SEND_FEEDBACK)
    fitting_move(unit, referral, _E.SEND_FEEDBACK)
    if problems := await _outcome_problems(unit, referral, given.outcome):
        raise Invalid(*problems)
    if (first := await remember(unit, given.idempotency_key, given, referral.id)) is not None:
        return Moved(first, replayed=True)
    await _put_feedback(unit, referral, given)
    if given.outcome is not None:
        referral.outcome = given.outcome
        await move(unit, referral, _E.SEND_FEEDBACK)
    return Moved(referral.id, replayed=False)


async def _outcome_problems(unit: Unit, referral: Referral, outcome: ReferralOutcome | None) -> Sequence[Problem]:
    if outcome is None:
        return []
    since = unit.started_at - (referral.accepted_at or unit.started_at)
    terms = await _accepted_under(unit, referral)
    return list(check_outcome(referral.state, outcome, since, terms.lost_after))


async def _put_feedback(unit: Unit, referral: Referral, given: SendFeedback) -> None:
    row_id, key = uuid7(), await key_of(unit, referral.id)
    said = given.model_dump(include={"note", "plan_summary", "unmet_needs"}, exclude_none=True)
    feedback = ReferralFeedback(
        id=row_id,
        referral_id=referral.id,
        at=unit.started_at,
        user_id=person_of(unit),
        outcome=given.outcome,
        content=sealed_json(key, said, "referral_feedback", "content", row_id),
    )
    unit.add(feedback)
    referral.updated_at = unit.started_at
    await ticking.stop(unit, referral, (Clock.FEEDBACK,))
    await ticking.stop_when_half_over(unit, referral, Clock.FEEDBACK_AGAIN)
    audit.record(unit, "referral.feedback", feedback)
