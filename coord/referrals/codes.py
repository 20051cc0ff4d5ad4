"""Codes of a referral: its states and events, who moves it and why."""

from enum import StrEnum


class ReferralState(StrEnum):
    """Where a referral stands. Accepted is not success, and closed is not just old."""

    DRAFT = "DRAFT"
    SENT = "SENT"
    RECEIVED = "RECEIVED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    RETURNED = "RETURNED"
    FORWARDED = "FORWARDED"
    FIRST_CONTACT_DONE = "FIRST_CONTACT_DONE"
    UNREACHABLE = "UNREACHABLE"
    ASSESSED = "ASSESSED"
    IN_SERVICE = "IN_SERVICE"
    FEEDBACK_SENT = "FEEDBACK_SENT"
    CLOSED = "CLOSED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"
    FAILED = "FAILED"


class ReferralEventKind(StrEnum):
    """What moves a referral from one state to another."""

    SEND = "SEND"
    RECEIVE = "RECEIVE"
    ACCEPT = "ACCEPT"
    UNDO_ACCEPT = "UNDO_ACCEPT"
    DECLINE = "DECLINE"
    RETURN = "RETURN"
    FORWARD = "FORWARD"
    RECORD_CONTACT = "RECORD_CONTACT"
    REPORT_UNREACHABLE = "REPORT_UNREACHABLE"
    ASSESS = "ASSESS"
    START_SERVICE = "START_SERVICE"
    SEND_FEEDBACK = "SEND_FEEDBACK"
    ACKNOWLEDGE = "ACKNOWLEDGE"
    WITHDRAW = "WITHDRAW"
    EXPIRE = "EXPIRE"
    FAIL = "FAIL"


class Side(StrEnum):
    """On whose behalf somebody moves a referral."""

    SOURCE = "SOURCE"
    TARGET = "TARGET"
    SYSTEM = "SYSTEM"


class ReferralDirection(StrEnum):
    """Down to the community, up to the hospital, sideways, or asked for by the person."""

    DOWN = "DOWN"
    UP = "UP"
    LATERAL = "LATERAL"
    SELF = "SELF"


class ReferralKind(StrEnum):
    """Social-work referral or clinical referral: one entity."""

    SOCIAL = "SOCIAL"
    CLINICAL = "CLINICAL"


class Urgency(StrEnum):
    """How soon an answer and a first contact are due."""

    EMERGENCY = "EMERGENCY"
    URGENT = "URGENT"
    ROUTINE = "ROUTINE"


class ReferralNeed(StrEnum):
    """What the person is referred for; one open referral for each need at one organization."""

    COMMUNITY_REHABILITATION = "COMMUNITY_REHABILITATION"
    PSYCHIATRIC_CARE = "PSYCHIATRIC_CARE"
    COUNSELING = "COUNSELING"
    CASE_MANAGEMENT = "CASE_MANAGEMENT"
    PEER_SUPPORT = "PEER_SUPPORT"
    FAMILY_SUPPORT = "FAMILY_SUPPORT"
    FINANCIAL_AID = "FINANCIAL_AID"
    EMPLOYMENT = "EMPLOYMENT"
    EDUCATION = "EDUCATION"
    LEGAL_AID = "LEGAL_AID"
    HOUSING = "HOUSING"


class Box(StrEnum):
    """Which way a referral went, seen from one's own organizations."""

    IN = "IN"
    OUT = "OUT"


class ReferralRelation(StrEnum):
    """How a referral follows from its parent."""

    FORWARDED = "FORWARDED"
    NEXT_PROVIDER = "NEXT_PROVIDER"
    REREFERRAL = "REREFERRAL"
    COUNTER_REFERRAL = "COUNTER_REFERRAL"


class ReferralReason(StrEnum):
    """Why a referral was declined, returned, withdrawn or has failed."""

    NO_CAPACITY = "NO_CAPACITY"
    OUTSIDE_AREA = "OUTSIDE_AREA"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    SERVICE_NOT_OFFERED = "SERVICE_NOT_OFFERED"
    NEEDS_HIGHER_CARE = "NEEDS_HIGHER_CARE"
    MISSING_CONSENT = "MISSING_CONSENT"
    MISSING_INFORMATION = "MISSING_INFORMATION"
    UNCLEAR_NEED = "UNCLEAR_NEED"
    CLIENT_DECLINED = "CLIENT_DECLINED"
    CLIENT_MOVED = "CLIENT_MOVED"
    CONSENT_WITHDRAWN = "CONSENT_WITHDRAWN"
    SENT_BY_MISTAKE = "SENT_BY_MISTAKE"
    DECEASED = "DECEASED"
    PROVIDER_CLOSED = "PROVIDER_CLOSED"
    OTHER = "OTHER"


DECLINE_REASONS = (
    ReferralReason.NO_CAPACITY, ReferralReason.OUTSIDE_AREA, ReferralReason.NOT_ELIGIBLE, ReferralReason.SERVICE_NOT_OFFERED,
    ReferralReason.NEEDS_HIGHER_CARE, ReferralReason.OTHER,
)  # fmt: skip
RETURN_REASONS = (
    ReferralReason.MISSING_INFORMATION, ReferralReason.MISSING_CONSENT, ReferralReason.UNCLEAR_NEED, ReferralReason.OTHER,
)  # fmt: skip
WITHDRAW_REASONS = (
    ReferralReason.CLIENT_DECLINED, ReferralReason.CLIENT_MOVED, ReferralReason.CONSENT_WITHDRAWN, ReferralReason.SENT_BY_MISTAKE,
    ReferralReason.OTHER,
)  # fmt: skip
FAIL_REASONS = (
    ReferralReason.DECEASED,
    ReferralReason.CLIENT_MOVED,
    ReferralReason.PROVIDER_CLOSED,
    ReferralReason.OTHER,
)


class ReferralOutcome(StrEnum):
    """How it ended for the person, as the receiving side reports it."""

    ENGAGED = "ENGAGED"
    DECLINED_BY_CLIENT = "DECLINED_BY_CLIENT"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    LOST = "LOST"
    COMPLETED = "COMPLETED"
    READMITTED = "READMITTED"
    DECEASED = "DECEASED"
    OTHER = "OTHER"


class ContactChannel(StrEnum):
    """How somebody tried to reach a person."""

    PHONE = "PHONE"
    VISIT = "VISIT"
    MESSAGE = "MESSAGE"
    RELATIVE = "RELATIVE"
    LETTER = "LETTER"


class Clock(StrEnum):
    """The clocks of a referral; T4 counts real hours, the others working days unless it is urgent."""

    ACKNOWLEDGE = "T1"
    DECIDE = "T2"
    ASSIGN = "T3"
    FIRST_CONTACT = "T4"
    NEXT_CONTACT = "T6"
    FEEDBACK = "T8"
    FEEDBACK_AGAIN = "T8B"
    REACH = "T9"


class Level(StrEnum):
    """How loud a clock has become; each level is said once."""

    HALF = "HALF"
    LATE = "LATE"
    BREACH = "BREACH"
    COORDINATOR = "COORDINATOR"
    FOUNDATION = "FOUNDATION"
