"""The three fictional workbooks import exactly as their answer keys say, twice, on both databases."""

from typing import Any

import pytest

from coord.measures.workbook import workbook_figures
from coord.work.engine import Database
from tests.coord.importing.running import fates_of, file_of, imported, key_of, totals
from tests.world import SOUTH, cast

pytestmark = pytest.mark.anyio
NAMES = ("H001", "H002", "H003")
# Its title names the hospital, so only that one may take it; there is no third hospital in the cast's world.
BY: dict[str, dict[str, Any]] = {"H002": {"actor": cast.nia, "hospital": SOUTH}}


@pytest.mark.parametrize("name", NAMES)
async def test_a_workbook_gives_the_figures_of_its_key_and_adds_nothing_the_second_time(
    database: Database, name: str
) -> None:
    key, content = key_of(name), file_of(name).read_bytes()
    for expected in ((158, 0, 7), (0, 158, 7)):
        report = await imported(content, **BY.get(name, {}))
        assert fates_of(report) == expected
        figures = workbook_figures(row.facts for row in report.rows if row.facts)
        assert figures.person_times_by_service == key["person_times_by_service"]
        for measure in ("person_times", "contacts_not_delivered", "identified_clients", "group_sessions", "events"):
            assert getattr(figures, measure) == key[measure], measure
        assert figures.minutes == key["minutes"]


@pytest.mark.parametrize("name", NAMES)
async def test_refusals_are_those_of_the_key_and_of_twins_the_later_is_refused(database: Database, name: str) -> None:
    report = await imported(file_of(name).read_bytes(), **BY.get(name, {}))
    refused = {row.row: row for row in report.rows if row.faults}
    kept = {row.row: row for row in report.rows if not row.faults}
    expected = key_of(name)["refusals"]
    plain = {wrong["row"]: wrong["reason"] for wrong in expected if "of" not in wrong}
    assert {number: row.faults[0].reason.value for number, row in refused.items() if row.of is None} == plain
    (pair,) = ({wrong["row"], wrong["of"]} for wrong in expected if "of" in wrong)
    (twin,) = (row for row in refused.values() if row.of is not None)
    assert {twin.row, twin.of} == pair
    assert twin.faults[0].reason.value == "duplicate_of_row"
    assert twin.of is not None
    assert kept[twin.of].line < twin.line


@pytest.mark.parametrize("name", NAMES)
async def test_imported_rows_are_in_every_measure_of_the_program(database: Database, name: str) -> None:
    before, key = await totals(), key_of(name)
    await imported(file_of(name).read_bytes(), **BY.get(name, {}))
    after = await totals()
    gained = {measure: after[measure] - before[measure] for measure in after}
    assert gained["person_times"] == key["person_times"]
    assert gained["minutes"] == key["minutes"]
    assert gained["attempts_not_delivered"] == key["contacts_not_delivered"]
    assert gained["sessions"] == key["group_sessions"]
    assert gained["events"] == key["events"]
    assert gained["contacts"] == key["accepted_rows"] - key["contacts_not_delivered"]
