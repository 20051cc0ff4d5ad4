"""Sums and pairs are read once as long as they say the same, and what is answered is never older, and never somebody else's."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from coord.kernel.sql import select
from coord.measures import measure_table
from coord.measures.rollups.checking import check
from coord.measures.rollups.folding import FOLDER
from coord.measures.rollups.making import make
from coord.measures.rollups.recounting import parts_of
from coord.measures.rollups.tables import MeasureState, MeasureSum
from coord.organizations.tables import Organization
from coord.programs.tables import Participation, Program
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import asked, contact, log
from tests.coord.measures.rolling import agree, answer, caught_up
from tests.coord.measures.test_folding import fold_now, program, some_contacts
from tests.queries import counting
from tests.world import BUILDER, LIN, NORTH, PROGRAM_ID, cast

pytestmark = pytest.mark.anyio
YEAR = asked(("2026-01-01", "2026-12-31"), "HOSPITAL")


async def version() -> object:
    """Of the cast's program."""
    async with begin(FOLDER, read_only=True) as unit:
        return await unit.scalar(select(MeasureState.version).where(col(MeasureState.program_id) == PROGRAM_ID))


async def reads() -> int:
    """How many statements ask the tables of rollups for the figures of a year."""
    with counting() as sent:
        await answer(cast.ola, YEAR)
    return sum("FROM measure_sum" in statement or "FROM measure_pair" in statement for statement in sent)


async def test_figures_are_read_once_as_long_as_they_say_the_same(database: Database) -> None:
    await some_contacts()
    await caught_up()
    assert await reads() > 0
    assert await reads() == 0
    await fold_now()
    assert await reads() == 0, "a fold of nothing changes nothing"
    await log(contact(client=str(LIN), occurred_on="2026-06-03"))
    assert await reads() == 0, "what waits is added to what is remembered"
    assert await agree(cast.ola, YEAR)
    await caught_up()
    assert await reads() > 0
    assert await agree(cast.ola, YEAR)


async def _fold() -> None:
    await log(contact(client=str(LIN), occurred_on="2026-06-04"))
    assert await fold_now() > 0


async def _make() -> None:
    await make(await program(), again=True)


async def _repair() -> None:
    async with begin(BUILDER) as unit:
        wrong = update(MeasureSum).where(col(MeasureSum.month) == "2026-05").values(contacts=99)
        await unit.session.run(wrong.execution_options(synchronize_session=False))
    for part in parts_of(await program(), (NORTH,)):
        async with begin(FOLDER) as unit:
            await check(unit, part)


@pytest.mark.parametrize("change", [_fold, _make, _repair])
async def test_whatever_changes_a_figure_changes_the_version(
    database: Database, change: Callable[[], Awaitable[None]]
) -> None:
    await some_contacts()
    await caught_up()
    await answer(cast.ola, YEAR)
    before = await version()
    await change()
    assert await version() != before
    assert await agree(cast.ola, YEAR)


async def test_a_check_that_finds_nothing_leaves_the_version(database: Database) -> None:
    await some_contacts()
    await caught_up()
    before = await version()
    for part in parts_of(await program(), (NORTH,)):
        async with begin(FOLDER) as unit:
            await check(unit, part)
    assert await version() == before


async def test_everybody_is_answered_by_the_rows_that_they_see(database: Database) -> None:
    await some_contacts()
    await log(
        contact(client=None, service_code="COMMUNITY_EVENT", occurred_on="2026-09-09", anonymous_count=9), cast.nia
    )
    await caught_up()
    for who in (cast.ola, cast.sam, cast.nia, cast.sun, cast.ola, cast.nia, cast.sam):
        await agree(who, YEAR)
    assert await answer(cast.ola, YEAR) != await answer(cast.sam, YEAR)
    assert await answer(cast.nia, YEAR) != await answer(cast.sam, YEAR)


async def _table() -> dict[str, str | None]:
    """The hospitals of a year's table, by code, with their names."""
    async with begin(cast.ola, read_only=True) as unit:
        found = await measure_table(unit, YEAR, ["contacts"])
    return {row.key[0].key: row.key[0].name for row in found.rows}


async def test_rows_are_laid_out_once_and_another_name_is_seen_at_once(database: Database) -> None:
    await some_contacts()
    await caught_up()
    async with begin(cast.ola, read_only=True) as unit:
        first, again = [(await measure_table(unit, YEAR, ["contacts"])).rows for _ in range(2)]
    assert first is again
    before = await _table()
    async with begin(BUILDER) as unit:
        (await unit.find(Organization, NORTH)).name = "北院"
    assert await _table() == {**before, "H001": "北院"}


async def test_one_that_takes_no_part_any_more_keeps_its_name_and_loses_it_never_unseen(database: Database) -> None:
    await some_contacts()
    await caught_up()
    before = await _table()
    async with begin(BUILDER) as unit:
        await unit.session.run(
            delete(Participation)
            .where(col(Participation.organization_id) == NORTH)
            .execution_options(synchronize_session=False)
        )
    assert await _table() == before
    async with begin(BUILDER) as unit:
        (await unit.find(Organization, NORTH)).name = "北院"
    assert await _table() == {**before, "H001": "北院"}


async def test_provinces_are_never_remembered(database: Database) -> None:
    await some_contacts()
    await caught_up()
    by = asked(("2026-01-01", "2026-12-31"), "PROVINCE")
    before = await answer(cast.ola, by)
    async with begin(BUILDER) as unit:
        place = await unit.find(Organization, NORTH)
        place.province = "湖北"
    after = await answer(cast.ola, by)
    assert before.keys() != after.keys()
    async with begin(BUILDER) as unit:
        (await unit.find(Program, PROGRAM_ID)).time_zone = "Asia/Seoul"
    assert not await agree(cast.ola, YEAR), "of another zone nothing is ready"
