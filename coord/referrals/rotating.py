"""Turning the keys of referrals."""

from uuid import UUID

from coord.clients.rotating import Turned, turn
from coord.referrals.sealing import rewrapped
from coord.referrals.tables import ReferralKey
from coord.work import Unit, action


@action("key.rotate")
async def rotate_referral_keys(unit: Unit, after: UUID | None = None) -> Turned:
    """Wrap the next keys of referrals with the newest key of the ring. Raises ``CannotOpen``."""
    return await turn(unit, ReferralKey, rewrapped, after)
