"""The vocabulary of notices. Each has its sentence ``notice_kind.<KIND>`` in three languages, which is also a mail's subject."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What happened, without whom it happened to."""

    ALERT_ACKNOWLEDGED = "ALERT_ACKNOWLEDGED"
    FACTOR_TAKEN = "FACTOR_TAKEN"
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a kind of notice
    PASSWORD_RESET = "PASSWORD_RESET"  # noqa: S105 - a kind of notice
    SAFETY_ALERT = "SAFETY_ALERT"
