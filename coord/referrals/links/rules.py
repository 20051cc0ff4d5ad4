"""What holds of a link. Pure."""

from datetime import datetime

from coord.referrals.links.codes import LinkState

SHORTEST, LONGEST, USUAL = 1, 90, 30
"""Days for which a link may open its referral."""
MOST_OPEN = 5


def state_of(expires_at: datetime, revoked_at: datetime | None, *, is_of_this_round: bool, at: datetime) -> LinkState:
    """Whether a link still opens its referral, and if not, why."""
    if revoked_at is not None:
        return LinkState.REVOKED
    if expires_at <= at:
        return LinkState.OVER
    return LinkState.OPEN if is_of_this_round else LinkState.REPLACED
