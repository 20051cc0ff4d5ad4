"""Codes of scales, of what they found, and of safety alerts."""

from enum import StrEnum


class ScaleCode(StrEnum):
    """An instrument."""

    PHQ9 = "PHQ9"
    GAD7 = "GAD7"
    WHO5 = "WHO5"
    CSSRS = "CSSRS"
    SSQ14 = "SSQ14"


class ScoreStatus(StrEnum):
    """Whether there is a score: a missing item leaves none, the items that were answered are kept."""

    COMPLETE = "COMPLETE"
    INCOMPLETE = "INCOMPLETE"
    WITHDRAWN = "WITHDRAWN"
    """Entered by mistake: it stays to be seen, and counts nowhere."""


class Band(StrEnum):
    """Where a score lies. A band is a screen's finding, never a diagnosis."""

    MINIMAL = "MINIMAL"
    MILD = "MILD"
    MODERATE = "MODERATE"
    MODERATELY_SEVERE = "MODERATELY_SEVERE"
    SEVERE = "SEVERE"
    SCREEN_NEGATIVE = "SCREEN_NEGATIVE"
    SCREEN_POSITIVE = "SCREEN_POSITIVE"
    TRIAGE_NONE = "TRIAGE_NONE"
    TRIAGE_LOW = "TRIAGE_LOW"
    TRIAGE_MODERATE = "TRIAGE_MODERATE"
    TRIAGE_HIGH = "TRIAGE_HIGH"


class Due(StrEnum):
    """Why somebody should look at a person's scales."""

    FIRST_SCALE = "FIRST_SCALE"
    SCALE_AGAIN = "SCALE_AGAIN"
    NON_RESPONSE = "NON_RESPONSE"
    FOUR_WEEK_CONTACT = "FOUR_WEEK_CONTACT"


class ChangeClass(StrEnum):
    """What became of a course, by both measures; the four classes are all that there are."""

    IMPROVED = "IMPROVED"
    NO_CHANGE = "NO_CHANGE"
    DETERIORATED = "DETERIORATED"
    UNCLASSIFIABLE = "UNCLASSIFIABLE"


class AlertTrigger(StrEnum):
    """What opened a safety alert."""

    PHQ9_ITEM_9 = "PHQ9_ITEM_9"
    CSSRS_TRIAGE = "CSSRS_TRIAGE"
    WORKER_FLAG = "WORKER_FLAG"
    FOLLOW_UP_OVERDUE = "FOLLOW_UP_OVERDUE"


class AlertUrgency(StrEnum):
    """How fast the chain runs. It is raised by people, never lowered."""

    SAME_DAY = "SAME_DAY"
    IMMINENT = "IMMINENT"


class Level(StrEnum):
    """Whom an alert has reached, in the order of the chain."""

    WORKER = "WORKER"
    SUPERVISOR = "SUPERVISOR"
    COORDINATOR = "COORDINATOR"
    FOUNDATION = "FOUNDATION"


class PlanStep(StrEnum):
    """What the person who takes an alert on says they are doing."""

    STAYING_WITH_PERSON = "STAYING_WITH_PERSON"
    ASSESSING_TODAY = "ASSESSING_TODAY"
    PSYCHIATRIST_CALLED = "PSYCHIATRIST_CALLED"
    FAMILY_CALLED = "FAMILY_CALLED"
    EMERGENCY_CALLED = "EMERGENCY_CALLED"
    SAFETY_PLAN = "SAFETY_PLAN"
    HOSPITAL_INFORMED = "HOSPITAL_INFORMED"


class AlertOutcome(StrEnum):
    """With what an alert is closed."""

    SAFETY_PLAN_MADE = "SAFETY_PLAN_MADE"
    CSSRS_DONE = "CSSRS_DONE"
    TRANSFERRED = "TRANSFERRED"
    FALSE_ALARM = "FALSE_ALARM"


class AlertTaskKind(StrEnum):
    """What has to follow a closed alert."""

    CARING_CONTACT = "CARING_CONTACT"
    APPOINTMENT = "APPOINTMENT"
    APPOINTMENT_CHECK = "APPOINTMENT_CHECK"


class AlertText(StrEnum):
    """What a sealed text of an alert is."""

    FLAG = "FLAG"
    PLAN = "PLAN"
    RAISE_REASON = "RAISE_REASON"
    OUTCOME = "OUTCOME"
