"""The vocabulary of notices. Each has its sentence ``notice_kind.<KIND>`` in three languages, which is also a mail's subject."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened, without whom it happened to."""

    ALERT_ACKNOWLEDGED = "ALERT_ACKNOWLEDGED"
    SAFETY_ALERT = "SAFETY_ALERT"
