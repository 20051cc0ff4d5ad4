"""Scales, scores, outcome rules and the safety alerts that answers open."""

from coord.outcomes import access as _access
from coord.outcomes.actions import Recorded, record_scale
from coord.outcomes.alert_reads import ALERTS, alert, alerts_on_page
from coord.outcomes.alerts import close_alert, raise_alert, raise_urgency, take_alert
from coord.outcomes.inputs import CloseAlert, RaiseAlert, RaiseUrgency, RecordScale, TakeAlert

__all__ = [
    "ALERTS",
    "CloseAlert",
    "RaiseAlert",
    "RaiseUrgency",
    "RecordScale",
    "Recorded",
    "TakeAlert",
    "alert",
    "alerts_on_page",
    "close_alert",
    "raise_alert",
    "raise_urgency",
    "record_scale",
    "take_alert",
]
_ = _access
