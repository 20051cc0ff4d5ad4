"""Quality indicators of a program: each a share with its numerator and denominator; of nothing there is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.contacts.group_reads import groups_with_sessions
from coord.contacts.group_rules import attended_of_expected
from coord.contacts.tables import ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import counting, select
from coord.measures.counting import delivered, kept
from coord.measures.inputs import MeasureQuery
from coord.placements.tables import Placement
from coord.programs import ProgramFacts, program_by_code
from coord.work import Unit, read

RECORDED_WITHIN = 3
"""Q5: a record is in time within so many days after its service."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole. Without a whole there is no share: not 0 and not 100 percent."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Indicators:
    """Q5 records in time, Q9 attendance of groups, Q14 staffed days of posts."""

    records_in_time: Share
    group_attendance: Share
    staffed_days: Share


@read("measure.read")
async def indicators(unit: Unit, query: MeasureQuery) -> Indicators:
    """The indicators of a program between two days, over what the actor may see. Raises ``NotFound``."""
    program = await program_by_code(unit, query.program)
    return Indicators(
        await _records_in_time(unit, program, query),
        await _group_attendance(unit, program, query),
        await _staffed_days(unit, program, query),
    )


def _scope(model: Any, program: ProgramFacts, query: MeasureQuery) -> list[Any]:
    where = [model.program_id == program.id]
    return where if query.hospitals is None else [*where, model.hospital_id.in_(query.hospitals)]


async def _records_in_time(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Share:
    """Q5 by the program's own days: grouped by the moment's day, so that the number of rows stays small."""
    statement = (
        select(ServiceContact.occurred_on, ServiceContact.recorded_at, func.count())
        .where(
            *_scope(ServiceContact, program, query),
            col(ServiceContact.occurred_on).between(query.from_day, query.to_day),
            kept(),
            delivered(),
        )
        .group_by(col(ServiceContact.occurred_on), col(ServiceContact.recorded_at))
    )
    in_time = whole = 0
    for day, recorded_at, number in await unit.rows(counting(statement)):
        whole += number
        in_time += number * is_in_time(day, local_date(recorded_at, program.time_zone))
    return Share(in_time, whole)


def is_in_time(day: date, recorded_on: date) -> bool:
    """Q5 for one record."""
    return recorded_on - day <= timedelta(days=RECORDED_WITHIN)


async def _group_attendance(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Share:
    """Q9 over the groups that met: attendances of members over members times sessions held."""
    met = select(ServiceContact.group_id).where(
        *_scope(ServiceContact, program, query),
        col(ServiceContact.occurred_on).between(query.from_day, query.to_day),
        col(ServiceContact.service_code) == ServiceCode.GROUP_SESSION,
        col(ServiceContact.attendance) == AttendanceStatus.ATTENDED,
        col(ServiceContact.group_id).is_not(None),
        kept(),
    )
    ids: Sequence[UUID] = await unit.scalars(counting(met.distinct()))
    attended = expected = 0
    for rolls, members in (await groups_with_sessions(unit, ids)).values():
        within = [roll for roll in rolls if query.from_day <= roll.held_on <= query.to_day]
        came, due = attended_of_expected(within, members)
        attended, expected = attended + came, expected + due
    return Share(attended, expected)


async def _staffed_days(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Share:
    """Q14: days on which posts were filled over days for which they were contracted; vacant posts have no worker."""
    statement = select(Placement.worker_id, Placement.starts_on, Placement.ends_on).where(
        *_scope(Placement, program, query),
        col(Placement.starts_on) <= query.to_day,
        col(Placement.ends_on).is_(None) | (col(Placement.ends_on) >= query.from_day),
    )
    staffed = contracted = 0
    for worker, starts_on, ends_on in await unit.rows(counting(statement)):
        days = post_days(starts_on, ends_on, query.from_day, query.to_day)
        contracted += days
        staffed += days if worker is not None else 0
    return Share(staffed, contracted)


def post_days(starts_on: date, ends_on: date | None, first: date, last: date) -> int:
    """Days of a post between two days; all ends are included."""
    return max((min(ends_on or last, last) - max(starts_on, first)).days + 1, 0)
