"""Codes of a case: where it stands, what may happen to it, and what is chosen in its forms."""

from enum import StrEnum


class CaseStatus(StrEnum):
    """Where a case stands."""

    DRAFT = "DRAFT"
    WAITING_ASSIGNMENT = "WAITING_ASSIGNMENT"
    ASSESSING = "ASSESSING"
    OPENING_REVIEW = "OPENING_REVIEW"
    OPEN = "OPEN"
    NOT_OPENED = "NOT_OPENED"
    INTERVENING = "INTERVENING"
    CLOSING_REVIEW = "CLOSING_REVIEW"
    CLOSED = "CLOSED"
    FOLLOW_UP = "FOLLOW_UP"
    RETURNED = "RETURNED"


OVER = (CaseStatus.NOT_OPENED, CaseStatus.CLOSED, CaseStatus.FOLLOW_UP)
"""Nothing is going on any more: the person may have another case in the program."""


class CaseEvent(StrEnum):
    """What happens to a case."""

    WRITE_INTAKE = "WRITE_INTAKE"
    SUBMIT_INTAKE = "SUBMIT_INTAKE"
    TAKE = "TAKE"
    ASSIGN = "ASSIGN"
    ASSESS = "ASSESS"
    SUBMIT_OPENING = "SUBMIT_OPENING"
    APPROVE_OPENING = "APPROVE_OPENING"
    DECLINE_OPENING = "DECLINE_OPENING"
    RETURN = "RETURN"
    RESUME = "RESUME"
    WRITE_PLAN = "WRITE_PLAN"
    SUBMIT_PLAN = "SUBMIT_PLAN"
    APPROVE_PLAN = "APPROVE_PLAN"
    RETURN_PLAN = "RETURN_PLAN"
    RATE_GOALS = "RATE_GOALS"
    SUBMIT_CLOSING = "SUBMIT_CLOSING"
    APPROVE_CLOSING = "APPROVE_CLOSING"
    RECORD_FOLLOW_UP = "RECORD_FOLLOW_UP"
    REOPEN = "REOPEN"
    TRANSFER = "TRANSFER"


class CaseOrigin(StrEnum):
    """How a file came to be: a new one, opened again, or taken over from another hospital or agency."""

    NEW = "NEW"
    REOPENED = "REOPENED"
    TAKEN_OVER = "TAKEN_OVER"


class IntakeUrgency(StrEnum):
    """How soon somebody must see to it."""

    URGENT = "URGENT"
    PRIORITY = "PRIORITY"
    ROUTINE = "ROUTINE"


class RiskScreen(StrEnum):
    """What the quick look at the danger of self-harm says."""

    NONE_SEEN = "NONE_SEEN"
    CONCERN = "CONCERN"
    IMMEDIATE = "IMMEDIATE"


class IntakeDecision(StrEnum):
    """What the worker proposes after the intake."""

    OPEN = "OPEN"
    REFER = "REFER"
    CONSULT_ONCE = "CONSULT_ONCE"
    DO_NOT_OPEN = "DO_NOT_OPEN"


class PlanStatus(StrEnum):
    """Where a plan stands."""

    DRAFT = "DRAFT"
    WAITING = "WAITING"
    APPROVED = "APPROVED"
    RETURNED = "RETURNED"


class ClosureType(StrEnum):
    """Why a case was closed; lost, died and transferred are outcomes too."""

    GOALS_REACHED = "GOALS_REACHED"
    ENDED_BY_CLIENT = "ENDED_BY_CLIENT"
    BEYOND_CAPACITY = "BEYOND_CAPACITY"
    MOVED_OR_REASSIGNED = "MOVED_OR_REASSIGNED"
    LOST_CONTACT = "LOST_CONTACT"
    DECEASED = "DECEASED"
    TRANSFERRED = "TRANSFERRED"


class ClosureReaction(StrEnum):
    """How the person took the end of the service."""

    POSITIVE = "POSITIVE"
    DENIAL = "DENIAL"
    REGRESSION = "REGRESSION"
    DEPENDENCE = "DEPENDENCE"
    COMPLAINT = "COMPLAINT"
    ANGER = "ANGER"
    BARGAINING = "BARGAINING"
    LOW_MOOD = "LOW_MOOD"


class FollowUpStatus(StrEnum):
    """What became of a follow-up after the closure."""

    DUE = "DUE"
    REACHED = "REACHED"
    NOT_REACHED = "NOT_REACHED"


class AdequateTreatment(StrEnum):
    """Whether the treatment reached what the program calls adequate (Q12), as the treating doctor says."""

    REACHED = "REACHED"
    NOT_REACHED = "NOT_REACHED"


class FollowUpMethod(StrEnum):
    """How the person was asked."""

    PHONE = "PHONE"
    INTERVIEW = "INTERVIEW"
    HOME_VISIT = "HOME_VISIT"
    ONLINE = "ONLINE"
