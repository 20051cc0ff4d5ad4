"""The calendar: hospitals by months, the latest of them first."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.oversight.calendar.codes import CalendarMark
from coord.oversight.calendar.rules import mark_of, months_over
from coord.oversight.calendar.tables import MonthReminder
from coord.periods import MonthState, Timeliness, month_board
from coord.periods.reads import MonthCard
from coord.programs import ProgramFacts, program_by_code
from coord.work import Unit, read


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """One cell: a month of a hospital. ``timeliness`` says of what is in whether it came late."""

    month: str
    mark: CalendarMark
    state: MonthState
    timeliness: Timeliness
    submit_by: date


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """One hospital's months, in the order of the calendar, and when it was reminded last."""

    hospital_id: UUID
    hospital_code: str
    hospital_name: str
    months: Sequence[CalendarMonth]
    reminded_at: datetime | None
    is_reminded_today: bool

    @property
    def late(self) -> Sequence[str]:
        """The months whose report is missing past its day."""
        return [one.month for one in self.months if one.mark is CalendarMark.LATE]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The months of a program that are over, the newest first, and its hospitals, those with most late months first."""

    program: ProgramFacts
    months: Sequence[str]
    lines: Sequence[CalendarLine]
    today: date

    @property
    def late(self) -> Sequence[CalendarLine]:
        """Hospitals with a late month."""
        return [line for line in self.lines if line.late]

    @property
    def newest(self) -> Mapping[CalendarMark, int]:
        """How many hospitals stand where with the newest month."""
        return Counter(one.mark for line in self.lines for one in line.months[:1])


@read("month.list")
async def report_calendar(unit: Unit, program: str) -> Calendar:
    """The last six months of every hospital that the actor follows. Raises ``NotFound`` for a foreign program."""
    facts = await program_by_code(unit, program)
    today = local_date(unit.started_at, facts.time_zone)
    months = months_over(facts.starts_on, facts.ends_on, today)
    cards: dict[UUID, dict[str, MonthCard]] = {}
    for month in months:
        for card in await month_board(unit, program, month):
            cards.setdefault(card.hospital_id, {})[month] = card
    reminded = await _reminded(unit, facts.id)
    lines = [_line(facts, today, months, of_months, reminded) for of_months in cards.values()]
    return Calendar(facts, months, sorted(lines, key=lambda line: (-len(line.late), line.hospital_code)), today)


async def _reminded(unit: Unit, program_id: UUID) -> Mapping[UUID, datetime]:
    statement = (
        select(MonthReminder.hospital_id, func.max(MonthReminder.sent_at))
        .where(col(MonthReminder.program_id) == program_id, col(MonthReminder.taken_back_at).is_(None))
        .group_by(col(MonthReminder.hospital_id))
    )
    return dict(map(tuple, await unit.rows(statement)))


def _line(
    program: ProgramFacts,
    today: date,
    months: Sequence[str],
    cards: Mapping[str, MonthCard],
    reminded: Mapping[UUID, datetime],
) -> CalendarLine:
    any_card = next(iter(cards.values()))
    last = reminded.get(any_card.hospital_id)
    is_today = last is not None and local_date(last, program.time_zone) == today
    cells = [_cell(cards[month]) for month in months if month in cards]
    return CalendarLine(
        any_card.hospital_id, any_card.hospital_code, any_card.hospital_name, cells, last, is_today
    )  # fmt: skip


def _cell(card: MonthCard) -> CalendarMonth:
    is_begun = any((card.words, card.story, card.plan))
    mark = mark_of(card.state, card.timeliness, is_expected=card.is_expected, is_begun=is_begun)
    return CalendarMonth(card.month, mark, card.state, card.timeliness, card.due.submit_by)
