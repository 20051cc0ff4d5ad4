"""Supervision of the social workers: sessions, their minutes, and how many cases each worker carries."""

from coord.supervision import access as _access
from coord.supervision.actions import record_supervision, withdraw_supervision
from coord.supervision.codes import SupervisionKind, SupervisionTopic
from coord.supervision.inputs import RecordSupervision, SupervisionFilter
from coord.supervision.reads import (
    SESSIONS,
    Load,
    attended,
    caseloads,
    count_sessions,
    own_worries,
    sessions,
    sessions_on_page,
    workers_to_supervise,
)

__all__ = [
    "SESSIONS", "Load", "RecordSupervision", "SupervisionFilter", "SupervisionKind", "SupervisionTopic", "attended",
    "caseloads", "count_sessions", "own_worries", "record_supervision", "sessions", "sessions_on_page",
    "withdraw_supervision", "workers_to_supervise",
]  # fmt: skip
_ = _access
