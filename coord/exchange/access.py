"""Identifiers go with their referral; the sending side adds them."""

from coord.access import Retention, protect
from coord.exchange.tables import ReferralIdentifier
from coord.referrals.access import of_referral

protect(
    ReferralIdentifier,
    of_referral(ReferralIdentifier.referral_id, oversight=False),
    retention=Retention.CLINICAL,
    personal=("value",),
)
