"""Signed links: a provider without an account answers one referral, and nothing else."""

from coord.referrals.links import access as _access
from coord.referrals.links.actions import create_link, revoke_link
from coord.referrals.links.answering import answer_by_link, contact_by_link, feedback_by_link
from coord.referrals.links.codes import LinkAction, LinkState
from coord.referrals.links.inputs import AnswerByLink, CreateLink, FeedbackByLink, ReportContact
from coord.referrals.links.opening import ShownByLink, shown_by_link
from coord.referrals.links.reads import LinkSeen, links_of

__all__ = [
    "AnswerByLink", "CreateLink", "FeedbackByLink", "LinkAction", "LinkSeen", "LinkState", "ReportContact", "ShownByLink",
    "answer_by_link", "contact_by_link", "create_link", "feedback_by_link", "links_of", "revoke_link", "shown_by_link",
]  # fmt: skip
_ = _access
