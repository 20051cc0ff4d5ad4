"""Numbers through the API: as ``coord.measures`` gives them, nothing is computed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry

from coord.language import Words
from coord.measures import (
    MEASURES,
    NOT_GIVEN,
    Dimension,
    MeasureQuery,
    ProgressQuery,
    Standing,
    identified_share,
    measure_table,
)
from coord.measures import hospital_progress as read_progress
from schema.inputs import row_id
from schema.looking import Info
from schema.organizations import Organization, organization
from schema.paging import GIVEN, given
from schema.rows import Part, Shape
from schema.scalars import Date, DateTime

strawberry.enum(Dimension, description="A way to group numbers. 统计维度。")
strawberry.enum(Standing, name="HospitalStanding", description="Worst first. 最需关注者在前。")
FIGURES = Shape("Measures", (*MEASURES, "identified_share"), flat=True)
_NONE: list[Dimension] = []


@strawberry.type(description="One key of a cell. 分组键。")
class DimensionValue:
    """By what a cell is grouped, with its name in the viewer's language."""

    dimension: Dimension
    key: str = strawberry.field(description="A code, a month (2026-09) or a quarter (2026Q3).")
    label: str = strawberry.field(description="In the viewer's language. 以查看者的语言显示。")


@strawberry.type(
    description="Exact numbers over the rows the viewer may see. For people who run the program; not for funders. "
    "查看者可见记录的精确数字，供项目执行者使用。"
)
class Measures:
    """The figures of a cell; each is defined once, in coord.measures."""

    contacts: int = strawberry.field(description="Contacts that took place. 实际发生的服务次数。")
    person_times: int = strawberry.field(description="CR-1. 人次。")
    persons: int = strawberry.field(description="Distinct known people (CR-2); never summed. 人数（去重，不可相加）。")
    identified_share: float | None = strawberry.field(
        description="Person-times of known people over all; null when there are none. 实名人次占比。"
    )
    sessions: int
    groups: int
    events: int
    minutes: int = strawberry.field(description="Working minutes of all workers (CR-8, CR-9). 工作时长（分钟）。")
    attempts_not_delivered: int = strawberry.field(description="No-shows and cancellations (CR-7). 未成行次数。")
    cases_opened: int
    cases_active: int = strawberry.field(description="Cases open on the last day. 期末在案个案。")
    cases_closed: int
    referrals_sent: int = strawberry.field(description="By the day on which they were sent. 期内发出的转介。")
    referrals_accepted: int = strawberry.field(description="Of those sent in the period. 其中已受理。")
    referrals_first_contact: int = strawberry.field(
        description="Of those sent in the period: somebody was met. 其中已首次接触。"
    )
    referrals_closed_loop: int = strawberry.field(
        description="Of those sent in the period: reported back and acknowledged. 其中已闭环。"
    )


@strawberry.type(description="One cell. 一个单元格。")
class MeasureRow:
    """A cell's keys and figures."""

    key: list[DimensionValue]
    measures: Measures


@strawberry.type(description="All cells and their total. 全部单元格及合计。")
class MeasureTable:
    """The answer to a question for numbers."""

    as_of: DateTime
    counting_rule_version: str
    rows: list[MeasureRow]
    total: Measures = strawberry.field(description="Computed from the records, never from the cells. 由记录直接计算。")


def _figures(figures: Any) -> Any:
    return Part({**figures, "identified_share": identified_share(figures)}, "", FIGURES)


def _label(words: Words, value: Any) -> str:
    if value.name is not None:
        return str(value.name)
    if value.key == NOT_GIVEN:
        return words(f"dimension.{value.dimension}.not_given")
    return words(f"{value.dimension.lower()}.{value.key}")


async def measures(
    info: Info,
    program: str,
    from_: Annotated[Date, strawberry.argument(name="from")],
    to: Date,
    group_by: list[Dimension] | None = _NONE,
    hospitals: list[strawberry.ID] | None = GIVEN,
) -> MeasureTable:
    """Figures of a program between two days, both included."""
    places = given(hospitals)
    query = MeasureQuery.parse(
        {
            "program": program,
            "from_day": from_,
            "to_day": to,
            "group_by": tuple(group_by or ()),
            "hospitals": None if places is None else [row_id("hospitals", "Organization", one) for one in places],
        }
    )
    table = await measure_table(info.context.unit, query)
    words = info.context.words
    rows = [
        MeasureRow(
            key=[DimensionValue(dimension=v.dimension, key=v.key, label=_label(words, v)) for v in row.key],
            measures=_figures(row.figures),
        )
        for row in table.rows
    ]
    total, as_of = _figures(table.total), DateTime(table.as_of)
    return MeasureTable(as_of=as_of, counting_rule_version=table.rules_version, rows=rows, total=total)


async def hospital_of(info: Info, root: strawberry.Parent[Any]) -> Any:
    """The hospital of a line; all lines' hospitals in one statement."""
    return await organization(info, root.hospital_id)


@strawberry.type(description="How one hospital stands in a month. 一家医院当月的进展。")
class HospitalProgress:
    """A line of the list of hospitals."""

    hospital: Organization = strawberry.field(resolver=hospital_of)
    standing: Standing
    completeness: float = strawberry.field(
        description="Share of this month's expected reports and records that are in, 0 to 1. 当月应报记录的完成比例。"
    )
    monthly_person_times: list[int] = strawberry.field(description="Twelve months, oldest first. 近十二个月人次。")
    open_referrals: int = strawberry.field(
        description="Sent by the hospital and not at their end. 该院发出、尚未结束的转介。"
    )
    overdue_referrals: int = strawberry.field(description="Of these, with a clock that has run out. 其中已逾期。")
    last_report_on: Date | None


@dataclass(frozen=True, slots=True)
class Line:
    """The value behind a ``HospitalProgress``."""

    hospital_id: UUID
    standing: Standing
    completeness: float
    monthly_person_times: Sequence[int]
    last_report_on: date | None
    open_referrals: int
    overdue_referrals: int


async def hospital_progress(info: Info, program: str, month: str | None = GIVEN) -> Any:
    """Hospitals, worst first."""
    query = ProgressQuery.parse({"program": program, "month": given(month)})
    lines = await read_progress(info.context.unit, query)
    return [
        Line(
            line.hospital_id,
            line.standing,
            line.completeness,
            line.monthly_person_times,
            line.last_report_on,
            line.open_referrals,
            line.overdue_referrals,
        )
        for line in lines
    ]
