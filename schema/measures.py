"""Numbers through the API: as ``coord.measures`` gives them, nothing is computed here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Annotated, Any
from uuid import UUID

import strawberry

from coord.kernel.remembered import LastingRows, made_of
from coord.language import Words, words
from coord.measures import (
    MEASURES,
    NOT_GIVEN,
    Dimension,
    MeasureQuery,
    ProgressQuery,
    Standing,
    measure_table,
)
from coord.measures import hospital_progress as read_progress
from coord.measures.ratios import QUANTILES, RATIOS
from coord.measures.rows import Figures
from coord.measures.rows import MeasureRow as Row
from schema.inputs import row_id
from schema.looking import Info
from schema.organizations import Organization, organization
from schema.paging import GIVEN, given
from schema.rows import Part, Shape
from schema.scalars import Date, DateTime

strawberry.enum(Dimension, description="A way to group numbers. 统计维度。")
strawberry.enum(Standing, name="HospitalStanding", description="Worst first. 最需关注者在前。")
FIGURES = Shape("Measures", (*MEASURES, *RATIOS, *QUANTILES), flat=True)
_NONE: list[Dimension] = []


@strawberry.type(description="One key of a cell. 分组键。")
class DimensionValue:
    """By what a cell is grouped, with its name in the viewer's language."""

    dimension: Dimension
    key: str = strawberry.field(description="A code, a month (2026-09) or a quarter (2026Q3).")
    label: str = strawberry.field(description="In the viewer's language. 以查看者的语言显示。")


def _described(name: str) -> str:
    """What a figure is, as the pages say it, in English and Chinese."""
    english, chinese = (words(language) for language in ("en", "zh-CN"))
    ratio = RATIOS.get(name)
    if ratio is not None:
        return f"{ratio.indicator or ''} {ratio.part} / {ratio.whole}; null without a whole. {chinese(f'measure.{name}')}。".strip()
    if name in QUANTILES:
        return f"{english(f'measure.{name}')}; null without a referral. {chinese(f'measure.{name}')}。"
    return f"{english(f'measure.{name}.definition')} {chinese(f'measure.{name}')}。"


def _type_of_figures() -> type:
    """One field for each measure, ratio and quantile: whoever adds one to ``coord.measures`` adds it here too."""
    types: dict[str, Any] = {name: int for name in MEASURES if name != "identified_heads"}
    types |= dict.fromkeys(RATIOS, float | None) | dict.fromkeys(QUANTILES, int | None)
    fields = {name: strawberry.field(description=_described(name)) for name in types}
    made = type("Measures", (), {"__annotations__": types, "__doc__": "The figures of a cell.", **fields})
    return strawberry.type(
        made,
        description="Exact numbers over the rows the viewer may see. For people who run the program; not for funders. "
        "查看者可见记录的精确数字，供项目执行者使用。",
    )


Measures: Any = _type_of_figures()


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


def _figures(figures: Figures, quantiles: Mapping[str, int | None], wanted: Collection[str]) -> Any:
    """What is asked for of a cell; plain numbers, the most of it, as they stand."""
    others: dict[str, float | None] = {name: quantiles.get(name) for name in wanted if name in QUANTILES}
    others |= {name: RATIOS[name].of(figures) for name in wanted if name in RATIOS}
    return Part({**figures, **others} if others else figures, "", FIGURES)


def _label(words: Words, value: Any) -> str:
    if value.name is not None:
        return str(value.name)
    if value.key == NOT_GIVEN:
        return words(f"dimension.{value.dimension}.not_given")
    return words(f"{value.dimension.lower()}.{value.key}")


def _told(rows: Sequence[Row], *, spoken: Words, others: Collection[str]) -> list[MeasureRow]:
    """Rows in the viewer's language."""
    return LastingRows(
        MeasureRow(
            key=[DimensionValue(dimension=v.dimension, key=v.key, label=_label(spoken, v)) for v in row.key],
            measures=_figures(row.figures, row.quantiles, others),
        )
        for row in rows
    )


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
    wanted = info.wanted(FIGURES, "total") | info.wanted(FIGURES, "rows", "measures")
    table, others = await measure_table(info.context.unit, query, wanted), wanted.difference(MEASURES)
    spoken = info.context.words
    rows = made_of(table.rows, (spoken.language, others), partial(_told, spoken=spoken, others=others))
    total, as_of = _figures(table.total, table.quantiles, others), DateTime(table.as_of)
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
