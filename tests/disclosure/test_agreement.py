"""Every form of a report says the same in every cell; one release gives the same bytes wherever and whenever it is read."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from coord.releases.exporting import report_json
from coord.releases.public import public_report
from coord.releases.tables import ProtectedCell, Release
from coord.releases.tabling import FIGURES, PEOPLE_FIGURES
from coord.work import begin
from coord.work.engine import Database
from tests.conftest import DATABASES
from tests.coord.making import stored
from tests.coord.releases.making import seen
from tests.databases import new_postgres, used
from tests.disclosure.readers import HOSPITALS, PEOPLE, READERS, TOTAL, from_json
from tests.disclosure.test_endpoint import asked, more_referrals
from tests.disclosure.world import QUARTERS, lay, publish
from tests.world import BUILDER, PROGRAM, cast
from web.impact import BY_HOSPITAL

pytestmark = pytest.mark.anyio
RELEASED = tuple(QUARTERS)


async def three_releases() -> None:
    """Three quarters of twenty-four hospitals, with visits in the last of them."""
    await lay(quarters=RELEASED)
    await seen()
    for quarter in RELEASED:
        await publish(quarter)


async def test_every_form_says_the_same_in_every_cell_of_three_releases(database: Database) -> None:
    await three_releases()
    for quarter in RELEASED:
        expected = await from_json(quarter)
        tables = {table for table, _, _ in expected}
        assert tables == {TOTAL, HOSPITALS, PEOPLE}
        assert len(expected) >= (1 + 26) * len(FIGURES) + 5 * len(PEOPLE_FIGURES)
        assert sum(value is None for value in expected.values()) < len(expected) < 2000
        for name, read in READERS.items():
            assert await read(quarter) == expected, (quarter, name)


async def test_readers_say_what_is_there_not_what_is_expected(database: Database) -> None:
    await three_releases()
    expected = await from_json(RELEASED[0])
    for name, read in READERS.items():
        assert await read(RELEASED[1]) != expected, name


async def _bytes() -> Sequence[bytes]:
    """Every report as its file says it, and as the API answers."""
    found = []
    for quarter in RELEASED:
        found.append(report_json((await public_report(PROGRAM, quarter, BY_HOSPITAL)).report))
        found.append(await asked(cast.fatima, period=quarter, by=["HOSPITAL"]))
    return found


async def _copied(rows: Sequence[Sequence[Any]]) -> None:
    async with begin(BUILDER) as unit:
        for table in rows:
            unit.add(*table)
            await unit.session.flush()


@pytest.mark.skipif(len(DATABASES) < 2, reason="compares two databases")
async def test_one_release_is_the_same_bytes_later_after_a_restart_and_on_both_databases(
    sqlite_template: Path, postgres_template: str, tmp_path: Path
) -> None:
    file = tmp_path / "released.sqlite"
    shutil.copy(sqlite_template, file)
    url = f"sqlite:///{file}"
    async with used(url):
        await three_releases()
        first = await _bytes()
        rows = [[row.model_dump() for row in await stored(table)] for table in (Release, ProtectedCell)]
    async with used(url):
        await more_referrals()
        assert await _bytes() == first
    with new_postgres(postgres_template) as other:
        async with used(other):
            await lay(quarters=RELEASED)
            made = zip((Release, ProtectedCell), rows, strict=True)
            await _copied([[table(**values) for values in found] for table, found in made])
            assert await _bytes() == first
