"""When access in an emergency holds, and when its review is late. Pure."""

from datetime import datetime, timedelta

LASTS = timedelta(hours=1)
"""How long a client stays open at most; not a setting: nobody gets longer."""
REVIEWED_WITHIN = timedelta(hours=72)


def is_running(opened_at: datetime, until_at: datetime, ended_at: datetime | None, at: datetime) -> bool:
    """Whether the client is open at a moment."""
    return ended_at is None and opened_at <= at < until_at


def is_overdue(opened_at: datetime, reviewed_at: datetime | None, at: datetime) -> bool:
    """Whether nobody has reviewed it in time."""
    return reviewed_at is None and at - opened_at > REVIEWED_WITHIN


def minutes_left(until_at: datetime, at: datetime) -> int:
    """Whole minutes until it ends, begun ones included."""
    return max(0, -int((at - until_at).total_seconds() // 60))
