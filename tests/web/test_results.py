"""Results as pages: from the aims to bars, every number back to its hospitals."""

import pytest

from coord.results.tables import IndicatorActual, IndicatorBaseline, IndicatorDefinition, IndicatorTarget
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.releases.making import lock
from tests.coord.results.test_framework import QUARTER, adopted, visits
from tests.web.visit import visiting
from tests.world import NORTH, PROGRAM, SOUTH

pytestmark = pytest.mark.anyio


async def test_an_officer_starts_from_the_aims_and_sees_how_far_they_are(database: Database) -> None:
    await visits()
    async with visiting("ola") as ola:
        assert "Start from the aims" in (await ola.get("/results")).text
        assert (await ola.post("/results/adopt", data={"program": PROGRAM})).status_code == 303
        start = {
            "program": PROGRAM,
            "numerator": "50",
            "denominator": "100",
            "measured_on": "2025-12-31",
            "reason": "Survey",
        }
        aim = {"program": PROGRAM, "numerator": "90", "denominator": "100", "period": "2026", "reason": "Plan"}
        assert (await ola.post("/results/ADHERENCE/baseline", data=start)).status_code == 303
        assert (await ola.post("/results/ADHERENCE/target", data=aim)).status_code == 303
        page = (await ola.get(f"/results?period={QUARTER}")).text
        assert ("75%" in page, "80%" in page, "No source yet" in page, "provisional" in page) == (
            True,
            True,
            False,
            True,
        )
        one = (await ola.get(f"/results/ADHERENCE?period={QUARTER}")).text
        assert ("北岸医院 North" in one, "Survey" in one, f"/numbers?program={PROGRAM}&amp;hospital=H001" in one) == (
            True,
            True,
            True,
        )
    assert (len(await stored(IndicatorBaseline)), len(await stored(IndicatorTarget))) == (1, 1)


async def test_figures_are_taken_from_locked_months_only(database: Database) -> None:
    await visits()
    await adopted()
    async with visiting("ola") as ola:
        given = {"program": PROGRAM, "period": QUARTER}
        early = await ola.post("/results/take", data=given)
        assert (early.status_code, "No hospital has locked" in early.text) == (409, True)
        await lock(QUARTER, NORTH, SOUTH)
        assert (await ola.post("/results/take", data=given)).status_code == 303
        assert "Locked months" in (await ola.get(f"/results/ADHERENCE?period={QUARTER}")).text
    measured = [row for row in await stored(IndicatorDefinition) if row.source is not None]
    assert len(await stored(IndicatorActual)) == 2 * len(measured)


async def test_a_new_version_needs_its_reason_and_keeps_what_was_typed(database: Database) -> None:
    await adopted()
    async with visiting("ola") as ola:
        form = (await ola.get(f"/results/indicators/new?program={PROGRAM}&code=ADHERENCE")).text
        assert 'value="visit_kept_rate" selected' in form
        given = {
            "program": PROGRAM, "node": "TREATMENT", "code": "ADHERENCE", "title": "Kept visits", "unit": "PERCENT",
            "source_kind": "RATIO", "source": "visit_kept_rate", "citation": "Q11", "decimals": "1",
            "direction": "UP", "aggregation": "RATIO_OF_SUMS",
        }  # fmt: skip
        refused = await ola.post("/results/indicators/new", data=given)
        assert (refused.status_code, 'value="Kept visits"' in refused.text) == (422, True)
        assert (await ola.post("/results/indicators/new", data={**given, "reason": "Shorter"})).status_code == 303
    versions = [row.version for row in await stored(IndicatorDefinition, IndicatorDefinition.code == "ADHERENCE")]
    assert sorted(versions) == [1, 2]


@pytest.mark.parametrize("path", ["/results?period=2019Q1", "/results?period=nonsense", "/results/NOTHING"])
async def test_periods_and_indicators_that_are_not_there(database: Database, path: str) -> None:
    await adopted()
    async with visiting("ola") as ola:
        assert (await ola.get(path)).status_code == 404
