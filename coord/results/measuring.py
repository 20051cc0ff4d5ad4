"""From measures to indicators: the figure of every hospital in a period, and storing those of locked quarters."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.kernel.errors import Conflict, Problem
from coord.kernel.quantity import Quantity
from coord.kernel.sql import select
from coord.measures import Dimension, MeasureQuery, measure_table, rules_on
from coord.measures.outcome_parts import outcome_parts
from coord.measures.ratios import RATIOS
from coord.organizations.tables import Organization
from coord.placements.tables import Placement
from coord.programs import ProgramFacts
from coord.programs.quarters import days_of, months_of, quarters_of
from coord.programs.tables import MonthLock, Part, Participation
from coord.results.codes import SourceKind
from coord.results.tables import IndicatorActual, IndicatorDefinition
from coord.work import Unit, action, read
from coord.work.inserting import insert_new

Measured = Mapping[UUID, Mapping["Place", Quantity]]


@dataclass(frozen=True, slots=True)
class Place:
    """A hospital of a program."""

    id: UUID
    code: str
    name: str


def period_days(period: str) -> tuple[date, date]:
    """The first and the last day of a quarter or a year."""
    quarters = quarters_of(period)
    return days_of(quarters[0])[0], days_of(quarters[-1])[1]


@read("result.list")
async def hospitals_of(unit: Unit, program_id: UUID, period: str) -> Sequence[Place]:
    """The hospitals of a program with a post on at least one day of a period, by code."""
    first, last = period_days(period)
    stood = select(Placement.hospital_id).where(
        col(Placement.program_id) == program_id,
        col(Placement.starts_on) <= last,
        col(Placement.ends_on).is_(None) | (col(Placement.ends_on) >= first),
    )
    joined = select(Participation.organization_id).where(
        col(Participation.program_id) == program_id, col(Participation.part) == Part.HOSPITAL
    )
    key = col(Organization.id)
    statement = (
        select(Organization.id, Organization.code, Organization.name)
        .where(key.in_(stood), key.in_(joined))
        .order_by(col(Organization.code))
    )
    return [Place(*row) for row in await unit.rows(statement)]


@read("result.list")
async def measured(
    unit: Unit, program: ProgramFacts, period: str, definitions: Sequence[IndicatorDefinition]
) -> Measured:
    """What the measures say about each indicator at each hospital just now; nothing for those without a source."""
    places = await hospitals_of(unit, program.id, period)
    first, last = period_days(period)
    query = MeasureQuery(program=program.code, from_day=first, to_day=last, group_by=(Dimension.HOSPITAL,))
    counted = [one.source for one in definitions if one.source_kind in (SourceKind.MEASURE, SourceKind.RATIO)]
    wanted = [name for name in counted if name is not None]
    table = await measure_table(unit, query, wanted) if wanted else None
    figures = {} if table is None else {row.key[0].key: row.figures for row in table.rows}
    has_outcomes = any(one.source_kind is SourceKind.OUTCOME for one in definitions)
    outcomes = await outcome_parts(unit, query) if has_outcomes else {}
    return {
        one.id: {place: _figure(one, figures.get(place.code, {}), outcomes, place) for place in places}
        for one in definitions
        if one.source_kind is not SourceKind.NONE
    }


def _figure(
    definition: IndicatorDefinition,
    figures: Mapping[str, int],
    outcomes: Mapping[str, Mapping[UUID, Quantity]],
    place: Place,
) -> Quantity:
    source = definition.source or ""
    if definition.source_kind is SourceKind.OUTCOME:
        return outcomes.get(source, {}).get(place.id, Quantity(0, 0))
    if definition.source_kind is SourceKind.MEASURE:
        return Quantity(figures.get(source, 0))
    ratio = RATIOS[source]
    return Quantity(figures.get(ratio.part, 0), figures.get(ratio.whole, 0))


@action("result.manage")
async def take_actuals(
    unit: Unit, program: ProgramFacts, quarter: str, definitions: Sequence[IndicatorDefinition]
) -> int:
    """Store the figures of a quarter for every hospital whose three months are locked; returns how many are new.

    What is stored already stays. Raises ``Conflict`` when no hospital has locked the quarter.
    """
    locked = await _locked(unit, program.id, quarter)
    if not locked:
        raise Conflict(Problem("period", "NO_HOSPITAL_LOCKED"))
    live = await measured(unit, program, quarter, definitions)
    version = rules_on(days_of(quarter)[1]).version
    known = await _stored(unit, program.id, quarter)
    fresh = [
        IndicatorActual(
            definition_id=definition, program_id=program.id, hospital_id=place.id, period=quarter,
            numerator=found.numerator, denominator=found.denominator, rules_version=version,
            taken_at=unit.started_at, taken_by_id=unit.actor.user_id,
        )
        for definition, by_place in live.items()
        for place, found in by_place.items()
        if place.id in locked and (definition, place.id) not in known
    ]  # fmt: skip
    made = await insert_new(unit, fresh) if fresh else []
    for row in made:
        audit.record(unit, "result.take_actual", row)
    return len(made)


async def _locked(unit: Unit, program_id: UUID, quarter: str) -> frozenset[UUID]:
    """The hospitals whose three months are locked."""
    months = months_of(quarter)
    statement = select(MonthLock.hospital_id, MonthLock.month).where(
        col(MonthLock.program_id) == program_id, col(MonthLock.month).in_(months)
    )
    found: dict[UUID, set[str]] = defaultdict(set)
    for hospital, month in await unit.rows(statement):
        found[hospital].add(month)
    return frozenset(hospital for hospital, held in found.items() if len(held) == len(months))


async def _stored(unit: Unit, program_id: UUID, quarter: str) -> frozenset[tuple[UUID, UUID]]:
    statement = select(IndicatorActual.definition_id, IndicatorActual.hospital_id).where(
        col(IndicatorActual.program_id) == program_id, col(IndicatorActual.period) == quarter
    )
    return frozenset((definition, hospital) for definition, hospital in await unit.rows(statement))
