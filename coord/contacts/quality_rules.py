"""Why a record should be looked at again. Pure: no I/O. A flag never changes a number."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from coord.contacts.codes import AttendanceStatus, FlagKind, ServiceCode
from coord.kernel.clock import local_date

BACKDATED_DAYS: Final = 7
BURST_ENTRIES: Final = 20
BURST_WITHIN: Final = timedelta(minutes=5)
COPIED_FROM: Final = 20
"""A shorter note says too little to be called copied."""
_USUAL: Final = (5, 240)
# Minutes within which a service of this kind is believed without asking.
_BOUNDS: Mapping[ServiceCode, tuple[int, int]] = {
    ServiceCode.CASE_CONTACT: (10, 180),
    ServiceCode.BEDSIDE_VISIT: (5, 120),
    ServiceCode.HOME_VISIT: (15, 360),
    ServiceCode.CONSULTATION: (3, 120),
    ServiceCode.HOTLINE: (2, 120),
    ServiceCode.GROUP_SESSION: (30, 240),
    ServiceCode.COMMUNITY_EVENT: (20, 600),
    ServiceCode.SUPPORTER_TRAINING: (30, 600),
    ServiceCode.MDT: (10, 300),
    ServiceCode.VOLUNTEER_MGMT: (5, 600),
    ServiceCode.SUPERVISION_RECEIVED: (15, 480),
    ServiceCode.ADMIN: (1, 600),
}
FIRST_HOUR: Final = 7
LAST_HOUR: Final = 21
"""A service that begins outside these hours of the program's clock is looked at; danger and calls keep no hours."""
AT_ANY_HOUR: Final = frozenset({ServiceCode.CRISIS, ServiceCode.HOTLINE})
WITHOUT_CONSENT: Final = frozenset({ServiceCode.CONSULTATION, ServiceCode.CRISIS, ServiceCode.HOTLINE})
"""What may be done for a person who has not agreed to the service yet."""
_NOT_A_LETTER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the rules look at in one contact. ``is_typed``: a person entered it, it was not imported."""

    id: UUID
    worker_id: UUID
    client_id: UUID | None
    service_code: ServiceCode
    attendance: AttendanceStatus
    occurred_on: date
    started_at: datetime | None
    duration_minutes: int
    recorded_at: datetime
    note_hash: bytes | None
    is_typed: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to look at one contact."""

    contact_id: UUID
    kind: FlagKind


def own_doubts(entry: Entry, zone: str, backdated_days: int = BACKDATED_DAYS) -> Iterator[Doubt]:
    """What is odd about a contact by itself; ``zone`` is the program's time zone, ``backdated_days`` its limit."""
    if entry.attendance is AttendanceStatus.ATTENDED:
        shortest, longest = _BOUNDS.get(entry.service_code, _USUAL)
        if entry.duration_minutes < shortest:
            yield Doubt(entry.id, FlagKind.TOO_SHORT)
        if entry.duration_minutes > longest:
            yield Doubt(entry.id, FlagKind.TOO_LONG)
    if is_off_hours(entry, zone):
        yield Doubt(entry.id, FlagKind.OFF_HOURS)
    # Imports are late and many at once by nature: neither backdating nor bursts say anything about them.
    if entry.is_typed and (local_date(entry.recorded_at, zone) - entry.occurred_on).days > backdated_days:
        yield Doubt(entry.id, FlagKind.BACKDATED)


def is_off_hours(entry: Entry, zone: str) -> bool:
    """A service that began at night, where the program is."""
    if entry.started_at is None or entry.service_code in AT_ANY_HOUR:
        return False
    return not FIRST_HOUR <= entry.started_at.astimezone(ZoneInfo(zone)).hour < LAST_HOUR


def doubts_between(entry: Entry, others: Iterable[Entry]) -> Iterator[Doubt]:
    """What is odd about a contact beside others; both sides are named, whichever was logged first."""
    for other in others:
        if other.id == entry.id:
            continue
        for kind, odd in (
            (FlagKind.SAME_CLIENT_TWO_WORKERS, is_same_client_by_another(entry, other)),
            (FlagKind.OVERLAPPING_TIMES, is_overlapping(entry, other)),
        ):
            if odd:
                yield from (Doubt(entry.id, kind), Doubt(other.id, kind))


def is_same_client_by_another(one: Entry, other: Entry) -> bool:
    """Two workers served the same client on the same day, each in a record of their own."""
    return (
        one.client_id is not None
        and one.client_id == other.client_id
        and one.occurred_on == other.occurred_on
        and one.worker_id != other.worker_id
        and {one.attendance, other.attendance} == {AttendanceStatus.ATTENDED}
    )


def is_overlapping(one: Entry, other: Entry) -> bool:
    """One worker was at two places at once; touching hours do not overlap."""
    if one.worker_id != other.worker_id or one.started_at is None or other.started_at is None:
        return False
    one_ends = one.started_at + timedelta(minutes=one.duration_minutes)
    other_ends = other.started_at + timedelta(minutes=other.duration_minutes)
    return one.started_at < other_ends and other.started_at < one_ends


class Neighbors:
    """Entries by what two that clash have in common, so that each is compared with few others."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """``entries``: all that may stand beside those which will be looked at."""
        self._by: dict[Hashable, list[Entry]] = defaultdict(list)
        for entry in entries:
            self._by[entry.client_id, entry.occurred_on].append(entry)
            if entry.started_at is not None:
                self._by[entry.worker_id, entry.occurred_on].append(entry)

    def of(self, entry: Entry) -> Iterable[Entry]:
        """Those of the client's day, and of the worker's hours: these may reach into the next day."""
        keys: list[Hashable] = [] if entry.client_id is None else [(entry.client_id, entry.occurred_on)]
        if entry.started_at is not None:
            keys += [(entry.worker_id, entry.occurred_on + timedelta(days=n)) for n in (-1, 0, 1)]
        return {other.id: other for key in keys for other in self._by.get(key, ())}.values()


def copied_doubts(entries: Collection[Entry], others: Iterable[Entry]) -> Iterator[Doubt]:
    """Entries and others in which one worker wrote the same words: their keyed hashes are the same.

    Grouped, not compared in pairs: some write the same words into every row of a sheet.
    """
    alike: dict[Hashable, dict[UUID, None]] = defaultdict(dict)
    for entry in (*entries, *others):
        if entry.note_hash is not None:
            alike[entry.worker_id, entry.note_hash][entry.id] = None
    looked_at = {entry.id for entry in entries}
    for group in alike.values():
        if len(group) > 1 and not looked_at.isdisjoint(group):
            yield from (Doubt(contact_id, FlagKind.COPIED_NOTE) for contact_id in group)


def bare(note: str) -> str:
    """A note without width, case, spaces and punctuation."""
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFKC", note)).casefold()


def burst_doubts(entry: Entry, near: Sequence[Entry]) -> Iterator[Doubt]:
    """Every typed entry of the stretches of five minutes around ``entry`` that hold more than 20 entries.

    ``near`` are the worker's entries of the five minutes before and after, ``entry`` among them.
    """
    typed = sorted((other for other in near if other.is_typed), key=lambda other: other.recorded_at)
    hasty: dict[UUID, None] = {}
    for first in typed:
        stretch = [o for o in typed if first.recorded_at <= o.recorded_at < first.recorded_at + BURST_WITHIN]
        if len(stretch) > BURST_ENTRIES and entry in stretch:
            hasty |= dict.fromkeys(other.id for other in stretch)
    yield from (Doubt(contact_id, FlagKind.ENTERED_IN_BURST) for contact_id in hasty)
