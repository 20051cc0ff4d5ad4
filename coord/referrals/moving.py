"""One move: the row locked, the table asked, the event added, clocks and access set, both sides told."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col

from coord import audit, notices
from coord.access import Role, Scope
from coord.clients.keys import place_of
from coord.clients.tables import ClientShare
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sealing import DataKey
from coord.kernel.sql import select
from coord.notices import NoticeKind
from coord.referrals import ticking
from coord.referrals.access import HANDLING
from coord.referrals.codes import ReferralEventKind, ReferralReason, ReferralState, Side
from coord.referrals.inputs import ReferralStep
from coord.referrals.machine import SHARED, Move, move_of
from coord.referrals.rules import check_seen
from coord.referrals.sealing import key_of
from coord.referrals.tables import Referral, ReferralEvent
from coord.webhooks import WebhookKind, announce
from coord.work import Unit

_STAMPS = {
    ReferralState.SENT: "sent_at",
    ReferralState.RECEIVED: "received_at",
    ReferralState.ACCEPTED: "decided_at",
    ReferralState.DECLINED: "decided_at",
    ReferralState.RETURNED: "decided_at",
    ReferralState.FORWARDED: "decided_at",
    ReferralState.FEEDBACK_SENT: "feedback_at",
    ReferralState.CLOSED: "closed_at",
    ReferralState.WITHDRAWN: "closed_at",
    ReferralState.EXPIRED: "closed_at",
    ReferralState.FAILED: "closed_at",
}


class Why(NamedTuple):
    """What is said with a move."""

    reason: ReferralReason | None = None
    note: str | None = None


UNSAID = Why()


async def locked(unit: Unit, referral_id: UUID) -> Referral:
    """The referral, and nobody else moves it until this unit ends. Raises ``NotFound``."""
    statement = select(Referral).where(col(Referral.id) == referral_id).with_for_update()
    found: Referral | None = await unit.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def require_seen(referral: Referral, given: ReferralStep, event: ReferralEventKind) -> None:
    """Refuse a step of somebody who saw the referral elsewhere than it stands: ``Conflict`` says where.

    Call it on a locked referral, and after asking whether the key was answered before: the second arrival of one
    press meets the state that the first one made.
    """
    if (problem := check_seen(event, referral.state, given.seen_state)) is not None:
        raise Conflict(problem)


def handles_for(unit: Unit, organization_id: UUID) -> bool:
    """Whether the actor moves referrals for an organization."""
    return organization_id in {*unit.actor.at(*HANDLING), *unit.actor.scope(Scope.HOSPITALS_SUPERVISED)}


def is_by_link(unit: Unit, referral_id: UUID) -> bool:
    """Whether the actor holds no account but a signed link to this referral."""
    return referral_id in unit.actor.scope(Scope.REFERRALS_LINKED)


def person_of(unit: Unit) -> UUID | None:
    """Who acts, as a person; None for time, and for a link: the trail says which."""
    return unit.actor.account_id


def sides_at(unit: Unit, referral_id: UUID, source_id: UUID, target_id: UUID) -> set[Side]:
    """The sides of a referral for which the actor works."""
    if is_by_link(unit, referral_id):
        return {Side.TARGET}
    by_side = {Side.SOURCE: source_id, Side.TARGET: target_id}
    return {side for side, place in by_side.items() if handles_for(unit, place)}


def sides_of(unit: Unit, referral: Referral) -> set[Side]:
    """On whose behalf the actor may move it."""
    if unit.actor.unscoped:
        return {Side.SYSTEM}
    return sides_at(unit, referral.id, referral.source_id, referral.target_id)


def fitting_move(unit: Unit, referral: Referral, event: ReferralEventKind) -> Move:
    """The move that the actor may make.

    Raises ``Conflict`` when the state has no such event (somebody else may have been first), ``Invalid`` when it
    is the other side's.
    """
    found = move_of(referral.state, event)
    if found is None:
        raise Conflict(Problem("referral", "REFERRAL_MOVED_ON", {"state": f"referral_state.{referral.state}"}))
    if found.side not in sides_of(unit, referral):
        raise Invalid(Problem("referral", "OTHER_SIDE_MOVES"))
    return found


async def move(unit: Unit, referral: Referral, event: ReferralEventKind, why: Why = UNSAID) -> Move:
    """Make one move of a locked referral. Raises as ``fitting_move`` does."""
    made = fitting_move(unit, referral, event)
    before, at = audit.facts(referral), unit.started_at
    referral.state, referral.updated_at = made.end, at
    _stamp(referral, made, at)
    unit.add(_event(unit, referral, made, why, await key_of(unit, referral.id)))
    await ticking.stop(unit, referral, made.stops)
    await (ticking.resume if made.event is ReferralEventKind.UNDO_ACCEPT else ticking.start)(
        unit, referral, made.starts
    )
    await _share(unit, referral, made)
    audit.record(unit, f"referral.{event.value.lower()}", referral, before=before)
    _tell(unit, referral, made)
    _announce(unit, referral, made)
    return made


def _stamp(referral: Referral, made: Move, at: datetime) -> None:
    """When it came to its new state; an acceptance that is undone was none."""
    if made.event is ReferralEventKind.UNDO_ACCEPT:
        referral.accepted_at = referral.decided_at = None
        return
    if (stamp := _STAMPS.get(made.end)) is not None:
        setattr(referral, stamp, at)
    if made.end is ReferralState.ACCEPTED:
        referral.accepted_at = at


def _event(unit: Unit, referral: Referral, made: Move, why: Why, key: DataKey) -> ReferralEvent:
    row_id = uuid7()
    note = None if why.note is None else key.seal(why.note, place_of("referral_event", "note", row_id))
    by_side = {Side.SOURCE: referral.source_id, Side.TARGET: referral.target_id}
    return ReferralEvent(
        id=row_id,
        referral_id=referral.id,
        at=unit.started_at,
        event=made.event,
        from_state=made.start,
        to_state=made.end,
        side=made.side,
        organization_id=by_side.get(made.side),
        user_id=person_of(unit),
        reason_code=why.reason,
        note=note,
    )


async def _share(unit: Unit, referral: Referral, made: Move) -> None:
    """The client opens to the receiving side with the acceptance, and closes when the referral leaves its hands."""
    if (made.start in SHARED) is (made.end in SHARED):
        return
    shares = await unit.scalars(select(ClientShare).where(col(ClientShare.origin_id) == referral.id))
    for share in shares:
        if made.end in SHARED:
            # What has ended meanwhile, with the consent, stays ended.
            share.from_at = unit.started_at
        elif made.event is ReferralEventKind.UNDO_ACCEPT:
            share.from_at = None
        else:
            share.ended_at = unit.started_at


def _was_never_sent(made: Move) -> bool:
    """A draft that is thrown away: the other side never heard of it."""
    return made.start is ReferralState.DRAFT and made.end is ReferralState.WITHDRAWN


def _announce(unit: Unit, referral: Referral, made: Move) -> None:
    """Let the systems of both sides hear of it; the receiving side never hears of a draft. Nobody is named."""
    kind = WebhookKind.__members__.get(made.end.value)
    if kind is None:
        return
    both = [referral.source_id, referral.target_id]
    hearing = both[:1] if _was_never_sent(made) else both
    announce(
        unit,
        kind,
        hearing,
        {
            "referral": str(referral.id),
            "code": referral.code,
            "state": made.end.value,
            "previous": made.start.value,
            "source": str(referral.source_id),
            "target": str(referral.target_id),
        },
    )


_TOLD: dict[ReferralState, tuple[Side, NoticeKind]] = {
    ReferralState.SENT: (Side.TARGET, NoticeKind.REFERRAL_SENT),
    ReferralState.ACCEPTED: (Side.SOURCE, NoticeKind.REFERRAL_ACCEPTED),
    ReferralState.DECLINED: (Side.SOURCE, NoticeKind.REFERRAL_DECLINED),
    ReferralState.RETURNED: (Side.SOURCE, NoticeKind.REFERRAL_RETURNED),
    ReferralState.FORWARDED: (Side.SOURCE, NoticeKind.REFERRAL_FORWARDED),
    ReferralState.FIRST_CONTACT_DONE: (Side.SOURCE, NoticeKind.REFERRAL_FIRST_CONTACT),
    ReferralState.UNREACHABLE: (Side.SOURCE, NoticeKind.REFERRAL_UNREACHABLE),
    ReferralState.FEEDBACK_SENT: (Side.SOURCE, NoticeKind.REFERRAL_FEEDBACK),
    ReferralState.CLOSED: (Side.TARGET, NoticeKind.REFERRAL_CLOSED),
    ReferralState.WITHDRAWN: (Side.TARGET, NoticeKind.REFERRAL_WITHDRAWN),
    ReferralState.EXPIRED: (Side.SOURCE, NoticeKind.REFERRAL_EXPIRED),
    ReferralState.FAILED: (Side.SOURCE, NoticeKind.REFERRAL_FAILED),
}
_HEARING: Sequence[Role] = HANDLING


def _tell(unit: Unit, referral: Referral, made: Move) -> None:
    """Tell the other side; a draft that is thrown away was never heard of, an acceptance that is undone no more."""
    if made.event is ReferralEventKind.UNDO_ACCEPT:
        notices.recall(unit, NoticeKind.REFERRAL_ACCEPTED, "referral", referral.id)
        return
    if made.end not in _TOLD or _was_never_sent(made):
        return
    side, kind = _TOLD[made.end]
    place = referral.target_id if side is Side.TARGET else referral.source_id
    notices.tell_holders(unit, _HEARING, place, kind, "referral", referral.id)
