"""The links of referrals, as their sender sees them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col

from coord.kernel.sql import select
from coord.referrals.links.codes import LinkAction, LinkState
from coord.referrals.links.rules import state_of
from coord.referrals.links.tables import ReferralLink, ReferralLinkUse
from coord.referrals.tables import Referral
from coord.work import Unit, read

_MOST_LINKS = 100


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A link without its secret: since when, until when, whether it is open, what it was used for."""

    id: UUID
    referral_id: UUID
    created_at: datetime
    expires_at: datetime
    state: LinkState
    uses: Sequence[tuple[LinkAction, datetime]]


@read("referral.send")
async def links_of(unit: Unit, referrals: Collection[UUID]) -> Mapping[UUID, Sequence[LinkSeen]]:
    """The links of these referrals by referral, the newest first; none of referrals that others sent."""
    found: dict[UUID, list[LinkSeen]] = {key: [] for key in referrals}
    statement = (
        select(ReferralLink, Referral.round)
        .join(Referral, col(Referral.id) == col(ReferralLink.referral_id))
        .where(col(ReferralLink.referral_id).in_(referrals))
        .order_by(col(ReferralLink.id).desc())
        .limit(_MOST_LINKS * max(len(referrals), 1))
    )
    rows = await unit.rows(statement) if referrals else ()
    uses = await _uses(unit, [link.id for link, _ in rows])
    for link, round_ in rows:
        state = state_of(link.expires_at, link.revoked_at, is_of_this_round=link.round == round_, at=unit.started_at)
        found[link.referral_id].append(
            LinkSeen(link.id, link.referral_id, link.created_at, link.expires_at, state, uses.get(link.id, ()))
        )
    return found


async def _uses(unit: Unit, links: Sequence[UUID]) -> Mapping[UUID, Sequence[tuple[LinkAction, datetime]]]:
    statement = (
        select(ReferralLinkUse.link_id, ReferralLinkUse.action, ReferralLinkUse.at)
        .where(col(ReferralLinkUse.link_id).in_(links))
        .order_by(col(ReferralLinkUse.at))
    )
    found: dict[UUID, list[tuple[LinkAction, datetime]]] = {}
    for link, action, at in await unit.rows(statement) if links else ():
        found.setdefault(link, []).append((action, at))
    return found
