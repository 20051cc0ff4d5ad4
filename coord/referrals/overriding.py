"""Sending without consent: one person says why it cannot wait, another one agrees; both stand on the trail."""

from uuid import UUID

from coord import audit, notices
from coord.access import Role
from coord.clients.keys import place_of
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.notices import NoticeKind
from coord.referrals.codes import ReferralEventKind, Side
from coord.referrals.inputs import AskOverride
from coord.referrals.machine import move_of
from coord.referrals.moving import locked, sides_of
from coord.referrals.sealing import key_of
from coord.referrals.tables import Referral, ReferralOverride
from coord.work import Unit, action


async def is_overridden(unit: Unit, referral_id: UUID) -> bool:
    """Whether two people agreed to send it without consent."""
    row = await unit.session.get(ReferralOverride, referral_id)
    return row is not None and row.approved_by_id is not None


async def _own_unsent(unit: Unit, referral_id: UUID) -> Referral:
    referral = await locked(unit, referral_id)
    if Side.SOURCE not in sides_of(unit, referral):
        raise Invalid(Problem("referral", "OTHER_SIDE_MOVES"))
    if move_of(referral.state, ReferralEventKind.SEND) is None:
        raise Conflict(Problem("referral", "REFERRAL_MOVED_ON", {"state": f"referral_state.{referral.state}"}))
    return referral


@action("referral.send")
async def ask_override(unit: Unit, given: AskOverride) -> None:
    """Ask to send a referral without consent. Raises ``Conflict`` when that has been asked already."""
    referral = await _own_unsent(unit, given.referral)
    if unit.actor.user_id is None or await unit.session.get(ReferralOverride, referral.id) is not None:
        raise Conflict(Problem("referral", "OVERRIDE_ASKED_ALREADY"))
    key = await key_of(unit, referral.id)
    row = ReferralOverride(
        id=referral.id,
        asked_by_id=unit.actor.user_id,
        asked_at=unit.started_at,
        reason=key.seal(given.reason, place_of("referral_override", "reason", referral.id)),
    )
    unit.add(row)
    audit.record(unit, "referral.ask_override", row)
    heard = (Role.HOSPITAL_COORDINATOR, Role.SUPERVISOR)
    notices.tell_holders(unit, heard, referral.source_id, NoticeKind.REFERRAL_OVERRIDE_ASKED, "referral", referral.id)


@action("referral.override_consent")
async def approve_override(unit: Unit, referral_id: UUID) -> None:
    """Agree that a referral is sent without consent. Raises ``Conflict`` for the one who asked, or when it is done."""
    referral = await _own_unsent(unit, referral_id)
    row = await unit.session.get(ReferralOverride, referral.id)
    if row is None:
        raise NotFound
    if row.approved_by_id is not None:
        raise Conflict(Problem("referral", "OVERRIDE_APPROVED_ALREADY"))
    if row.asked_by_id == unit.actor.user_id:
        raise Conflict(Problem("referral", "SECOND_PERSON_NEEDED"))
    before = audit.facts(row)
    row.approved_by_id, row.approved_at = unit.actor.user_id, unit.started_at
    audit.record(unit, "referral.override_consent", row, before=before)
