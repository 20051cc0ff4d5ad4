"""The framework of a program with its figures: stored ones of locked quarters, measured ones of the rest."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.kernel.quantity import Quantity, capped, progress
from coord.kernel.sql import select
from coord.programs import ProgramFacts
from coord.results.actions import program_run
from coord.results.inputs import ResultQuery
from coord.results.measuring import Place, measured
from coord.results.rules import together
from coord.results.tables import (
    IndicatorActual,
    IndicatorBaseline,
    IndicatorDefinition,
    IndicatorTarget,
    ProgramComponent,
    ResultNode,
)
from coord.work import Unit, read

_MOST = 2000
_YEAR = 4


@dataclass(frozen=True, slots=True)
class PlaceFigure:
    """An indicator at one hospital; ``is_final`` where it was taken from locked months."""

    place: Place
    quantity: Quantity
    is_final: bool


@dataclass(frozen=True, slots=True)
class Line:
    """An indicator of a period: the definition, where it started, where it is to go, where it stands."""

    definition: IndicatorDefinition
    baseline: IndicatorBaseline | None
    target: IndicatorTarget | None
    actual: Quantity | None
    by_hospital: Sequence[PlaceFigure]

    @property
    def is_final(self) -> bool:
        """Whether every hospital's figure is taken from locked months."""
        return bool(self.by_hospital) and all(one.is_final for one in self.by_hospital)

    @property
    def progress(self) -> Fraction | None:
        """(actual - baseline) / (target - baseline); None where a part is missing."""
        return progress(self.actual, quantity_of(self.baseline), quantity_of(self.target))

    @property
    def bar(self) -> Fraction:
        """The progress as the length of a bar."""
        return capped(self.progress)


@dataclass(frozen=True, slots=True)
class Framework:
    """The results of a program in a period."""

    program: ProgramFacts
    period: str
    components: Sequence[ProgramComponent]
    nodes: Sequence[ResultNode]
    lines: Mapping[UUID, Sequence[Line]]
    """The indicators of each node."""


def quantity_of(row: IndicatorBaseline | IndicatorTarget | IndicatorActual | None) -> Quantity | None:
    """The figure of a stored row."""
    return None if row is None else Quantity(row.numerator, row.denominator)


async def _all(unit: Unit, model: Any, program: UUID, *order: Any, where: Sequence[Any] = ()) -> Sequence[Any]:
    statement = select(model).where(col(model.program_id) == program, *where).order_by(*order).limit(_MOST)
    return await unit.scalars(statement)


@read("result.list")
async def framework(unit: Unit, query: ResultQuery) -> Framework:
    """The framework with the figures of a period; a constant number of statements, however many indicators there are.

    Raises ``NotFound`` for a foreign program, ``Invalid`` for one that the actor does not oversee.
    """
    program = await program_run(unit, query.program)
    components = await _all(unit, ProgramComponent, program.id, col(ProgramComponent.position))
    nodes = await _all(unit, ResultNode, program.id, col(ResultNode.position), col(ResultNode.id))
    lines = await indicator_lines(unit, program, query.period)
    by_node: dict[UUID, list[Line]] = defaultdict(list)
    for line in lines:
        by_node[line.definition.node_id].append(line)
    return Framework(program, query.period, components, nodes, by_node)


@read("result.list")
async def indicator_lines(unit: Unit, program: ProgramFacts, period: str) -> Sequence[Line]:
    """Every indicator of a program as it is defined now, with its figures of a period."""
    definitions = await current_definitions(unit, program.id)
    baselines = await _all(unit, IndicatorBaseline, program.id, col(IndicatorBaseline.id))
    in_period = col(IndicatorTarget.period).in_([period, period[:_YEAR]])
    targets = await _all(unit, IndicatorTarget, program.id, col(IndicatorTarget.id), where=[in_period])
    of_period = col(IndicatorActual.period) == period
    stored = await _all(unit, IndicatorActual, program.id, col(IndicatorActual.id), where=[of_period])
    taken = {(row.definition_id, row.hospital_id): row for row in stored}
    live = await measured(unit, program, period, definitions)
    started = {row.definition_id: row for row in baselines}
    return [
        _line(one, started.get(one.id), _target(one, targets, period), live.get(one.id, {}), taken)
        for one in definitions
    ]


@read("result.list")
async def current_definitions(unit: Unit, program: UUID) -> Sequence[IndicatorDefinition]:
    """The latest version of every indicator, in the order in which they were first defined."""
    rows = await _all(unit, IndicatorDefinition, program, col(IndicatorDefinition.id))
    latest: dict[str, IndicatorDefinition] = {}
    for row in rows:
        known = latest.get(row.code)
        if known is None or row.version > known.version:
            latest[row.code] = row
    return list(latest.values())


def _target(definition: IndicatorDefinition, targets: Sequence[IndicatorTarget], period: str) -> IndicatorTarget | None:
    """The latest target of the program for the period; a rate's target of the year holds in its quarters."""
    of_program = [row for row in targets if row.definition_id == definition.id and row.hospital_id is None]
    exact = [row for row in of_program if row.period == period]
    if exact:
        return exact[-1]
    yearly = [] if definition.aggregation.value == "SUM" else of_program
    return yearly[-1] if yearly else None


def _line(
    definition: IndicatorDefinition,
    baseline: IndicatorBaseline | None,
    target: IndicatorTarget | None,
    live: Mapping[Place, Quantity],
    taken: Mapping[tuple[UUID, UUID], IndicatorActual],
) -> Line:
    figures = []
    for place, found in live.items():
        stored = taken.get((definition.id, place.id))
        figures.append(PlaceFigure(place, quantity_of(stored) or found, stored is not None))
    actual = together((one.quantity for one in figures), definition.aggregation)
    return Line(definition, baseline, target, actual, figures)


@read("result.list")
async def final_figure(unit: Unit, program_id: UUID, code: str, period: str) -> Quantity | None:
    """An indicator's figure of a quarter from locked months alone, for what money depends on; None while there is none."""
    definition = next((one for one in await current_definitions(unit, program_id) if one.code == code), None)
    if definition is None:
        return None
    where = [col(IndicatorActual.definition_id) == definition.id, col(IndicatorActual.period) == period]
    rows = await _all(unit, IndicatorActual, program_id, col(IndicatorActual.id), where=where)
    return together((Quantity(row.numerator, row.denominator) for row in rows), definition.aggregation)
