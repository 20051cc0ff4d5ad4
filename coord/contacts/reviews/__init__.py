"""The review of records: everything flagged, a drawn tenth of the rest, decided by somebody else than the writer."""

from coord.contacts.reviews import access as _access
from coord.contacts.reviews.actions import approve_contacts, return_contact, undo_review
from coord.contacts.reviews.codes import ReturnKind, ReviewDecision, WhyReviewed
from coord.contacts.reviews.inputs import ApproveContacts, ReturnContact, ReviewFilter
from coord.contacts.reviews.reads import (
    QUEUE,
    asks_for_a_look,
    count_queue,
    decisions_on,
    drawn_among,
    queue_on_page,
    review_queue,
)

__all__ = [
    "QUEUE", "ApproveContacts", "ReturnContact", "ReturnKind", "ReviewDecision", "ReviewFilter", "WhyReviewed",
    "approve_contacts", "asks_for_a_look", "count_queue", "decisions_on", "drawn_among", "queue_on_page", "return_contact", "review_queue",
    "undo_review",
]  # fmt: skip
_ = _access
