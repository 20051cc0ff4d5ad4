"""Making and taking back links: the sending side's business."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.identity.rules import hashed
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.referrals.codes import Side
from coord.referrals.directory.tables import Receiver
from coord.referrals.links.inputs import CreateLink
from coord.referrals.links.rules import MOST_OPEN
from coord.referrals.links.tables import ReferralLink
from coord.referrals.links.tokens import new_token
from coord.referrals.machine import UNDER_WAY
from coord.referrals.moving import locked, sides_of
from coord.referrals.tables import Referral
from coord.work import Unit, action


class NewLink(NamedTuple):
    """A link and its secret, which is told now and never again."""

    link_id: UUID
    token: str
    expires_at: datetime


async def _own(unit: Unit, referral_id: UUID) -> Referral:
    referral = await locked(unit, referral_id)
    if Side.SOURCE not in sides_of(unit, referral):
        raise Invalid(Problem("referral", "OTHER_SIDE_MOVES"))
    return referral


@action("referral.send")
async def create_link(unit: Unit, given: CreateLink) -> NewLink:
    """Make a link by which the receiving organization answers without an account.

    Only where the directory says that the organization answers by link: otherwise a sender could answer for those
    who have accounts. Raises ``NotFound``, ``Invalid`` for the receiving side and for organizations with accounts,
    ``Conflict`` for a referral that is not under way or has enough open links.
    """
    referral = await _own(unit, given.referral)
    if referral.state not in UNDER_WAY:
        raise Conflict(Problem("referral", "NOT_UNDER_WAY"))
    entry = await unit.session.get(Receiver, referral.target_id)
    if entry is None or not entry.answers_by_link:
        raise Invalid(Problem("referral", "ANSWERS_WITH_ACCOUNTS"))
    if await _open(unit, referral) >= MOST_OPEN:
        raise Conflict(Problem("referral", "TOO_MANY_LINKS", {"limit": MOST_OPEN}))
    link_id = uuid7()
    token = new_token(link_id)
    link = ReferralLink(
        id=link_id,
        referral_id=referral.id,
        round=referral.round,
        token_hash=hashed(token),
        created_by_id=unit.actor.user_id,
        created_at=unit.started_at,
        expires_at=unit.started_at + timedelta(days=given.days),
    )
    unit.add(link)
    audit.record(unit, "referral.create_link", link)
    return NewLink(link_id, token, link.expires_at)


async def _open(unit: Unit, referral: Referral) -> int:
    statement = select(ReferralLink.id).where(
        col(ReferralLink.referral_id) == referral.id,
        col(ReferralLink.round) == referral.round,
        col(ReferralLink.revoked_at).is_(None),
        col(ReferralLink.expires_at) > unit.started_at,
    )
    return await unit.count(statement)


@action("referral.send")
async def revoke_link(unit: Unit, link_id: UUID) -> UUID:
    """Take a link back, from the next request on; once more changes nothing. Returns its referral.

    Raises ``NotFound`` for links that others made.
    """
    statement = select(ReferralLink).where(col(ReferralLink.id) == link_id).with_for_update()
    link: ReferralLink | None = await unit.scalar(statement)
    if link is None:
        raise NotFound
    await _own(unit, link.referral_id)
    if link.revoked_at is None:
        before = audit.facts(link)
        link.revoked_at, link.revoked_by_id = unit.started_at, unit.actor.user_id
        audit.record(unit, "referral.revoke_link", link, before=before)
    return link.referral_id
