"""What is missing before a month is closed: each gap is named, so that a page can lead there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.contacts.codes import AttendanceStatus, ContactStatus, FlagState, ServiceCode
from coord.contacts.group_reads import planned_sessions
from coord.contacts.tables import Presence, QualityFlag, ServiceContact, ServiceGroup
from coord.kernel.sql import select
from coord.measures.standing import weekdays
from coord.periods.codes import GapKind
from coord.periods.places import MonthPlace
from coord.periods.rules import first_day, last_day
from coord.placements import posts_at
from coord.programs.working_days import working_days
from coord.work import Unit, read

_MOST_GAPS = 200
_UNFINISHED = {ContactStatus.RETURNED: GapKind.RETURNED_RECORD, ContactStatus.DRAFT: GapKind.UNFINISHED_RECORD}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing: on which day, and the record or group that it is about."""

    kind: GapKind
    on: date
    contact: UUID | None = None
    group: UUID | None = None
    worker: str | None = None


@read("month.list")
async def month_gaps(unit: Unit, place: MonthPlace) -> Sequence[Gap]:
    """The gaps of a month up to today, by kind and day."""
    until = min(last_day(place.month), place.today - timedelta(days=1))
    found = [
        *await _about_records(unit, place),
        *await _without_names(unit, place),
        *await _not_held(unit, place, until),
        *await _days_without_record(unit, place, until),
    ]
    order = list(GapKind)
    return sorted(found, key=lambda gap: (order.index(gap.kind), gap.on, str(gap.contact)))[:_MOST_GAPS]


def _of_month(place: MonthPlace) -> list[Any]:
    return [
        col(ServiceContact.program_id) == place.program.id,
        col(ServiceContact.hospital_id) == place.hospital_id,
        col(ServiceContact.occurred_on).between(first_day(place.month), last_day(place.month)),
        col(ServiceContact.withdrawn_at).is_(None),
    ]


async def _about_records(unit: Unit, place: MonthPlace) -> Iterable[Gap]:
    """Returned and unfinished records, open flags, and services on days on which nobody works."""
    flagged = select(QualityFlag.contact_id).where(col(QualityFlag.state) == FlagState.OPEN)
    statement = select(
        ServiceContact.id,
        ServiceContact.occurred_on,
        ServiceContact.status,
        col(ServiceContact.id).in_(flagged).label("is_flagged"),
    ).where(*_of_month(place))
    calendar = working_days(place.program.time_zone)
    gaps = []
    for contact, day, status, is_flagged in await unit.rows(statement):
        if (kind := _UNFINISHED.get(status)) is not None:
            gaps.append(Gap(kind, day, contact))
        if is_flagged:
            gaps.append(Gap(GapKind.OPEN_FLAG, day, contact))
        if calendar.knows(day.year) and not calendar.is_working(day):
            gaps.append(Gap(GapKind.RECORD_ON_DAY_OFF, day, contact))
    return gaps


async def _without_names(unit: Unit, place: MonthPlace) -> Iterable[Gap]:
    """Sessions held of which nobody present is known by name: the sign-in sheet is missing."""
    named = select(Presence.contact_id).where(
        col(Presence.contact_id) == col(ServiceContact.id), col(Presence.client_id).is_not(None)
    )
    statement = select(ServiceContact.id, ServiceContact.occurred_on, ServiceContact.group_id).where(
        *_of_month(place),
        col(ServiceContact.service_code) == ServiceCode.GROUP_SESSION,
        col(ServiceContact.attendance) == AttendanceStatus.ATTENDED,
        ~named.exists(),
    )
    return [
        Gap(GapKind.SESSION_WITHOUT_NAMES, day, contact, group) for contact, day, group in await unit.rows(statement)
    ]


async def _not_held(unit: Unit, place: MonthPlace, until: date) -> Iterable[Gap]:
    """Planned sessions of open groups whose day has passed without a session."""
    statement = select(ServiceGroup.id).where(
        col(ServiceGroup.program_id) == place.program.id,
        col(ServiceGroup.hospital_id) == place.hospital_id,
        col(ServiceGroup.closed_on).is_(None),
    )
    ids = list(await unit.scalars(statement))
    planned = await planned_sessions(unit, ids)
    held = select(ServiceContact.group_id, ServiceContact.session_number).where(
        col(ServiceContact.group_id).in_(list(planned)), col(ServiceContact.withdrawn_at).is_(None)
    )
    done = {tuple(row) for row in await unit.rows(held)} if planned else set()
    return [
        Gap(GapKind.PLANNED_SESSION_NOT_HELD, day, group=group)
        for group, (days, _) in planned.items()
        for number, day in days.items()
        if first_day(place.month) <= day <= until and (group, number) not in done
    ]


async def _days_without_record(unit: Unit, place: MonthPlace, until: date) -> Iterable[Gap]:
    """Working days on which somebody at a post recorded nothing."""
    posts = await posts_at(unit, place.program.id, place.hospital_id)
    statement = select(ServiceContact.worker_id, ServiceContact.occurred_on).where(*_of_month(place)).distinct()
    recorded = {tuple(row) for row in await unit.rows(statement)}
    first = first_day(place.month)
    return [
        Gap(GapKind.DAY_WITHOUT_RECORD, day, worker=post.display_name)
        for post in posts
        for day in _worked(place, max(first, post.starts_on), min(until, post.ends_on or until))
        if (post.worker_id, day) not in recorded
    ]


def _worked(place: MonthPlace, first: date, last: date) -> Iterator[date]:
    """Working days by the calendar; by weekday in a year without a table, as completeness counts them."""
    calendar = working_days(place.program.time_zone)
    for day in weekdays(first, last):
        if not calendar.knows(day.year) or calendar.is_working(day):
            yield day


@dataclass(frozen=True, slots=True)
class NextMonth:
    """What is already known of the month after: sessions planned, by day."""

    sessions: Sequence[tuple[date, UUID, str, int]]


@read("month.list")
async def next_month_plan(unit: Unit, place: MonthPlace, month: str) -> NextMonth:
    """The sessions that groups of the hospital plan for a month."""
    statement = select(ServiceGroup.id, ServiceGroup.name).where(
        col(ServiceGroup.program_id) == place.program.id,
        col(ServiceGroup.hospital_id) == place.hospital_id,
        col(ServiceGroup.closed_on).is_(None),
    )
    names: Mapping[UUID, str] = dict(map(tuple, await unit.rows(statement)))
    planned = await planned_sessions(unit, list(names))
    sessions = [
        (day, group, names[group], number)
        for group, (days, _) in planned.items()
        for number, day in days.items()
        if first_day(month) <= day <= last_day(month)
    ]
    return NextMonth(sorted(sessions, key=lambda session: session[:1] + session[2:]))
