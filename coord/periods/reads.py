"""The reporting calendar: every hospital's month, what is due, what is in, whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import col

from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.measures.progress import completeness_by_hospital
from coord.organizations.tables import Organization
from coord.periods.codes import MonthState, Move, Timeliness
from coord.periods.places import MonthPlace, seen_by
from coord.periods.rules import Due, Hands, due_days, first_day, last_day, moves_from, timeliness
from coord.periods.tables import MonthReport, MonthStep
from coord.programs import Part, program_by_code
from coord.programs.setting_values import settings_on
from coord.programs.tables import Participation
from coord.work import Unit, read

_MOST_HOSPITALS, _MOST_STEPS = 500, 100
_VERBS = ("month.submit", "month.review", "month.lock")


@dataclass(frozen=True, slots=True)
class MonthCard:
    """One hospital's month: what is expected, how complete it is, where its report is and when it is due."""

    hospital_id: UUID
    hospital_code: str
    hospital_name: str
    month: str
    state: MonthState
    posts: int
    completeness: float
    due: Due
    timeliness: Timeliness
    submitted_at: datetime | None
    approved_at: datetime | None
    locked_at: datetime | None
    words: str | None
    story: str | None
    plan: str | None
    moves: Sequence[Move]

    @property
    def is_expected(self) -> bool:
        """Whether a report is expected: somebody was posted there in the month."""
        return self.posts > 0


@read("month.list")
async def month_board(unit: Unit, program: str, month: str, *, hospital: UUID | None = None) -> Sequence[MonthCard]:
    """A month of every hospital that the actor follows, by code. Raises ``NotFound`` for a foreign program."""
    facts = await program_by_code(unit, program)
    today = local_date(unit.started_at, facts.time_zone)
    due = due_days(month, await settings_on(unit, facts.id, last_day(month)))
    expected = await completeness_by_hospital(unit, facts, month)
    reports = await _reports(unit, facts.id, month)
    where = [] if hospital is None else [col(Organization.id) == hospital]
    statement = (
        select(Organization.id, Organization.code, Organization.name)
        .join(Participation, col(Participation.organization_id) == col(Organization.id))
        .where(
            col(Participation.program_id) == facts.id,
            col(Participation.part) == Part.HOSPITAL,
            col(Participation.starts_on) <= last_day(month),
            col(Participation.ends_on).is_(None) | (col(Participation.ends_on) >= first_day(month)),
            seen_by(unit.actor),
            *where,
        )
        .order_by(col(Organization.code))
        .limit(_MOST_HOSPITALS)
    )
    calendar = _Calendar(month, due, today, facts.time_zone)
    return [
        _card(unit, tuple(row), calendar, expected.get(row.id, (0, 1.0)), reports.get(row.id))
        for row in await unit.rows(statement)
    ]


@dataclass(frozen=True, slots=True)
class _Calendar:
    """What is the same for every hospital of a month."""

    month: str
    due: Due
    today: date
    zone: str


def _card(
    unit: Unit,
    place: tuple[UUID, str, str],
    calendar: _Calendar,
    expected: tuple[int, float],
    report: MonthReport | None,
) -> MonthCard:
    known = report or MonthReport(program_id=place[0], hospital_id=place[0], month=calendar.month)
    submitted_on = known.submitted_at and local_date(known.submitted_at, calendar.zone)
    hands = Hands(known.submitted_by_id, known.approved_by_id)
    verbs = [verb for verb in _VERBS if unit.actor.may(verb)]
    return MonthCard(
        *place, calendar.month, known.state, *expected, calendar.due,
        timeliness(submitted_on, calendar.due.submit_by, calendar.today),
        known.submitted_at, known.approved_at, known.locked_at, known.words, known.story, known.plan,
        moves_from(known.state, verbs, unit.actor.user_id, hands),
    )  # fmt: skip


async def _reports(unit: Unit, program_id: UUID, month: str) -> Mapping[UUID, MonthReport]:
    statement = select(MonthReport).where(col(MonthReport.program_id) == program_id, col(MonthReport.month) == month)
    return {report.hospital_id: report for report in await unit.scalars(statement)}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a month, as its history shows it."""

    from_state: MonthState
    to_state: MonthState
    note: str | None
    at: datetime
    by_name: str


@read("month.list")
async def month_steps(unit: Unit, place: MonthPlace) -> Sequence[Step]:
    """What became of a month so far, the first step first."""
    statement = (
        select(MonthStep.from_state, MonthStep.to_state, MonthStep.note, MonthStep.at, MonthStep.by_name)
        .join(MonthReport, col(MonthReport.id) == col(MonthStep.report_id))
        .where(
            col(MonthReport.program_id) == place.program.id,
            col(MonthReport.hospital_id) == place.hospital_id,
            col(MonthReport.month) == place.month,
        )
        .order_by(col(MonthStep.at), col(MonthStep.id))
        .limit(_MOST_STEPS)
    )
    return [Step(*row) for row in await unit.rows(statement)]


@read("month.list")
async def months_of_hospital(unit: Unit, place: MonthPlace, months: Sequence[str]) -> Mapping[str, MonthState]:
    """The states of several months of one hospital; a month without a report is open."""
    statement = select(MonthReport.month, MonthReport.state).where(
        col(MonthReport.program_id) == place.program.id,
        col(MonthReport.hospital_id) == place.hospital_id,
        col(MonthReport.month).in_(months),
    )
    known = dict(map(tuple, await unit.rows(statement)))
    return {month: known.get(month, MonthState.OPEN) for month in months}
