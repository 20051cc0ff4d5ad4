"""Follow-up and readmission, by discharge.

72 hours: England's national standard. 7 and 30 days: HEDIS FUH, whose denominator is discharges, not people; the day of
discharge never counts, and of discharges with a readmission within 30 days only the last one counts. A discharge counts
once its window is over: before that nobody can have missed it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest
from uuid import UUID

from sqlmodel import col

from coord.clients.tables import Discharge
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import counting, select
from coord.measures.counted import Counted, Rows, at_hospitals
from coord.measures.counting import delivered, kept
from coord.measures.inputs import MeasureQuery
from coord.programs import ProgramFacts
from coord.work import Unit

SOON = timedelta(hours=72)
_LONGEST = timedelta(days=90)
_DAY = timedelta(days=1)
_WINDOWS = (7, 30)
_BACK_WITHIN = (30, 90)
_KEPT_LAST_WITHIN = 30


@dataclass(frozen=True, slots=True)
class Left:
    """A discharge, the local day of it, and the local day on which the person was back."""

    id: UUID
    client: UUID
    hospital: UUID
    at: datetime
    on: date
    back_on: date | None

    def is_back_within(self, days: int) -> bool:
        """Whether the person was back within so many days."""
        return self.back_on is not None and self.back_on <= self.on + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Met:
    """A contact with the person: its day, and its moment where one was noted."""

    on: date
    at: datetime | None


def is_followed_soon(left: Left, met: Sequence[Met], zone: str) -> bool:
    """Within 72 hours, not on the day of discharge; without a noted hour only whole days before the last one are sure."""
    limit = left.at + SOON
    return any(
        one.on > left.on and (one.at <= limit if one.at is not None else one.on < local_date(limit, zone))
        for one in met
    )


def is_followed_within(left: Left, met: Sequence[Met], days: int) -> bool:
    """Within so many days after the day of discharge, which is day 0."""
    return any(left.on < one.on <= left.on + timedelta(days=days) for one in met)


def tally(left: Sequence[Left], met: Mapping[UUID, Sequence[Met]], now: datetime, zone: str) -> Rows:
    """The rows of every measure by discharge, as of a moment."""
    found: dict[str, list[Counted]] = defaultdict(list)
    today = local_date(now, zone)

    def count(one: Left, window: str, due: str, done: str, *, is_done: bool) -> None:
        row = Counted(one.id, 1, one.on, one.hospital)
        found[f"{due}_{window}"].append(row)
        found[f"{done}_{window}"] += [row] if is_done else []

    for one in left:
        contacts = met.get(one.client, ())
        limit = one.at + SOON
        back_soon = one.back_on is not None and one.back_on <= local_date(limit, zone)
        if limit <= now and not back_soon:
            count(one, "72h", "followup_due", "followed", is_done=is_followed_soon(one, contacts, zone))
        for days in _WINDOWS:
            if today > one.on + timedelta(days=days) and not one.is_back_within(_KEPT_LAST_WITHIN):
                is_done = is_followed_within(one, contacts, days)
                count(one, f"{days}d", "followup_due", "followed", is_done=is_done)
        for days in _BACK_WITHIN:
            if today > one.on + timedelta(days=days):
                count(one, f"{days}d", "readmission_due", "readmitted", is_done=one.is_back_within(days))
    return found


async def discharges(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """The discharges of the period with what followed them."""
    left = await _left(unit, program, query)
    return tally(left, await _met(unit, program, query), unit.started_at, program.time_zone)


async def _left(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Sequence[Left]:
    statement = (
        select(
            Discharge.id, Discharge.client_id, Discharge.hospital_id, Discharge.discharged_at, Discharge.readmitted_on
        )
        .where(*_around(program, query))
        .order_by(col(Discharge.client_id), col(Discharge.discharged_at))
    )
    rows = await unit.rows(counting(statement))
    found = []
    for row, following in zip_longest(rows, rows[1:]):
        on, back_on = local_date(row.discharged_at, program.time_zone), row.readmitted_on
        # Who is discharged again was back in between, whether or not somebody noted the day.
        if back_on is None and following is not None and following.client_id == row.client_id:
            back_on = local_date(following.discharged_at, program.time_zone)
        if query.from_day <= on <= query.to_day:
            found.append(Left(row.id, row.client_id, row.hospital_id, row.discharged_at, on, back_on))
    return found


def _around(program: ProgramFacts, query: MeasureQuery) -> Sequence[object]:
    """Discharges of the period and of the time in which they are followed; by UTC, with a day to spare."""
    first = datetime.fromisoformat(f"{query.from_day - _DAY}T00:00:00+00:00")
    last = datetime.fromisoformat(f"{query.to_day + _LONGEST + _DAY}T00:00:00+00:00")
    return [
        col(Discharge.program_id) == program.id,
        col(Discharge.discharged_at).between(first, last),
        *at_hospitals(col(Discharge.hospital_id), query),
    ]


async def _met(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Mapping[UUID, Sequence[Met]]:
    """Delivered contacts in which the discharged people themselves were present, wherever in the program."""
    people = select(Discharge.client_id).where(*_around(program, query))
    statement = (
        select(Presence.client_id, ServiceContact.occurred_on, ServiceContact.started_at)
        .join(ServiceContact, col(ServiceContact.id) == col(Presence.contact_id))
        .where(
            col(Presence.program_id) == program.id,
            col(Presence.occurred_on).between(query.from_day, query.to_day + _LONGEST),
            col(Presence.person_id) == col(Presence.client_id),
            col(Presence.client_id).in_(people),
            delivered(),
            kept(),
        )
    )
    met: dict[UUID, list[Met]] = defaultdict(list)
    for client, day, at in await unit.rows(counting(statement)):
        met[client].append(Met(day, at))
    return met
