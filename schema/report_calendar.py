"""The calendar of reports through the API, and reminding whoever is late."""

from typing import Annotated, Any

import strawberry

from coord.oversight.calendar import Calendar, CalendarMark, RemindLate, remind_late, report_calendar
from coord.periods import Timeliness
from schema.errors import Rejected
from schema.inputs import raw, text
from schema.looking import Info
from schema.measures import hospital_of
from schema.organizations import Organization
from schema.scalars import Date, DateTime

strawberry.enum(CalendarMark, description="Where a month stands in the calendar. 月报日历中的状态。")


@strawberry.type(description="A month of a hospital. 一家医院的一个月。")
class CalendarMonth:
    """One cell of the calendar."""

    month: str
    mark: CalendarMark
    timeliness: Timeliness
    submit_by: Date


@strawberry.type(description="A hospital's last months, the newest first. 一家医院近月的月报情况。")
class CalendarLine:
    """One line of the calendar."""

    hospital: Organization = strawberry.field(resolver=hospital_of)
    months: list[CalendarMonth]
    late: list[str] = strawberry.field(description="Months whose report is missing past its day. 逾期未交的月份。")
    reminded_at: DateTime | None
    is_reminded_today: bool


@strawberry.type(description="The calendar of a program's reports, late hospitals first. 月报日历，逾期的在前。")
class ReportCalendar:
    """Hospitals by months."""

    months: list[str]
    lines: list[CalendarLine]


async def calendar(info: Info, program: str) -> ReportCalendar:
    """The last six months that are over."""
    found: Calendar = await report_calendar(info.context.unit, text("program", program) or "")
    lines: Any = list(found.lines)
    return ReportCalendar(months=list(found.months), lines=lines)


@strawberry.input(description="Hospitals with a late month. 要催报的医院。")
class RemindLateHospitalsInput:
    """What ``RemindLate`` takes."""

    program: str
    hospitals: list[strawberry.ID]


@strawberry.type(description="How many hospitals were reminded. 已提醒的医院数。")
class HospitalsReminded:
    """The answer to a reminder."""

    number: int


HospitalsRemindedResult = Annotated[HospitalsReminded | Rejected, strawberry.union("HospitalsRemindedResult")]


async def remind(
    info: Info, given_input: Annotated[RemindLateHospitalsInput, strawberry.argument(name="input")]
) -> HospitalsRemindedResult:
    """Remind hospitals of their late months, once a day each."""
    said = raw(given_input, {"hospitals": "Organization"})
    return HospitalsReminded(number=await remind_late(info.context.unit, RemindLate.parse(said)))
