"""Referrals: a loop that closes, with clocks, consent and proof."""

from coord.referrals import access as _access
from coord.referrals.inputs import MoveReferral, ReferralFilter, SendReferral
from coord.referrals.packets import packet
from coord.referrals.reads import REFERRALS, reason_of, referrals, running_clocks
from coord.referrals.responding import move_as_target, record_contact, send_feedback
from coord.referrals.sending import Moved, move_as_source, send_referral
from coord.referrals.stories import stories

__all__ = [
    "REFERRALS", "MoveReferral", "Moved", "ReferralFilter", "SendReferral", "move_as_source", "move_as_target",
    "packet", "reason_of", "record_contact", "referrals", "running_clocks", "send_feedback",
    "send_referral", "stories",
]  # fmt: skip
_ = _access
