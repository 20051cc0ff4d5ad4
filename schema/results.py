"""The results framework through the API: exact figures for who runs the program; funders read ``impactReport``."""

from typing import Annotated, Any

import strawberry

from coord.kernel.quantity import Quantity
from coord.results import (
    DefineIndicator,
    Line,
    ResultQuery,
    SetBaseline,
    SetTarget,
    TakeActuals,
    define_indicator,
    framework,
    set_baseline,
    set_target,
    take_quarter,
)
from coord.results.codes import Aggregation, Direction, IndicatorUnit, ResultLevel, SourceKind
from coord.results.reads import quantity_of
from schema.errors import Rejected
from schema.ids import global_id
from schema.inputs import raw, text
from schema.looking import Info
from schema.organizations import Organization, organization
from schema.paging import GIVEN
from schema.scalars import Date

for _enum, _name, _meaning in (
    (Aggregation, "IndicatorAggregation", "How hospitals are put together. 汇总方式。"),
    (Direction, "IndicatorDirection", "Which way is better. 方向。"),
    (IndicatorUnit, "IndicatorUnit", "What a value is. 单位。"),
    (ResultLevel, "ResultLevel", "Output, outcome or impact. 成果层级。"),
    (SourceKind, "IndicatorSource", "Where the figure comes from. 数据来源。"),
):
    strawberry.enum(_enum, name=_name, description=_meaning)


@strawberry.type(description="A figure as numerator over denominator; a count has the denominator 1. 分子与分母。")
class Figure:
    """Exact; ``value`` is null without a denominator."""

    numerator: int
    denominator: int
    value: float | None = strawberry.field(description="Null without a whole: not 0, not 100 percent. 无分母为 null。")


async def place(info: Info, root: strawberry.Parent[Any]) -> Any:
    """The hospital of a figure; all of them in one statement."""
    return await organization(info, root.hospital_id)


@strawberry.type(description="A hospital's figure. 医院的数值。")
class HospitalFigure:
    """One hospital."""

    hospital_id: strawberry.Private[Any]
    hospital: Organization = strawberry.field(resolver=place, description="Which. 医院。")
    figure: Figure
    is_final: bool = strawberry.field(description="Taken from locked months. 取自已锁定的月份。")


@strawberry.type(description="An indicator in a period. 一个指标在某期间的情况。")
class Indicator:
    """Its definition, where it started, where it is to go, where it is."""

    id: strawberry.ID
    code: str
    version: int
    title: str
    unit: IndicatorUnit
    direction: Direction
    aggregation: Aggregation
    source: SourceKind
    source_name: str | None
    citation: str
    baseline: Figure | None
    target: Figure | None
    actual: Figure | None
    progress: float | None = strawberry.field(
        description="(actual - baseline) / (target - baseline), not capped. 进度，不封顶。"
    )
    is_final: bool
    by_hospital: list[HospitalFigure]


@strawberry.type(description="A result with its indicators. 一项成果及其指标。")
class Result:
    """A node of the framework."""

    id: strawberry.ID
    code: str
    level: ResultLevel
    title: str
    parent: strawberry.ID | None
    assumptions: str | None
    risks: str | None
    indicators: list[Indicator]


def _figure(found: Quantity | None) -> Figure | None:
    if found is None:
        return None
    value = found.value
    return Figure(
        numerator=found.numerator, denominator=found.denominator, value=None if value is None else float(value)
    )


def _indicator(line: Line) -> Indicator:
    one, share = line.definition, line.progress
    places = [
        HospitalFigure(hospital_id=each.place.id, figure=_exact(each.quantity), is_final=each.is_final)
        for each in line.by_hospital
    ]
    return Indicator(
        id=strawberry.ID(global_id("Indicator", one.id)), code=one.code, version=one.version, title=one.title,
        unit=one.unit, direction=one.direction, aggregation=one.aggregation, source=one.source_kind,
        source_name=one.source, citation=one.citation, baseline=_figure(quantity_of(line.baseline)),
        target=_figure(quantity_of(line.target)), actual=_figure(line.actual),
        progress=None if share is None else float(share), is_final=line.is_final, by_hospital=places,
    )  # fmt: skip


def _exact(found: Quantity) -> Figure:
    figure = _figure(found)
    if figure is None:
        raise AssertionError("a hospital's figure is there")
    return figure


async def results(info: Info, program: str, period: str) -> list[Result]:
    """The framework of a program with the figures of a quarter or a year."""
    asked = {"program": text("program", program) or "", "period": text("period", period) or ""}
    found = await framework(info.context.unit, ResultQuery.parse(asked))
    return [
        Result(
            id=strawberry.ID(global_id("Result", node.id)), code=node.code, level=node.level, title=node.title,
            parent=None if node.parent_id is None else strawberry.ID(global_id("Result", node.parent_id)),
            assumptions=node.assumptions, risks=node.risks,
            indicators=[_indicator(line) for line in found.lines.get(node.id, ())],
        )
        for node in found.nodes
    ]  # fmt: skip


RESULTS: Any = strawberry.field(
    resolver=results, description="Exact, for who runs the program; `period` is 2026Q3 or 2026. 成果框架（精确值）。"
)


@strawberry.input(description="An indicator, or its next version with a reason. 指标定义。")
class DefineIndicatorInput:
    """What ``DefineIndicator`` takes."""

    program: str
    node: str = strawberry.field(description="The code of its result. 所属成果的代码。")
    code: str
    title: str
    unit: IndicatorUnit
    source_kind: SourceKind
    citation: str
    source: str | None = GIVEN
    direction: Direction | None = Direction.UP
    aggregation: Aggregation | None = Aggregation.RATIO_OF_SUMS
    decimals: int | None = 1
    reason: str | None = GIVEN


@strawberry.input(description="Where an indicator started. 基线。")
class SetBaselineInput:
    """What ``SetBaseline`` takes."""

    program: str
    indicator: str
    numerator: int
    measured_on: Date
    reason: str
    denominator: int | None = 1


@strawberry.input(description="What an indicator is to reach. 目标。")
class SetTargetInput:
    """What ``SetTarget`` takes."""

    program: str
    indicator: str
    period: str
    numerator: int
    reason: str
    denominator: int | None = 1
    hospital: strawberry.ID | None = GIVEN


@strawberry.input(description="A quarter whose months are locked. 已锁定的季度。")
class TakeActualsInput:
    """What ``TakeActuals`` takes."""

    program: str
    period: str


@strawberry.type(description="It was written. 已登记。")
class IndicatorChanged:
    """The answer: the row that was added."""

    id: strawberry.ID


@strawberry.type(description="How many figures are new. 新取定的数值个数。")
class ActualsTaken:
    """The answer to taking a quarter."""

    number: int


IndicatorResult = Annotated[IndicatorChanged | Rejected, strawberry.union("IndicatorResult")]
TakeActualsResult = Annotated[ActualsTaken | Rejected, strawberry.union("TakeActualsResult")]


def _written(of: type, model: Any, act: Any, name: str, does: str) -> Any:
    async def write(
        info: Info,
        given_input: Annotated[of, strawberry.argument(name="input")],  # type: ignore[valid-type]
    ) -> IndicatorResult:
        made = await act(info.context.unit, model.parse(raw(given_input, {"hospital": "Organization"})))
        return IndicatorChanged(id=strawberry.ID(global_id(name, made)))

    return strawberry.field(resolver=write, description=does)


DEFINE = _written(
    DefineIndicatorInput,
    DefineIndicator,
    define_indicator,
    "Indicator",
    "A further version never changes earlier ones. 定义指标。",
)
BASELINE = _written(SetBaselineInput, SetBaseline, set_baseline, "IndicatorBaseline", "The latest holds. 设定基线。")
TARGET = _written(SetTargetInput, SetTarget, set_target, "IndicatorTarget", "The latest holds. 设定目标。")


async def _take(
    info: Info, given_input: Annotated[TakeActualsInput, strawberry.argument(name="input")]
) -> TakeActualsResult:
    """Take the figures of a quarter."""
    return ActualsTaken(number=await take_quarter(info.context.unit, TakeActuals.parse(raw(given_input, {}))))


TAKE: Any = strawberry.field(
    resolver=_take, description="At every hospital whose months are locked; what is taken stays. 取定季度数值。"
)
