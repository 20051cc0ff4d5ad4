"""Which class every column of every table about a client belongs to: what leaves with the person, what never does.

The walls (``tests/walls/test_subject.py``) fail for a table that reaches a client and is missing here, and for a column
without a class. The classes are those of an export and of an erasure, not those of the trail: the trail keeps the
value of any column that ``protect`` does not call personal.
"""

from collections.abc import Mapping
from enum import StrEnum


class DataClass(StrEnum):
    """What a column says about a person."""

    PERSONAL = "PERSONAL"
    """Who the person is, or by what they could be found."""
    SENSITIVE = "SENSITIVE"
    """Their health, their care, and what was agreed with them."""
    WITHHELD = "WITHHELD"
    """What only its author reads: part of a copy where counsel says so (``COORD_COPY_PRIVATE_NOTES``)."""
    INTERNAL = "INTERNAL"
    """Bookkeeping of the program: ids, who typed a row and when."""
    SECRET = "SECRET"  # noqa: S105  the name of a class
    """Keys, and hashes under which the person is found: never shown to anybody."""


def _classes(
    personal: str = "", sensitive: str = "", internal: str = "", never: str = "", withheld: str = ""
) -> Mapping[str, DataClass]:
    named = {
        DataClass.PERSONAL: personal,
        DataClass.SENSITIVE: sensitive,
        DataClass.INTERNAL: internal,
        DataClass.SECRET: never,
        DataClass.WITHHELD: withheld,
    }
    return {column: kind for kind, columns in named.items() for column in columns.split()}


_OF_CLIENTS: Mapping[str, Mapping[str, DataClass]] = {
    "client": _classes(
        "code gender birth_year district bed hospital_id merged_into_id",
        "stage registered_at",
        "id program_id erased_on erasure_basis",
    ),
    "erasure_request": _classes(
        "", "basis asked_at due_on agreed_at ended_at erased_at", "id client_id hospital_id asked_by_id agreed_by_id"
    ),
    "client_key": _classes(internal="id", never="wrapped"),
    "client_identity": _classes("name phone", internal="id"),
    "client_record": _classes(
        "alias birth_date id_type id_number_end mrn insurance_type household_type guardian emergency_contact source source_org",
        "diagnosis first_diagnosed_on",
        "id",
        "id_number_hash",
    ),
    "client_search_key": _classes(internal="id client_id hospital_id", never="hash"),
    "client_match_key": _classes(internal="id client_id hospital_id program_id", never="hash"),
    "private_note": _classes(
        internal="id client_id hospital_id author_id", never="wrapped", withheld="content written_at"
    ),
    "client_share": _classes(
        "hospital_id organization_id with_identity", "from_at until_at ended_at", "id client_id origin_id consent_id"
    ),
    "client_merge": _classes("kept_id merged_id moved", "at undone_at", "id hospital_id by_id"),
    "client_apart": _classes("first_id second_id", internal="id hospital_id by_id"),
    "emergency_access": _classes(
        "client_code user_name organization_id",
        "reason explanation opened_at until_at ended_at reviewed_at reviewer_name verdict remark",
        "id client_id hospital_id foundation_id user_id reviewed_by_id escalated_at",
    ),
    "discharge": _classes(
        "", "discharged_at readmitted_on", "id program_id hospital_id client_id recorded_at recorded_by_id"
    ),
    "consent": _classes(
        "signer relation guardian",
        "purpose categories basis document channel text_version language given_on expires_on",
        "id client_id program_id hospital_id text_hash recorded_at recorded_by_id",
    ),
    "consent_recipient": _classes("organization_id", internal="id consent_id hospital_id"),
    "consent_evidence": _classes(
        "content", "kind", "id consent_id client_id hospital_id size recorded_at recorded_by_id"
    ),
    "consent_withdrawal": _classes(
        "", "withdrawn_at reason remark", "id consent_id client_id hospital_id recorded_by_id"
    ),
    "story": _classes(
        "",
        "state title text written_at reason decided_at ended_at",
        "id client_id program_id hospital_id consent_id written_by_id decided_by_id",
    ),
    "told_story": _classes("", "title text last_day told_at published_at ended_at", "id program_id", "salt digest"),
}

_OF_CARE: Mapping[str, Mapping[str, DataClass]] = {
    "service_contact": _classes(
        "client_id hospital_id worker_id",
        "service_code setting stage phase target issues occurred_on started_at duration_minutes attendance is_collateral "
        "note return_reason status withdrawn_at session_number family_present",
        "id program_id agency_id group_id anonymous_count heads_present co_worker_count certificates source import_key recorded_at "
        "recorded_by_id note_key_id",
        "note_hash",
    ),
    "process_record": _classes(
        "client_id",
        "method risk_change next_on travel_minutes record_minutes volunteers budget_used satisfaction words",
        "id hospital_id note_key_id",
    ),
    "contact_attachment": _classes(
        "content name",
        "kind file_kind attached_at",
        "id contact_id note_key_id size attached_by_id attached_by_name",
    ),
    "note_key": _classes(internal="id client_id hospital_id", never="wrapped"),
    "presence": _classes(
        "client_id person_id",
        "occurred_on service_code stage phase target",
        "id contact_id program_id hospital_id agency_id heads",
    ),
    "absence": _classes("client_id", "", "id contact_id"),
    "group_member": _classes("client_id", "group_id", "id"),
    "adjustment": _classes(
        "", "refers_to booked_in kind reason note", "id program_id hospital_id contact_id made_at made_by_id"
    ),
    "co_worker": _classes("worker_id", "", "id contact_id"),
    "event_host": _classes("organization_id", "", "id contact_id"),
    "quality_flag": _classes("", "kind state justification", "id contact_id raised_at reviewed_by_id reviewed_at"),
    "record_review": _classes("by_name", "decision kind words at undone_at", "id contact_id batch_id by_id"),
    "evidence_check": _classes("", "", "id sample_id contact_id found note checked_at checked_by_id checked_by_name"),
    "corrective_action": _classes(
        "",
        "",
        "id program_id hospital_id check_id origin month title owner due_on state opened_at opened_by_id opened_by_name"
        " answer done_at done_by_id done_by_name sent_back_because verified_at verified_by_id verified_by_name",
    ),
    "review_pick": _classes("", "", "id contact_id seed_id"),
    "case_file": _classes(
        "client_id hospital_id worker_id",
        "status origin received_on assessed_on opened_on plan_approved_on closed_on closure goals goals_reached satisfaction"
        " adequate_treatment",
        "id program_id agency_id previous_id key_id before_review submitted_at submitted_by_id",
    ),
    "case_intake": _classes("", "source urgency risk decision words", "id received_by_id"),
    "case_assessment": _classes("", "assessed_on words", "id assessor_id"),
    "case_plan": _classes(
        "",
        "status review_on planned_sessions client_agrees words",
        "id submitted_at submitted_by_id decided_at decided_by_id",
    ),
    "case_goal": _classes("", "position due_on words attainment scaling rated_on", "id case_id"),
    "case_closing": _classes("", "closure ends_on reaction is_referred satisfaction adequate_treatment words", "id"),
    "case_follow_up": _classes("", "due_on status done_on method has_relapsed words", "id case_id"),
    "case_attachment": _classes(
        "content name", "kind file_kind attached_at", "id case_id size attached_by_id attached_by_name"
    ),
    "case_step": _classes("by_name", "event source target at words", "id case_id by_id"),
    "scale_score": _classes(
        "client_id",
        "scale version taken_on score status band raised_to prorated withdrawn_at",
        "id program_id hospital_id case_id contact_id recorded_at recorded_by_id withdrawn_by_id",
    ),
    "scale_answers": _classes("", "items note raise_reason withdrawal_reason", "id hospital_id"),
    "safety_alert": _classes(
        "client_id opened_by_name taken_by_name closed_by_name",
        "cause urgency opened_at taken_at plan closed_at outcome",
        "id program_id foundation_id hospital_id score_id rules_version opened_by_id level next_at exhausted_at taken_by_id "
        "closed_by_id same_day_minutes imminent_minutes",
    ),
    "alert_words": _classes("", "kind sealed written_at", "id alert_id hospital_id written_by_id"),
    "alert_step": _classes("", "reached_at", "id alert_id hospital_id level due_at told"),
    "alert_delivery": _classes("", "told_at", "id alert_id hospital_id level user_id"),
    "alert_task": _classes("", "kind due_at done_at", "id alert_id hospital_id done_by_id overdue_at"),
}

_OF_REFERRALS: Mapping[str, Mapping[str, DataClass]] = {
    "referral": _classes(
        "client_id source_id target_id code age_band district",
        "kind direction urgency need state reason contact_prohibited blocks relation sent_on sent_at discharged_at received_at "
        "decided_at accepted_at first_contact_at feedback_at closed_at outcome",
        "id program_id consent_id parent_id round worker_id created_by_id created_at first_contact_id updated_at expires_at",
    ),
    "referral_key": _classes(internal="id client_id", never="wrapped"),
    "referral_packet": _classes("", "content", "id"),
    "referral_identifier": _classes("system value", internal="id referral_id source_id"),
    "referral_override": _classes("", "reason asked_at approved_at", "id asked_by_id approved_by_id"),
    "referral_event": _classes(
        "organization_id", "at event from_state to_state side reason_code note", "id referral_id user_id"
    ),
    "referral_clock": _classes(
        "", "clock started_at due_at stopped_at", "id referral_id round next_at working_days is_quiet"
    ),
    "referral_reminder": _classes("", "level at", "id clock_id referral_id"),
    "referral_attempt": _classes("", "at channel", "id referral_id user_id recorded_at"),
    "referral_feedback": _classes("", "at outcome content", "id referral_id user_id"),
    "referral_review": _classes("", "opened_at decided_at", "id source_id decided_by_id child_id"),
    "referral_link": _classes(
        "", "created_at expires_at revoked_at", "id referral_id round created_by_id revoked_by_id", "token_hash"
    ),
    "referral_link_use": _classes("", "action at", "id link_id referral_id"),
}

_OF_RIGHTS: Mapping[str, Mapping[str, DataClass]] = {
    "export_hold": _classes(
        "", "reason asked_at until_at approved_at ended_at", "id client_id hospital_id asked_by_id approved_by_id"
    ),
    "client_restriction": _classes(
        "",
        "reason cause restricted_at lifted_at lift_reason",
        "id client_id hospital_id restricted_by_id restricted_by_name lifted_by_id lifted_by_name",
    ),
    "client_correction": _classes("field before by_name", "reason at", "id client_id hospital_id by_id told"),
}

CLASSES: Mapping[str, Mapping[str, DataClass]] = {**_OF_CLIENTS, **_OF_CARE, **_OF_REFERRALS, **_OF_RIGHTS}
"""The class of each column of each table about a client."""

POINTERS: Mapping[str, str] = {
    "notice.subject_id": "a row that somebody should look at: a case, an alert, a referral, an opening",
    "audit_entry.subject_id": "what an entry of the trail is about; the trail is kept whole",
    "submission.result_id": "what a repeated form had written; kept some days",
    "client_share.origin_id": "the referral that a share came of",
    "client_share.consent_id": "the consent that a share rests on",
    "presence.person_id": "the key under which a client or a relative is counted once, made of the client's id",
    "outbox_job.arguments": "ids that a job works on; kept until it is done",
    "webhook_event.facts": "the referral that a partner's system is told of, by id and code",
    "contact_import.outcome": "counts and refusals of an import, with codes of clients and no names",
    "contact_change.client_id": "whom a changed contact is with, until the change is folded, half a minute",
    "presence_change.person_id": "the key under which a client or a relative is counted, until the change is folded",
    "contact_change.row_id": "which row of facts changed, until the change is folded",
    "presence_change.row_id": "which row of facts changed, until the change is folded",
    "case_change.row_id": "which row of facts changed, until the change is folded",
}
"""Columns without a foreign key that may hold the id or the code of a client or of a row about one."""

APART: Mapping[str, str] = {
    "audit_entry.actor_id": "an account",
    "contact_change.program_id": "a program",
    "contact_change.hospital_id": "an organization",
    "contact_change.agency_id": "an organization",
    "presence_change.program_id": "a program",
    "presence_change.hospital_id": "an organization",
    "presence_change.agency_id": "an organization",
    "case_change.program_id": "a program",
    "case_change.hospital_id": "an organization",
    "case_change.agency_id": "an organization",
    "contact_change.group_id": "a group",
    "submission.user_id": "an account",
    "record_review.batch_id": "a number that several decisions share",
    "supervision_session.topics": "words of the vocabulary",
    "submission.key": "a number that a form was given",
    "api_token.scopes": "words of the vocabulary",
    "api_token.networks": "addresses of computers",
    "passkey.transports": "words of a standard",
    "measure_state.version": "an id of what figures say",
    "month_snapshot.figures": "figures of a month",
    "release.notes": "words of the foundation, about no person",
    "release.parameters": "numbers that figures are protected with",
    "release.places": "hospitals",
    "release_snapshot.prints": "hashes of what was counted, from which nothing can be read",
    "webhook_endpoint.kinds": "words of the vocabulary",
    "webhook_event.organizations": "organizations",
}
"""Columns without a foreign key that never hold such an id."""
