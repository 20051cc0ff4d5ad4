"""The clocks of a referral: when each ends, and when it becomes louder. Pure; the calendar is given.

How long each runs is a program's own word (``coord.referrals.terms``).
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coord.kernel.workdays import WorkDays
from coord.referrals.codes import Clock, Level, Urgency
from coord.referrals.terms import Term, Terms

_MORNING, _EVENING = time(9), time(17)
_WORKING_TIME = timedelta(hours=8)
_HALF, _LATE = 0.5, 0.8
UNDO_WITHIN = timedelta(seconds=12)
LEAST_CHANNELS = 2


def first_contact(
    terms: Terms, urgency: Urgency, accepted_at: datetime, discharged_at: datetime | None
) -> tuple[datetime, datetime]:
    """From when to when the first contact is due (T4): after discharge by England's 72 hours, then by the 7 days.

    Real hours, holidays included. Whoever was discharged longer ago is met within the term from the acceptance, which
    also holds where it ends sooner.
    """
    own = accepted_at, accepted_at + terms.of(Clock.FIRST_CONTACT, urgency).real
    if discharged_at is None:
        return own
    ends = sorted(discharged_at + term.real for term in terms.after_discharge)
    open_ends = [end for end in ends if end > accepted_at]
    if not open_ends or own[1] <= open_ends[0]:
        return own
    return discharged_at, open_ends[0]


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone)


def due_at(term: Term, started_at: datetime, zone: str, days: WorkDays) -> datetime:
    """When a clock has run out: for working days, the midnight that ends the last of them in the program's zone.

    Raises ``UnknownYear`` where the calendar would have to guess.
    """
    if not term.working_days:
        return started_at + term.real
    place = ZoneInfo(zone)
    last = days.after(started_at.astimezone(place).date(), term.working_days)
    return _at(last + timedelta(days=1), time(0), place)


def _share_of(term: Term, share: float, started_at: datetime, place: ZoneInfo, days: WorkDays) -> datetime:
    """The moment at which a share of a clock's term has passed."""
    if not term.working_days:
        return started_at + term.real * share
    whole, rest = divmod(term.working_days * share, 1)
    if not rest:
        return _at(days.after(started_at.astimezone(place).date(), int(whole)), _EVENING, place)
    day = days.after(started_at.astimezone(place).date(), int(whole) + 1)
    return _at(day, _MORNING, place) + _WORKING_TIME * rest


def in_working_hours(moment: datetime, place: ZoneInfo, days: WorkDays) -> datetime:
    """The moment itself, or the next morning of a working day."""
    local = moment.astimezone(place)
    if days.is_working(local.date()) and _MORNING <= local.time() <= _EVENING:
        return moment
    today = days.is_working(local.date()) and local.time() < _MORNING
    return _at(local.date() if today else days.after(local.date(), 1), _MORNING, place)


def moments(
    term: Term, started_at: datetime, due: datetime, zone: str, days: WorkDays
) -> Sequence[tuple[Level, datetime]]:
    """When a clock becomes louder, in order: at half, at four fifths, when it is over, and twice after that."""
    place = ZoneInfo(zone)
    warned = [_share_of(term, share, started_at, place, days) for share in (_HALF, _LATE)]
    if not term.quiet:
        later = [due + (due - started_at) * share for share in (_HALF, 1.0)]
        return list(zip(Level, (*warned, due, *later), strict=True))
    over = in_working_hours(due, place, days)
    after = [_at(days.after(over.astimezone(place).date(), n), _MORNING, place) for n in (1, 2)]
    quiet = [in_working_hours(moment, place, days) for moment in warned]
    return list(zip(Level, (*quiet, over, *after), strict=True))


def next_moment(spoken: Sequence[Level], plan: Sequence[tuple[Level, datetime]]) -> tuple[Level, datetime] | None:
    """The next level that a clock has not reached yet, None when it has said everything."""
    return next(((level, at) for level, at in plan if level not in spoken), None)


def has_half_passed(started_at: datetime, due: datetime, at: datetime) -> bool:
    """Whether a clock has run for half of its real time."""
    return at >= started_at + (due - started_at) * _HALF


def is_reached_enough(attempts: Sequence[tuple[date, str]], least: int) -> bool:
    """Whether somebody was tried often enough, on as many different days, by several channels, to be unreachable."""
    by_day, by_channel = {day for day, _ in attempts}, {channel for _, channel in attempts}
    return len(by_day) >= least and len(by_channel) >= LEAST_CHANNELS
