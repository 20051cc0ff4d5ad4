"""The clocks of a referral: when each ends, and when it becomes louder. Pure; the calendar is given.

Working days follow the 2023 Chinese measures on referral to community rehabilitation (five working days to decide,
five to assign); 72 hours after discharge follows England's national standard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from coord.kernel.workdays import WorkDays
from coord.referrals.codes import Clock, Level, Urgency

_MORNING, _EVENING = time(9), time(17)
_WORKING_TIME = timedelta(hours=8)
_HALF, _LATE = 0.5, 0.8
UNDO_WITHIN = timedelta(seconds=12)
EXPIRES_AFTER = timedelta(days=30)
"""Nobody has answered for so long: the referral expires and is counted."""
LOST_AFTER = timedelta(days=90)
"""A person who could not be reached may be reported as lost only so long after acceptance."""
LEAST_ATTEMPTS, LEAST_DAYS, LEAST_CHANNELS = 3, 3, 2


@dataclass(frozen=True, slots=True)
class Term:
    """How long a clock runs: in working days, or in real time.

    A ``quiet`` clock speaks only in the working hours of working days; the others speak when it is time.
    """

    working_days: int = 0
    real: timedelta = timedelta()
    quiet: bool = True


def _hours(number: int) -> Term:
    return Term(real=timedelta(hours=number), quiet=False)


_ROUTINE: Mapping[Clock, Term] = {
    Clock.ACKNOWLEDGE: Term(working_days=1),
    Clock.DECIDE: Term(working_days=5),
    Clock.ASSIGN: Term(working_days=5),
    Clock.FIRST_CONTACT: Term(real=timedelta(days=7), quiet=False),
    Clock.NEXT_CONTACT: Term(real=timedelta(days=28)),
    Clock.FEEDBACK: Term(working_days=10),
    Clock.REACH: Term(real=timedelta(days=14)),
}
_SOONER: Mapping[Urgency, Mapping[Clock, Term]] = {
    Urgency.EMERGENCY: {
        Clock.ACKNOWLEDGE: _hours(1), Clock.DECIDE: _hours(2), Clock.ASSIGN: _hours(4), Clock.FIRST_CONTACT: _hours(24),
    },
    Urgency.URGENT: {Clock.DECIDE: Term(working_days=1), Clock.ASSIGN: Term(working_days=2), Clock.FIRST_CONTACT: _hours(72)},
    Urgency.ROUTINE: {},
}  # fmt: skip


def term_of(clock: Clock, urgency: Urgency) -> Term:
    """How long a clock runs at an urgency."""
    return _SOONER[urgency].get(clock, _ROUTINE[clock])


AFTER_DISCHARGE = (_hours(72), Term(real=timedelta(days=7), quiet=False))
"""Until when somebody who left the hospital is met: the goal, and the limit when the goal had passed at acceptance."""


def first_contact(urgency: Urgency, accepted_at: datetime, discharged_at: datetime | None) -> tuple[datetime, datetime]:
    """From when to when the first contact is due (T4): after discharge by England's 72 hours, then by the 7 days.

    Real hours, holidays included. Whoever was discharged longer ago is met within the term from the acceptance, which
    also holds where it ends sooner.
    """
    own = accepted_at, accepted_at + term_of(Clock.FIRST_CONTACT, urgency).real
    if discharged_at is None:
        return own
    open_ends = [discharged_at + term.real for term in AFTER_DISCHARGE if discharged_at + term.real > accepted_at]
    if not open_ends or own[1] <= open_ends[0]:
        return own
    return discharged_at, open_ends[0]


def ran(clock: Clock, urgency: Urgency, started_at: datetime, due: datetime) -> Term:
    """The term of a clock that runs: that of the first contact depends on when it began."""
    if clock is Clock.FIRST_CONTACT:
        return Term(real=due - started_at, quiet=False)
    return term_of(clock, urgency)


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


def _in_working_hours(moment: datetime, place: ZoneInfo, days: WorkDays) -> datetime:
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
    over = _in_working_hours(due, place, days)
    after = [_at(days.after(over.astimezone(place).date(), n), _MORNING, place) for n in (1, 2)]
    quiet = [_in_working_hours(moment, place, days) for moment in warned]
    return list(zip(Level, (*quiet, over, *after), strict=True))


def next_moment(spoken: Sequence[Level], plan: Sequence[tuple[Level, datetime]]) -> tuple[Level, datetime] | None:
    """The next level that a clock has not reached yet, None when it has said everything."""
    return next(((level, at) for level, at in plan if level not in spoken), None)


def is_reached_enough(attempts: Sequence[tuple[date, str]]) -> bool:
    """Whether there were enough attempts to say that somebody is unreachable: on different days, by several channels."""
    by_day, by_channel = {day for day, _ in attempts}, {channel for _, channel in attempts}
    return len(attempts) >= LEAST_ATTEMPTS and len(by_day) >= LEAST_DAYS and len(by_channel) >= LEAST_CHANNELS
