"""The framework on both databases: the aims, figures of locked quarters, what never changes, who sees it."""

from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, update

from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.quantity import Quantity
from coord.measures.ratios import RATIOS
from coord.results import (
    DefineIndicator,
    Line,
    ResultQuery,
    SetBaseline,
    SetTarget,
    TakeActuals,
    adopt_aims,
    define_indicator,
    framework,
    set_baseline,
    set_target,
    take_quarter,
)
from coord.results.aims import Aim
from coord.results.codes import SourceKind
from coord.results.tables import IndicatorActual, IndicatorBaseline, IndicatorDefinition, IndicatorTarget
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, stored, total
from tests.coord.releases.making import lock
from tests.queries import queries
from tests.world import BUILDER, LIN, NORTH, PROGRAM, SOUTH, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
QUARTER = "2026Q3"


async def adopted() -> int:
    """The aims of the program."""
    async with begin(cast.ola) as unit:
        return await adopt_aims(unit, PROGRAM)


async def visits() -> None:
    """North: three of four visits kept, one called off. South: one of one."""
    for day in ("2026-07-06", "2026-07-13", "2026-08-03"):
        await log(contact(client=str(LIN), occurred_on=day))
    await log(contact(client=str(LIN), occurred_on="2026-08-10", attendance="NO_SHOW", duration_minutes=0))
    await log(contact(client=str(LIN), occurred_on="2026-08-17", attendance="CANCELED", duration_minutes=0))
    await log(contact(client=str(SOUTH_ZHAO), occurred_on="2026-09-02"), cast.nia)


async def lines(period: str = QUARTER, who: Any = cast.ola) -> dict[str, Line]:
    """The indicators by code."""
    async with begin(who, read_only=True) as unit:
        found = await framework(unit, ResultQuery(program=PROGRAM, period=period))
    return {line.definition.code: line for held in found.lines.values() for line in held}


async def take(period: str = QUARTER) -> int:
    async with begin(cast.ola) as unit:
        return await take_quarter(unit, TakeActuals(program=PROGRAM, period=period))


async def test_kept_visits_are_counted_over_those_arranged(database: Database) -> None:
    """Q11: a visit that was called off was no promise; 4 of 5 are kept."""
    await visits()
    figures = await total(("2026-07-01", "2026-09-30"))
    assert (figures["visits_kept"], figures["visits_arranged"]) == (4, 5)
    assert RATIOS["visit_kept_rate"].of(figures) == 0.8


async def test_the_aims_are_there_once_and_each_has_a_source(database: Database) -> None:
    assert await adopted() == len(Aim)
    assert await adopted() == 0
    found = await lines()
    assert set(found) == {aim.value for aim in Aim}
    assert [code for code, line in found.items() if line.definition.source_kind is SourceKind.NONE] == []


async def test_hospitals_are_put_together_and_progress_follows(database: Database) -> None:
    """From 50 to 90 percent, 80 reached: three quarters of the way."""
    await visits()
    await adopted()
    said = {"program": PROGRAM, "indicator": "ADHERENCE", "denominator": 100, "reason": "Survey"}
    async with begin(cast.ola) as unit:
        await set_baseline(unit, SetBaseline(**said, numerator=50, measured_on="2025-12-31"))
        await set_target(unit, SetTarget(**said, numerator=95, period="2026"))
        await set_target(unit, SetTarget(**said, numerator=90, period="2026"))
    line = (await lines())["ADHERENCE"]
    assert {one.place.id: one.quantity for one in line.by_hospital} == {NORTH: Quantity(3, 4), SOUTH: Quantity(1, 1)}
    assert line.actual == Quantity(4, 5)
    assert line.progress is not None
    assert float(line.progress) == 0.75
    assert not line.is_final
    assert len(await stored(IndicatorTarget)) == 2


async def test_a_locked_quarter_is_taken_once_and_stays(database: Database) -> None:
    await visits()
    await adopted()
    with pytest.raises(Conflict):
        await take()
    await lock(QUARTER, NORTH)
    measured = [one for one in await stored(IndicatorDefinition) if one.source is not None]
    assert await take() == len(measured)
    assert await take() == 0
    line = (await lines())["ADHERENCE"]
    assert {one.place.id: one.is_final for one in line.by_hospital} == {NORTH: True, SOUTH: False}
    await lock(QUARTER, SOUTH)
    assert await take() == len(measured)
    assert (await lines())["ADHERENCE"].is_final


async def test_a_further_version_needs_a_reason_and_has_no_figures_of_the_earlier_one(database: Database) -> None:
    await visits()
    await adopted()
    await lock(QUARTER, NORTH, SOUTH)
    await take()
    given = {
        "program": PROGRAM, "node": "TREATMENT", "code": "ADHERENCE", "title": "Kept visits", "unit": "PERCENT",
        "source_kind": "RATIO", "source": "visit_kept_rate", "citation": "Q11, reviewed",
    }  # fmt: skip
    with pytest.raises(Invalid):
        async with begin(cast.ola) as unit:
            await define_indicator(unit, DefineIndicator.parse(given))
    async with begin(cast.ola) as unit:
        await define_indicator(unit, DefineIndicator.parse({**given, "reason": "A clearer name"}))
    line = (await lines())["ADHERENCE"]
    assert (line.definition.version, line.is_final, line.actual) == (2, False, Quantity(4, 5))
    assert len(await stored(IndicatorDefinition, IndicatorDefinition.code == "ADHERENCE")) == 2


@pytest.mark.parametrize("model", [IndicatorDefinition, IndicatorBaseline, IndicatorTarget, IndicatorActual])
async def test_what_was_defined_and_taken_is_never_changed(database: Database, model: Any) -> None:
    """The database refuses even the part of the system that sees every row."""
    await adopted()
    await lock(QUARTER, NORTH)
    await take()
    said = {"program": PROGRAM, "indicator": "ADHERENCE", "numerator": 5, "denominator": 10, "reason": "Survey"}
    async with begin(cast.ola) as unit:
        await set_baseline(unit, SetBaseline(**said, measured_on="2025-12-31"))
        await set_target(unit, SetTarget(**said, period="2026"))
    before = await stored(model)
    assert before
    with pytest.raises(DatabaseError):
        async with begin(BUILDER) as unit:
            await unit.session.run(
                update(model).where(col(model.id).is_not(None)).values(program_id=before[0].program_id)
            )
    assert await stored(model) == before


@pytest.mark.parametrize("who", ["fatima", "sam", "nia", "sun", "cai", "adam", "petra"])
async def test_nobody_else_sees_or_changes_results(database: Database, who: str) -> None:
    await adopted()
    with pytest.raises((NotAllowed, NotFound)):
        await lines(who=getattr(cast, who))
    with pytest.raises((NotAllowed, NotFound)):
        async with begin(getattr(cast, who)) as unit:
            await take_quarter(unit, TakeActuals(program=PROGRAM, period=QUARTER))
    assert await stored(IndicatorActual) == []


async def test_a_page_of_results_sends_as_many_statements_however_much_there_is(database: Database) -> None:
    await adopted()
    await visits()
    async with begin(cast.ola, read_only=True) as unit:
        with queries(30):
            await framework(unit, ResultQuery(program=PROGRAM, period=QUARTER))
    async with begin(cast.ola) as unit:
        for number in range(20):
            given = {
                "program": PROGRAM, "node": "TREATMENT", "code": f"MORE_{number}", "title": "More", "unit": "COUNT",
                "source_kind": "MEASURE", "source": "sessions", "aggregation": "SUM", "citation": "Counting rules",
            }  # fmt: skip
            await define_indicator(unit, DefineIndicator.parse(given))
    async with begin(cast.ola, read_only=True) as unit:
        with queries(30):
            found = await framework(unit, ResultQuery(program=PROGRAM, period=QUARTER))
    assert sum(len(held) for held in found.lines.values()) == len(Aim) + 20
