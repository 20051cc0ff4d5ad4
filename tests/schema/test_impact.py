"""What a funder gets through the API: protected, released, and the same for everybody."""

from typing import Any

import pytest

from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.releases.making import published, seen
from tests.schema.api import asking_as
from tests.world import NORTH, cast

pytestmark = pytest.mark.anyio
REPORT = """
query ($period: String!, $by: [Dimension!], $hospitals: [ID!]) {
  impactReport(program: "DIP", period: $period, groupBy: $by, hospitals: $hospitals) {
    program { code name } period releaseId releasedAt dataVersion countingRuleVersion suppressedCells methodUrl
    rows { key { dimension key label } measures { personTimes { value status } closedLoop { percent status } } }
    total {
      personTimes { value status } persons { value status } newPersons { value status } sessions { value status }
      referralsSent { value status } referralsAccepted { value status } referralsFirstContact { value status }
      referralsClosedLoop { value status }
      firstContactWithin7Days { numerator { value } denominator { value } percent status }
      closedLoop { percent status } phq9Response { percent status } phq9Remission { percent status }
    }
  }
}
"""


async def _asked(who: Any, **variables: Any) -> Any:
    async with asking_as(who) as api:
        return (await api.data(REPORT, **{"period": "2026Q3", **variables}))["impactReport"]


async def test_a_sponsor_and_an_officer_get_the_same_report(database: Database) -> None:
    await seen()
    await published()
    report = await _asked(cast.fatima, by=["HOSPITAL"])
    assert report == await _asked(cast.ola, by=["HOSPITAL"])
    assert [row["key"][0]["key"] for row in report["rows"]] == ["H001", "H002"]
    assert report["total"]["personTimes"]["status"] == "SHOWN"
    assert report["total"]["personTimes"]["value"] % 3 == 0
    assert report["total"]["closedLoop"] == {"percent": None, "status": "SUPPRESSED"}


async def test_nothing_released_is_null_and_a_month_never_is(database: Database) -> None:
    await seen()
    await published()
    assert [await _asked(cast.fatima, period=period) for period in ("2026Q2", "2026-08", "2026")] == [None] * 3


@pytest.mark.parametrize("by", ["AGENCY", "MONTH", "SERVICE_CODE", "STAGE", "PHASE", "TARGET"])
async def test_dimensions_that_no_release_has_are_refused_by_name(database: Database, by: str) -> None:
    await published()
    async with asking_as(cast.fatima) as api:
        answer = (await api.post({"query": REPORT, "variables": {"period": "2026Q3", "by": [by]}})).json()
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "DIMENSIONS_NOT_RELEASED"
    assert "HOSPITAL, PROVINCE, QUARTER" in error["message"]


async def test_hospitals_asked_for_narrow_and_unknown_ones_add_nothing(database: Database) -> None:
    await seen()
    await published()
    whole = await _asked(cast.fatima, by=["HOSPITAL"])
    north = await _asked(cast.fatima, hospitals=[global_id("Organization", NORTH)])
    assert north["total"]["personTimes"] == whole["rows"][0]["measures"]["personTimes"]
    nobody = await _asked(cast.fatima, hospitals=[])
    assert nobody["total"]["personTimes"] == {"value": 0, "status": "SHOWN"}


async def test_an_outsider_finds_no_program(database: Database) -> None:
    await published()
    async with asking_as(cast.petra) as api:
        answer = (await api.post({"query": REPORT, "variables": {"period": "2026Q3"}})).json()
    assert answer["errors"][0]["extensions"]["code"] in {"NOT_FOUND", "NOT_ALLOWED"}
