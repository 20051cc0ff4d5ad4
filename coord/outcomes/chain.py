"""The chain of a safety alert: which answers open one, who hears of it when. Pure.

All times are from the moment the alert was opened, and belong to the clinicians who own them: a change is a new
``VERSION``, which stands in each alert.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from coord.outcomes.codes import AlertTaskKind, AlertTrigger, AlertUrgency, Band, Level, ScaleCode
from coord.outcomes.scoring import Items, triage

VERSION = "2026.1"
CHAIN: Sequence[Level] = tuple(Level)
MINUTES: Mapping[AlertUrgency, Sequence[int]] = {
    AlertUrgency.SAME_DAY: (0, 10, 30, 60),
    AlertUrgency.IMMINENT: (0, 2, 5, 10),
}
TASKS: Mapping[AlertTaskKind, timedelta] = {
    AlertTaskKind.CARING_CONTACT: timedelta(hours=24),
    AlertTaskKind.APPOINTMENT: timedelta(days=7),
    AlertTaskKind.APPOINTMENT_CHECK: timedelta(days=9),
}
_ITEM_9 = 8


def alert_of(scale: ScaleCode, items: Items, raised_to: Band | None = None) -> tuple[AlertTrigger, AlertUrgency] | None:
    """The alert that answers open, whatever else is missing; None for answers that open none."""
    if scale is ScaleCode.PHQ9:
        return (AlertTrigger.PHQ9_ITEM_9, AlertUrgency.SAME_DAY) if items[_ITEM_9] else None
    if scale is not ScaleCode.CSSRS:
        return None
    level = raised_to or triage(items)
    urgency = {Band.TRIAGE_HIGH: AlertUrgency.IMMINENT, Band.TRIAGE_MODERATE: AlertUrgency.SAME_DAY}.get(level)
    return None if urgency is None else (AlertTrigger.CSSRS_TRIAGE, urgency)


def alert_id(score: UUID) -> UUID:
    """The one id of the alert that an assessment can open under this version."""
    return uuid5(score, VERSION)


def due_at(opened_at: datetime, urgency: AlertUrgency, level: int, *, within: int, hurry: float = 1) -> datetime:
    """When a level (0 is the first) hears of an alert that nobody has taken on.

    ``within``: the minutes until the last level, the chain's own or fewer (T10); the levels between keep their shares.
    ``hurry`` divides the times.
    """
    chain = MINUTES[urgency]
    return opened_at + timedelta(minutes=chain[level] * within / chain[-1]) / hurry
