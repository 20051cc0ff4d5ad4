"""Codes of FHIR R4 and of the SDOH Clinical Care guide (3.0.0, CC0), and how ours stand for them, both ways."""

from collections.abc import Mapping
from enum import StrEnum

from coord.referrals.codes import ReferralNeed, ReferralOutcome, ReferralReason, ReferralState, Urgency

S = ReferralState


class System(StrEnum):
    """Where a code or an identifier is from: ours begin with ``urn:coord:``."""

    TASK_CODE = "http://hl7.org/fhir/CodeSystem/task-code"
    TEMPORARY = "http://hl7.org/fhir/us/sdoh-clinicalcare/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
    ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    CONSENT_SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
    ORGANIZATION = "urn:coord:organization"
    CLIENT = "urn:coord:client"
    CONSENT = "urn:coord:consent"
    REFERRAL = "urn:coord:referral"
    REFERRAL_CODE = "urn:coord:referral-code"
    SERVICE_CONTACT = "urn:coord:service-contact"
    WORKER = "urn:coord:worker"
    STATE = "urn:coord:referral-state"
    KIND = "urn:coord:referral-kind"
    DIRECTION = "urn:coord:referral-direction"
    NEED = "urn:coord:referral-need"
    REASON = "urn:coord:referral-reason"
    OUTCOME = "urn:coord:referral-outcome"
    RELATION = "urn:coord:referral-relation"
    BLOCK = "urn:coord:data-category"
    SKETCH = "urn:coord:referral-sketch"
    DISCLOSURE_NOTICE = "urn:coord:disclosure-notice"
    ORGANIZATION_KIND = "urn:coord:organization-kind"


class TaskStatus(StrEnum):
    """The ten statuses of a referral's Task: the base list without ``ready`` and ``received``."""

    DRAFT = "draft"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    FAILED = "failed"
    COMPLETED = "completed"
    ENTERED_IN_ERROR = "entered-in-error"


class RequestStatus(StrEnum):
    """Statuses of a ServiceRequest."""

    DRAFT = "draft"
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    REVOKED = "revoked"
    COMPLETED = "completed"
    ENTERED_IN_ERROR = "entered-in-error"


T, R = TaskStatus, RequestStatus
FULFILL, PROHIBITED, RESULT = "fulfill", "contacting-subject-prohibited", "resulting-activity"
TASK_OF: Mapping[ReferralState, TaskStatus] = {
    S.DRAFT: T.DRAFT,
    S.SENT: T.REQUESTED,
    S.RECEIVED: T.REQUESTED,
    S.RETURNED: T.REQUESTED,
    S.ACCEPTED: T.ACCEPTED,
    S.UNREACHABLE: T.ON_HOLD,
    S.FIRST_CONTACT_DONE: T.IN_PROGRESS,
    S.ASSESSED: T.IN_PROGRESS,
    S.IN_SERVICE: T.IN_PROGRESS,
    S.FEEDBACK_SENT: T.IN_PROGRESS,
    S.CLOSED: T.COMPLETED,
    S.DECLINED: T.REJECTED,
    S.FORWARDED: T.CANCELLED,
    S.WITHDRAWN: T.CANCELLED,
    S.EXPIRED: T.CANCELLED,
    S.FAILED: T.FAILED,
}
"""A referral that failed before anybody accepted it is ``cancelled`` instead: the guide draws no other way."""
REQUEST_OF: Mapping[ReferralState, RequestStatus] = {
    **dict.fromkeys(ReferralState, R.ACTIVE),
    S.DRAFT: R.DRAFT,
    S.CLOSED: R.COMPLETED,
    S.WITHDRAWN: R.REVOKED,
    S.FAILED: R.REVOKED,
}
STATES_OF: Mapping[TaskStatus, frozenset[ReferralState]] = {
    status: frozenset(state for state, found in TASK_OF.items() if found is status)
    | (frozenset({S.FAILED}) if status is T.CANCELLED else frozenset())
    for status in TaskStatus
}
"""The states that a Task status may stand for; our own code in ``businessStatus`` says which."""
STATE_OF: Mapping[TaskStatus, ReferralState] = {
    T.DRAFT: S.DRAFT,
    T.REQUESTED: S.SENT,
    T.ACCEPTED: S.ACCEPTED,
    T.REJECTED: S.DECLINED,
    T.CANCELLED: S.WITHDRAWN,
    T.IN_PROGRESS: S.FIRST_CONTACT_DONE,
    T.ON_HOLD: S.UNREACHABLE,
    T.FAILED: S.FAILED,
    T.COMPLETED: S.FEEDBACK_SENT,
}
"""What a status means where a partner's system knows nothing of ours.

The receiving side completes its Task with the closing feedback; the sender then completes its ServiceRequest.
"""
NEXT: Mapping[TaskStatus, frozenset[TaskStatus]] = {
    T.DRAFT: frozenset({T.REQUESTED, T.CANCELLED}),
    T.REQUESTED: frozenset({T.ACCEPTED, T.REJECTED, T.CANCELLED}),
    T.ACCEPTED: frozenset({T.IN_PROGRESS, T.ON_HOLD, T.COMPLETED, T.FAILED, T.CANCELLED}),
    T.IN_PROGRESS: frozenset({T.ON_HOLD, T.COMPLETED, T.FAILED, T.CANCELLED}),
    T.ON_HOLD: frozenset({T.IN_PROGRESS, T.COMPLETED, T.FAILED, T.CANCELLED}),
    T.REJECTED: frozenset(),
    T.CANCELLED: frozenset(),
    T.FAILED: frozenset(),
    T.COMPLETED: frozenset(),
    T.ENTERED_IN_ERROR: frozenset(),
}
"""The moves that the guide draws between different statuses. A draft may also be thrown away."""
EXPLAINED = frozenset({T.REJECTED, T.CANCELLED, T.ON_HOLD, T.FAILED})
"""Statuses that need a reason in words."""
PRIORITY_OF: Mapping[Urgency, str] = {Urgency.EMERGENCY: "stat", Urgency.URGENT: "urgent", Urgency.ROUTINE: "routine"}
URGENCY_OF: Mapping[str, Urgency] = {
    "stat": Urgency.EMERGENCY,
    "asap": Urgency.URGENT,
    "urgent": Urgency.URGENT,
    "routine": Urgency.ROUTINE,
}
DOMAIN_OF: Mapping[ReferralNeed, str] = {
    **dict.fromkeys(ReferralNeed, "sdoh-category-unspecified"),
    ReferralNeed.FINANCIAL_AID: "financial-insecurity",
    ReferralNeed.EMPLOYMENT: "employment-status",
    ReferralNeed.EDUCATION: "educational-attainment",
    ReferralNeed.HOUSING: "housing-instability",
    ReferralNeed.PEER_SUPPORT: "social-connection",
    ReferralNeed.FAMILY_SUPPORT: "social-connection",
}
"""The guide's domain of a need, for systems that do not know our codes."""
UNSAID: Mapping[ReferralState, str] = {
    S.EXPIRED: "No response",
    S.FORWARDED: "Forwarded to another organization",
    S.UNREACHABLE: "The person could not be reached",
    S.RETURNED: "Returned for information",
    S.DECLINED: "Declined",
    S.WITHDRAWN: "Withdrawn",
    S.FAILED: "Failed",
}
"""Why a state is as it is, where no reason was chosen."""


def in_words(code: ReferralReason | ReferralOutcome | ReferralNeed) -> str:
    """A code as an English phrase: the text beside it, for systems that do not know it."""
    return code.value.replace("_", " ").capitalize()
