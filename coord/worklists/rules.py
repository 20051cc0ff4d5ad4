"""Which follow-ups are due after discharge, and in which order things wait. Pure: no I/O."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from coord.clients.discharges import Discharged
from coord.kernel.clock import local_date
from coord.kernel.workdays import contact_windows
from coord.programs import Setting
from coord.programs.setting_rules import SCHEDULE
from coord.worklists.codes import WorkKind

_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that waits: why, since when or until when, about which client, record or group.

    The key names the thing and its cause, so that setting it aside does not hide the next one.
    """

    kind: WorkKind
    key: str
    due_on: date
    client: UUID | None = None
    subject: UUID | None = None
    told: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Met:
    """A day on which a client was met, and the moment where it is known."""

    on: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A contact after discharge: from which day it may be made, by which it is due, until which it counts."""

    name: str
    opens_on: date
    due_on: date
    closes_on: date
    deadline: datetime | None = None

    def is_met(self, meetings: Iterable[Met]) -> bool:
        """Whether a meeting counts for it; the hours of the first one count where they are known."""
        return any(
            self.opens_on <= met.on <= self.closes_on
            and (self.deadline is None or met.at is None or met.at <= self.deadline)
            for met in meetings
        )


def schedule(discharged_at: datetime, zone: str, terms: Mapping[Setting, int]) -> Sequence[FollowUp]:
    """The first contact within hours and the schedule after it; the day of discharge never counts.

    ``terms``: the program's settings on that day.
    """
    day = local_date(discharged_at, zone)
    hours = terms[Setting.AFTER_DISCHARGE_HOURS]
    deadline = discharged_at + timedelta(hours=hours)
    until = local_date(deadline, zone)
    first = FollowUp(f"{hours}H", day + _ONE, until, until, deadline)
    days = [terms[setting] for setting in SCHEDULE]
    later = (FollowUp(f"D{w.after_days}", w.opens_on, w.due_on, w.closes_on) for w in contact_windows(day, days))
    return [first, *later]


def due_now(steps: Sequence[FollowUp], meetings: Sequence[Met], today: date) -> FollowUp | None:
    """The follow-up that is open today and not made: the latest that has opened; None after the last has closed."""
    opened = [one for one in steps if one.opens_on <= today]
    if not opened:
        return None
    latest = opened[-1]
    is_over = latest is steps[-1] and today > latest.closes_on
    return None if is_over or latest.is_met(meetings) else latest


def newest_of_each(discharges: Iterable[Discharged]) -> Mapping[UUID, Discharged]:
    """The last discharge of each client; none of one who is back in the hospital since."""
    latest: dict[UUID, Discharged] = {}
    for one in discharges:
        known = latest.get(one.client_id)
        if known is None or one.discharged_at > known.discharged_at:
            latest[one.client_id] = one
    return {client: one for client, one in latest.items() if one.readmitted_on is None}


def counted_discharges(discharges: Iterable[Discharged], within_days: int, zone: str) -> Sequence[Discharged]:
    """The discharges that a follow-up rate counts: of one followed by a readmission within the days, only the next."""
    return [
        one
        for one in discharges
        if one.readmitted_on is None or (one.readmitted_on - local_date(one.discharged_at, zone)).days > within_days
    ]


def in_order(entries: Iterable[Entry]) -> Sequence[Entry]:
    """What is due first comes first; of one day, by kind."""
    order = list(WorkKind)
    return sorted(entries, key=lambda entry: (entry.due_on, order.index(entry.kind), entry.key))
