"""What was signed is read once; what is not out yet, and who may see what, is asked each time."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from coord.access import Actor
from coord.kernel.errors import NotFound
from coord.measures import Dimension
from coord.programs.tables import Participation
from coord.releases import ImpactQuery, ImpactReport, ReleaseMove, impact_report, release_preview
from coord.releases.exporting import report_json
from coord.releases.parts import answer_of
from coord.releases.serving import answer
from coord.work import begin
from coord.work.engine import Database
from tests.coord.releases.making import QUARTER, build, lock, move, published, seen
from tests.queries import counting
from tests.world import BUILDER, NORTH, PROGRAM, SOUTH, cast

pytestmark = pytest.mark.anyio
BY = (Dimension.HOSPITAL,)


async def asked(who: Actor = cast.fatima, **given: object) -> tuple[ImpactReport | None, int]:
    """The report of the quarter, and how often the cells were read for it."""
    with counting() as sent:
        async with begin(who, read_only=True) as unit:
            found = await impact_report(unit, ImpactQuery(program=PROGRAM, period=QUARTER, group_by=BY, **given))
    return found, sum("FROM protected_cell" in statement for statement in sent)


async def test_the_cells_of_a_signed_release_are_read_once_for_everybody(database: Database) -> None:
    await seen()
    await published()
    (first, read), (again, read_again), (other, by_other) = await asked(), await asked(), await asked(cast.ola)
    assert (read, read_again, by_other) == (1, 0, 0)
    assert first is not None
    assert first.answer.rows
    assert first == again == other
    assert again is not None
    assert report_json(first) == report_json(again)


async def test_each_slice_is_worked_out_from_the_same_cells(database: Database) -> None:
    await seen()
    await published()
    for hospitals in (None, (NORTH,), (SOUTH,), (NORTH, SOUTH), ()):
        found, _ = await asked(hospitals=hospitals)
        assert found is not None
        parts = [part.released for part in found.parts]
        assert found.answer == answer(parts, BY, hospitals) == answer_of(found.parts, BY, hospitals)


async def test_whoever_leaves_the_program_is_told_nothing_of_what_is_remembered(database: Database) -> None:
    await seen()
    await published()
    assert (await asked())[0] is not None
    async with begin(BUILDER) as unit:
        over = update(Participation).values(organization_id=SOUTH).where(col(Participation.part) == "SPONSOR")
        await unit.session.run(over.execution_options(synchronize_session=False))
    with pytest.raises(NotFound):
        await asked()


async def test_what_is_not_out_is_read_each_time(database: Database) -> None:
    await seen()
    await lock()
    release = await build()
    assert release is not None
    await move(cast.ola, release, ReleaseMove.REVIEW)
    for _ in range(2):
        with counting() as sent:
            async with begin(cast.ola, read_only=True) as unit:
                await release_preview(unit, release, BY)
        assert sum("FROM protected_cell" in statement for statement in sent) == 1
    assert await asked() == (None, 0)
