"""Access in an emergency: one client, one hour, with a reason, told at once and reviewed afterwards."""

from coord.clients.emergency.actions import end_emergency, open_emergency, review_emergency
from coord.clients.emergency.inputs import OpenEmergency, ReviewEmergency
from coord.clients.emergency.reads import (
    EmergencyCard,
    Opening,
    emergency_card,
    hospitals_within_reach,
    openings,
    overdue_reviews,
    running_emergency,
)

__all__ = [
    "EmergencyCard",
    "OpenEmergency",
    "Opening",
    "ReviewEmergency",
    "emergency_card",
    "end_emergency",
    "hospitals_within_reach",
    "open_emergency",
    "openings",
    "overdue_reviews",
    "review_emergency",
    "running_emergency",
]
