"""The service taxonomy: primary and secondary codes of a contact."""

from enum import StrEnum


class ServiceCode(StrEnum):
    """What was done."""

    CASE_CONTACT = "CASE_CONTACT"
    GROUP_SESSION = "GROUP_SESSION"
    COMMUNITY_EVENT = "COMMUNITY_EVENT"
    BEDSIDE_VISIT = "BEDSIDE_VISIT"
    HOME_VISIT = "HOME_VISIT"
    CONSULTATION = "CONSULTATION"
    CRISIS = "CRISIS"
    DISCHARGE_PLAN = "DISCHARGE_PLAN"
    RESOURCE_LINK = "RESOURCE_LINK"
    PATIENT_AID = "PATIENT_AID"
    DOCTOR_PATIENT_COMM = "DOCTOR_PATIENT_COMM"
    MDT = "MDT"
    VOLUNTEER_MGMT = "VOLUNTEER_MGMT"
    SUPPORTER_TRAINING = "SUPPORTER_TRAINING"
    STAFF_SUPPORT = "STAFF_SUPPORT"
    HOTLINE = "HOTLINE"
    SUPERVISION_RECEIVED = "SUPERVISION_RECEIVED"
    ADMIN = "ADMIN"


class Setting(StrEnum):
    """Where it was done."""

    OUTPATIENT = "OUTPATIENT"
    EMERGENCY = "EMERGENCY"
    WARD = "WARD"
    DAY_CARE = "DAY_CARE"
    COMMUNITY = "COMMUNITY"
    ONLINE = "ONLINE"
    SCHOOL = "SCHOOL"
    WORKPLACE = "WORKPLACE"


class VisitPhase(StrEnum):
    """Before, during or after the visit to the doctor."""

    PRE_VISIT = "PRE_VISIT"
    DURING_VISIT = "DURING_VISIT"
    POST_VISIT = "POST_VISIT"


class ServiceTarget(StrEnum):
    """For whom it was done."""

    PATIENT = "PATIENT"
    FAMILY = "FAMILY"
    SUPPORTER = "SUPPORTER"
    STAFF = "STAFF"
    PUBLIC = "PUBLIC"


class Issue(StrEnum):
    """What it was about; a contact may have several."""

    EMOTIONAL = "EMOTIONAL"
    ECONOMIC = "ECONOMIC"
    CARE = "CARE"
    ILLNESS_ADAPTATION = "ILLNESS_ADAPTATION"
    DOCTOR_PATIENT = "DOCTOR_PATIENT"
    FAMILY_RELATIONS = "FAMILY_RELATIONS"
    WORK_SCHOOL = "WORK_SCHOOL"
    RIGHTS_LEGAL = "RIGHTS_LEGAL"
    CRISIS_SUICIDE = "CRISIS_SUICIDE"
    STIGMA = "STIGMA"


class AttendanceStatus(StrEnum):
    """Whether it took place."""

    ATTENDED = "ATTENDED"
    NO_SHOW = "NO_SHOW"
    CANCELED = "CANCELED"


class ContactStatus(StrEnum):
    """Where the record is on its way from draft to a locked month."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    VERIFIED = "VERIFIED"
    RETURNED = "RETURNED"
    LOCKED = "LOCKED"


class Source(StrEnum):
    """Through which door the record came."""

    PAGE = "PAGE"
    API = "API"
    IMPORT = "IMPORT"


class FlagKind(StrEnum):
    """Why a record should be looked at. A flag never changes a number."""

    SAME_CLIENT_TWO_WORKERS = "SAME_CLIENT_TWO_WORKERS"
    OVERLAPPING_TIMES = "OVERLAPPING_TIMES"
    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    BACKDATED = "BACKDATED"
    ENTERED_IN_BURST = "ENTERED_IN_BURST"
    COPIED_NOTE = "COPIED_NOTE"
    OFF_HOURS = "OFF_HOURS"
    NO_CONSENT = "NO_CONSENT"
    AFTER_CLOSURE = "AFTER_CLOSURE"


class FlagState(StrEnum):
    """What became of a flag."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"


class ImportKind(StrEnum):
    """What the rows of a workbook are."""

    CONTACTS = "CONTACTS"
    CLIENTS = "CLIENTS"


class ImportState(StrEnum):
    """Where an import is."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"


class GroupKind(StrEnum):
    """What a group is for."""

    EDUCATION = "EDUCATION"
    SUPPORT = "SUPPORT"
    GROWTH = "GROWTH"
    TREATMENT = "TREATMENT"


class AdjustmentKind(StrEnum):
    """What an adjustment did to a locked month."""

    ADDED = "ADDED"
    TAKEN_BACK = "TAKEN_BACK"


class CorrectionReason(StrEnum):
    """Why a locked month is corrected."""

    FORGOTTEN = "FORGOTTEN"
    ENTERED_TWICE = "ENTERED_TWICE"
    WRONG_DATE = "WRONG_DATE"
    WRONG_PERSON = "WRONG_PERSON"
    NOT_DELIVERED = "NOT_DELIVERED"
    OTHER = "OTHER"


ROSTER_CODES = frozenset({ServiceCode.GROUP_SESSION, ServiceCode.COMMUNITY_EVENT, ServiceCode.SUPPORTER_TRAINING})
"""Services that may name several clients at once."""

CLIENT_CODES = frozenset(
    {
        ServiceCode.CASE_CONTACT,
        ServiceCode.BEDSIDE_VISIT,
        ServiceCode.HOME_VISIT,
        ServiceCode.DISCHARGE_PLAN,
        ServiceCode.PATIENT_AID,
    }
)
"""Services that make no sense without a known client."""

HEAD_CODES = ROSTER_CODES | {ServiceCode.CONSULTATION, ServiceCode.CRISIS, ServiceCode.HOTLINE}
"""Services for which somebody must be present, known or anonymous."""
