"""Links are the sending side's; whoever acts by one sees the links and uses of its own referral."""

from typing import Any

from sqlalchemy import ColumnElement

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, any_of
from coord.referrals.access import linked, of_sender
from coord.referrals.links.tables import ReferralLink, ReferralLinkUse


def _seen(referral_id: Any) -> Any:
    def rows(actor: Actor) -> ColumnElement[bool]:
        return any_of(of_sender(referral_id)(actor), linked(referral_id, actor))

    return rows


def _by_link(actor: Actor) -> ColumnElement[bool]:
    return any_of(linked(ReferralLinkUse.referral_id, actor))


protect(ReferralLink, _seen(ReferralLink.referral_id), retention=Retention.CLINICAL, personal=("token_hash",))
protect(
    ReferralLinkUse,
    _seen(ReferralLinkUse.referral_id),
    retention=Retention.CLINICAL,
    wall=Wall(writes=_by_link, grants=("INSERT",)),
)
