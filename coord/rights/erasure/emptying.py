"""What an erasure does to every column about a person; a wall compares this with the description of all of them.

Sealed values stay: their keys are destroyed, here and, by the replay, in every copy that is restored. Days, codes of
services and ids stay, so that no figure changes: they hang on a row that names nobody.
"""

from collections.abc import Mapping
from typing import Any

from coord.clients.stories.codes import StoryState

GONE = frozenset(
    {
        "client_identity",
        "client_record",
        "client_search_key",
        "client_match_key",
        "client_key",
        "contact_attachment",
        "case_attachment",
        "note_key",
        "referral_key",
        "referral_identifier",
    }
)
"""Tables whose rows are deleted: who the person is, hashes that find them, keys, names that partners gave, attached files."""

EMPTIED: Mapping[str, Mapping[str, Any]] = {
    "private_note": {"wrapped": None},
    "client": {"gender": "UNKNOWN", "birth_year": None, "district": None, "bed": None, "stage": None},
    "service_contact": {"note": None, "note_key_id": None, "note_hash": None, "return_reason": None},
    "process_record": {"words": None, "note_key_id": None},
    "quality_flag": {"justification": None},
    "record_review": {"words": None},
    "evidence_check": {"note": None},
    "corrective_action": {"answer": None, "sent_back_because": None},
    "case_file": {"key_id": None},
    "scale_answers": {"items": [], "note": None, "raise_reason": None, "withdrawal_reason": None},
    "referral": {"district": None, "age_band": ""},
    "emergency_access": {"client_code": "", "explanation": "", "remark": None},
    "client_merge": {"moved": []},
    "story": {"state": StoryState.ENDED, "title": "", "text": "", "reason": None},
    "told_story": {"title": "", "text": "", "salt": ""},
}
"""Columns that are emptied, with what stands there afterwards. A client's code becomes an opaque one."""

STAYS: Mapping[str, str] = {
    "client.code": "becomes opaque, made of the row's own id",
    "service_contact.issues": "words of the vocabulary, for figures",
    "service_contact.import_key": "a hash of a row of a sheet",
    "adjustment.note": "stands beside the figures of a month and holds nothing about a person",
    "adjustment.refers_to": "a month",
    "adjustment.booked_in": "a month",
    "consent.categories": "words of the vocabulary",
    "consent.text_version": "which text was shown",
    "consent.text_hash": "which text was shown",
    "consent.language": "in which language",
    "referral.code": "a number of the sending organization",
    "referral.blocks": "words of the vocabulary",
    "referral_link.token_hash": "a hash of chance, of a link that ends by itself and finds nobody",
    "scale_score.version": "which version of a scale",
    "safety_alert.rules_version": "which rules",
    "safety_alert.plan": "words of the vocabulary",
    "safety_alert.opened_by_name": "a worker",
    "safety_alert.taken_by_name": "a worker",
    "safety_alert.closed_by_name": "a worker",
    "case_step.by_name": "a worker",
    "record_review.by_name": "a worker",
    "evidence_check.checked_by_name": "an officer",
    "corrective_action.month": "a month",
    "corrective_action.title": "what a hospital has to put right, about no person",
    "corrective_action.opened_by_name": "an officer",
    "corrective_action.done_by_name": "whoever put it right",
    "corrective_action.verified_by_name": "an officer",
    "emergency_access.user_name": "a worker",
    "emergency_access.reviewer_name": "a worker",
    "client_correction.by_name": "a worker",
    "client_restriction.restricted_by_name": "a worker",
    "client_restriction.lifted_by_name": "a worker",
    "client_correction.told": "ids of organizations",
    "told_story.digest": "a hash over words and chance that are both gone",
}
"""Texts that stay, each with why."""
