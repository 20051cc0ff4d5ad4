"""One clock: instants are aware UTC, a service date is the local date of the program."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def local_date(instant: datetime, zone: str) -> date:
    """The calendar date of an aware instant in an IANA time zone (CR-10)."""
    return instant.astimezone(ZoneInfo(zone)).date()


def today(zone: str) -> date:
    """Today's date in an IANA time zone."""
    return local_date(now(), zone)


def holds_on(starts_on: date, ends_on: date | None, day: date) -> bool:
    """Whether something that lasts from one date to another holds on a day; the last day is included."""
    return starts_on <= day and (ends_on is None or day <= ends_on)
