"""Q8 supervision, Q9 attendance of groups, Q14 staffed posts, Q15 training before the post."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.contacts.codes import ServiceCode
from coord.contacts.tables import GroupMember, Presence, ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import counting, select
from coord.measures.counted import Counted, Rows, at_hospitals
from coord.measures.counting import delivered, kept
from coord.measures.inputs import MeasureQuery
from coord.placements.rules import is_trained_before
from coord.placements.tables import Placement
from coord.programs import ProgramFacts
from coord.programs.setting_values import settings_of
from coord.supervision.reads import first_posts, supervised_minutes
from coord.supervision.rules import minutes_due
from coord.work import Unit

_ONE = timedelta(days=1)


def months_between(first: date, last: date) -> Iterator[tuple[date, date]]:
    """The first and last day of each month that two days touch."""
    start = first.replace(day=1)
    while start <= last:
        following = (start + timedelta(days=32)).replace(day=1)
        yield start, following - _ONE
        start = following


def _days(first: date, last: date) -> Iterator[date]:
    return (first + _ONE * number for number in range((last - first).days + 1))


def post_days(starts_on: date, ends_on: date | None, first: date, last: date) -> int:
    """Days of a post between two days; all ends are included."""
    return max((min(ends_on or last, last) - max(starts_on, first)).days + 1, 0)


@dataclass(frozen=True, slots=True)
class Post:
    """A post, as days are counted of it."""

    id: UUID
    worker: UUID | None
    hospital: UUID
    employer: UUID
    starts_on: date
    ends_on: date | None
    trained_on: date | None

    def days(self, first: date, last: date) -> int:
        """How many days of it lie between two days."""
        return post_days(self.starts_on, self.ends_on, first, last)


async def _posts(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Sequence[Post]:
    statement = (
        select(
            Placement.id, Placement.worker_id, Placement.hospital_id, Placement.employer_id, Placement.starts_on,
            Placement.ends_on, Placement.trained_on,
        )
        .where(
            col(Placement.program_id) == program.id,
            col(Placement.starts_on) <= query.to_day,
            *at_hospitals(col(Placement.hospital_id), query),
        )
        .order_by(col(Placement.starts_on), col(Placement.id))
    )  # fmt: skip
    return [Post(*row) for row in await unit.rows(counting(statement))]


async def posts(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """Q14: days for which posts were contracted, and on which they were filled; vacant posts have no worker.

    Q15: filled posts, once a month, and those whose worker was trained before the post began.
    """
    contracted, staffed, filled, trained = [], [], [], []
    for post in await _posts(unit, program, query):
        for first, last in months_between(query.from_day, query.to_day):
            days = post.days(max(first, query.from_day), min(last, query.to_day))
            if days:
                row = Counted(post.id, days, max(first, query.from_day), post.hospital, post.employer)
                contracted.append(row)
                if post.worker is not None:
                    staffed.append(row)
                    filled.append(replace(row, value=1))
                    trained += [filled[-1]] if is_trained_before(post.trained_on, post.starts_on) else []
    return {
        "post_days": contracted, "staffed_days": staffed, "filled_post_months": filled, "trained_post_months": trained
    }  # fmt: skip


async def supervision(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """Q8 by worker and month, for whole months that are over and were worked from the first day to the last.

    Minutes are those of the sessions that supervisors recorded, as the page of caseloads shows them.
    """
    by_worker: dict[UUID, list[Post]] = defaultdict(list)
    for post in await _posts(unit, program, query):
        if post.worker is not None:
            by_worker[post.worker].append(post)
    whole = _whole_months(query, local_date(unit.started_at, program.time_zone))
    minutes = await supervised_minutes(unit, program.id, by_worker.keys(), query.from_day, query.to_day)
    begun = await first_posts(unit, by_worker.keys())
    settings = await settings_of(unit, program.id)
    months, enough = [], []
    for first, last in whole:
        for worker, held in by_worker.items():
            there = [post for post in held if post.days(first, last)]
            if sum(any(post.days(day, day) for post in there) for day in _days(first, last)) < last.day:
                continue
            row = Counted(worker, 1, first, there[-1].hospital, there[-1].employer)
            months.append(row)
            needed = minutes_due(begun[worker], last + _ONE, settings.on(last))
            enough += [row] if minutes.get((worker, f"{first:%Y-%m}"), 0) >= needed else []
    return {"worker_months": months, "supervised_months": enough}


def _whole_months(query: MeasureQuery, today: date) -> Sequence[tuple[date, date]]:
    """The months that lie in the period from the first day to the last, and are over."""
    months = months_between(query.from_day, query.to_day)
    return [
        (first, last) for first, last in months if query.from_day <= first and last <= query.to_day and last < today
    ]


async def rolls(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """Q9 by session of a group: places of its members, and members who came; guests never count."""
    held = (
        col(ServiceContact.program_id) == program.id,
        col(ServiceContact.occurred_on).between(query.from_day, query.to_day),
        col(ServiceContact.service_code) == ServiceCode.GROUP_SESSION,
        col(ServiceContact.group_id).is_not(None),
        delivered(),
        kept(),
        *at_hospitals(col(ServiceContact.hospital_id), query),
    )
    contact, member, present = ServiceContact, GroupMember, Presence
    statement = (
        select(contact.id, contact.occurred_on, contact.hospital_id, contact.agency_id, func.count(col(member.id)))
        .join(member, col(member.group_id) == col(contact.group_id))
        .where(*held)
        .group_by(contact.id, contact.occurred_on, contact.hospital_id, contact.agency_id)
    )
    # A statement of its own: SQLite would read all of a view for each row of an outer join.
    came = (
        select(contact.id, func.count(func.distinct(member.id)))
        .join(member, col(member.group_id) == col(contact.group_id))
        .join(present, (col(present.contact_id) == col(contact.id)) & (col(present.client_id) == col(member.client_id)))
        .where(*held, col(present.person_id) == col(present.client_id))
        .group_by(contact.id)
    )
    present_members = {session: int(number) for session, number in await unit.rows(counting(came))}
    places, attended = [], []
    for session, day, hospital, agency, members in await unit.rows(counting(statement)):
        places.append(Counted(session, int(members), day, hospital, agency))
        number = present_members.get(session, 0)
        attended += [Counted(session, number, day, hospital, agency)] if number else []
    return {"member_places": places, "member_attendances": attended}
