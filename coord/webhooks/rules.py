"""When a delivery is tried again, and when an endpoint is left alone. Pure: no I/O."""

from datetime import datetime, timedelta

GAPS = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 3600, 7200, 14400, 28800, 28800))
"""How long after each attempt in vain the next one comes; together a little under a day."""
LASTS = timedelta(hours=24)
LEASE = timedelta(minutes=2)
"""How long an attempt may take before another may begin: one whose worker died is taken up then."""
GONE = 410
_SUCCESS = range(200, 300)


def is_taken(status: int | None) -> bool:
    """Whether an answer says that the receiver has it; a redirect is none."""
    return status in _SUCCESS


def next_attempt(created_at: datetime, attempts: int, at: datetime) -> datetime | None:
    """When to try again after so many attempts; None when a day has gone by."""
    gap = GAPS[min(attempts, len(GAPS)) - 1]
    return at + gap if at + gap <= created_at + LASTS else None
