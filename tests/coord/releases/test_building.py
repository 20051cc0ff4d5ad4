"""Releases on both databases: what is counted, who builds and publishes, what stays as it was."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError
from sqlmodel import col, update

from coord.kernel.clock import now
from coord.kernel.errors import Conflict, NotAllowed
from coord.measures import Dimension
from coord.releases import (
    ImpactQuery,
    OrderRelease,
    ReleaseMove,
    ReleaseState,
    build_release,
    impact_report,
    order_release,
)
from coord.releases.codes import CubeCode
from coord.releases.counting import true_counts
from coord.releases.orders import BUILD, OrderStage, orders_of
from coord.releases.parameters import Parameters
from coord.releases.serving import ProtectedCount
from coord.releases.tables import ProtectedCell, Release, ReleaseSnapshot
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import contact, log, stored
from tests.coord.releases.making import COUNTER, OSCAR, QUARTER, build, lock, move, published, seen, whole
from tests.world import BUILDER, LIN, NORTH, PROGRAM, PROGRAM_ID, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio


def ask(**more: Any) -> ImpactQuery:
    return ImpactQuery.parse({"program": PROGRAM, "period": QUARTER, **more})


async def test_a_quarter_is_counted_by_the_counting_rules(database: Database) -> None:
    """Lin is known since May, so continuing; her relative of August is a person of her own and new."""
    await seen()
    async with begin(COUNTER, read_only=True) as unit:
        counted = await true_counts(unit, whole(), Parameters())
    assert counted.cubes[CubeCode.PERSON_TIMES] == {(str(NORTH), "ALL"): 53, (str(SOUTH), "ALL"): 2}
    assert counted.cubes[CubeCode.PERSONS] == {
        (str(NORTH), "CONTINUING"): 1, (str(NORTH), "NEW"): 1, (str(SOUTH), "NEW"): 2,
    }  # fmt: skip
    # South's two visits are those of two people: their number would tell what each of them had.
    assert counted.withheld == {str(SOUTH)}


async def test_a_person_adds_at_most_the_cap_to_a_hospital(database: Database) -> None:
    await seen()
    async with begin(COUNTER, read_only=True) as unit:
        counted = await true_counts(unit, whole(), Parameters(most_per_person=1))
    assert counted.cubes[CubeCode.PERSON_TIMES][str(NORTH), "ALL"] == 52


async def test_what_is_published_is_near_the_truth_and_never_changes_afterwards(database: Database) -> None:
    await seen()
    await published()
    async with begin(cast.fatima, read_only=True) as unit:
        before = await impact_report(unit, ask(group_by=[Dimension.HOSPITAL]))
    await log(contact(client=str(LIN), occurred_on="2026-10-03"))
    async with begin(cast.fatima, read_only=True) as unit:
        after = await impact_report(unit, ask(group_by=[Dimension.HOSPITAL]))
    assert before == after
    assert before is not None
    total = before.answer.total["person_times"]
    assert isinstance(total, ProtectedCount)
    assert total.value is not None
    assert abs(total.value - 55) <= 4
    assert [group.key[0][0] for group in before.answer.rows] == ["H001", "H002"]


async def test_an_order_waits_for_every_month_of_every_hospital(database: Database) -> None:
    await lock(QUARTER, NORTH)
    given = OrderRelease.parse({"program": PROGRAM, "period": QUARTER})
    with pytest.raises(Conflict) as refused:
        async with begin(cast.ola) as unit:
            await order_release(unit, given)
    assert refused.value.problems[0].code == "MONTHS_NOT_LOCKED"
    assert refused.value.problems[0].arguments["number"] == 3
    await lock(QUARTER, SOUTH)
    async with begin(cast.ola) as unit:
        await order_release(unit, given)
    assert [job.job for job in await stored(OutboxJob, OutboxJob.job == "releases.build")] == ["releases.build"]


async def test_a_quarter_before_the_first_post_is_not_ordered_and_not_built(database: Database) -> None:
    """An empty report would say that nobody was helped."""
    with pytest.raises(Conflict) as refused:
        async with begin(cast.ola) as unit:
            await order_release(unit, OrderRelease.parse({"program": PROGRAM, "period": "2019Q4"}))
    assert [one.code for one in refused.value.problems] == ["NO_HOSPITAL_IN_QUARTER"]
    assert await stored(OutboxJob, OutboxJob.job == "releases.build") == []
    with pytest.raises(Conflict):
        async with begin(COUNTER) as unit:
            await build_release(unit, PROGRAM_ID, "2019Q4", fixed("user/ola"))
    assert await stored(Release) == []


@pytest.mark.parametrize("who", ["fatima", "sam", "sun", "nia", "cai", "adam", "petra"])
async def test_only_officers_order_and_publish(database: Database, who: str) -> None:
    with pytest.raises(NotAllowed):
        async with begin(getattr(cast, who)) as unit:
            await order_release(unit, OrderRelease.parse({"program": PROGRAM, "period": QUARTER}))
    assert await stored(OutboxJob, OutboxJob.job == "releases.build") == []


async def test_building_twice_keeps_the_first(database: Database) -> None:
    await seen()
    assert await build() is not None
    cells = await stored(ProtectedCell)
    assert await build() is None
    assert await stored(ProtectedCell) == cells
    assert len(await stored(ReleaseSnapshot)) == 1


async def test_nothing_is_built_while_a_month_is_open(database: Database) -> None:
    """Also when it was ordered before: a post may have come in since, or the outbox may have waited."""
    await seen()
    await lock(QUARTER, NORTH)
    with pytest.raises(Conflict) as refused:
        async with begin(COUNTER) as unit:
            await build_release(unit, PROGRAM_ID, QUARTER, fixed("user/ola"))
    assert [one.code for one in refused.value.problems] == ["MONTHS_NOT_LOCKED"]
    assert await stored(Release) == await stored(ReleaseSnapshot) == await stored(ProtectedCell) == []


async def test_an_order_is_followed_until_it_ends_or_is_given_up(database: Database) -> None:
    await seen()
    await lock()
    given = OrderRelease.parse({"program": PROGRAM, "period": QUARTER})
    async with begin(cast.ola) as unit:
        await order_release(unit, given)
    found = []
    for changed in (
        {}, {"enqueued_at": now()}, {"last_error": "period:MONTHS_NOT_LOCKED"}, {"parked_at": now()},
    ):  # fmt: skip
        async with begin(BUILDER) as unit:
            if changed:
                await unit.session.run(update(OutboxJob).where(col(OutboxJob.job) == BUILD).values(changed))
        async with begin(cast.ola, read_only=True) as unit:
            found += [(one.quarter, one.stage, one.reason) for one in await orders_of(unit, PROGRAM_ID)]
        if "parked_at" not in changed:
            with pytest.raises(Conflict) as refused:
                async with begin(OSCAR) as unit:
                    await order_release(unit, given)
            assert [one.code for one in refused.value.problems] == ["RELEASE_ON_ITS_WAY"]
    why = "period:MONTHS_NOT_LOCKED"
    assert found == [
        (QUARTER, OrderStage.WAITING, None), (QUARTER, OrderStage.BUILDING, None), (QUARTER, OrderStage.FAILED, why),
        (QUARTER, OrderStage.GIVEN_UP, why),
    ]  # fmt: skip
    async with begin(OSCAR) as unit:
        await order_release(unit, given)
    async with begin(BUILDER) as unit:
        await unit.session.run(
            update(OutboxJob).where(col(OutboxJob.parked_at).is_(None)).values({"done_at": now(), "parked_at": None})
        )
    async with begin(cast.ola, read_only=True) as unit:
        assert [one.stage for one in await orders_of(unit, PROGRAM_ID)] == [OrderStage.GIVEN_UP]
    async with begin(cast.fatima, read_only=True) as unit:
        with pytest.raises(NotAllowed):
            await orders_of(unit, PROGRAM_ID)


async def test_two_builds_at_once_leave_one_release(real_database: Database) -> None:
    await seen()
    await lock()
    made = await asyncio.gather(build(), build(), build())
    assert sum(one is not None for one in made) == 1
    assert len(await stored(Release)) == 1
    assert len(await stored(ReleaseSnapshot)) == 1


async def test_who_reviewed_does_not_publish_and_steps_are_not_skipped(database: Database) -> None:
    made = await build()
    assert made is not None
    for step in (ReleaseMove.PUBLISH, ReleaseMove.REVIEW, ReleaseMove.REVIEW, ReleaseMove.PUBLISH):
        is_first_review = step is ReleaseMove.REVIEW and (await stored(Release))[0].state is ReleaseState.BUILT
        if is_first_review:
            await move(cast.ola, made, step)
            continue
        with pytest.raises(Conflict):
            await move(cast.ola, made, step)
    await move(OSCAR, made, ReleaseMove.PUBLISH)
    (release,) = await stored(Release)
    assert release.state is ReleaseState.PUBLISHED
    assert release.signature is not None


async def test_nothing_is_served_before_it_is_published(database: Database) -> None:
    await seen()
    made = await build()
    assert made is not None
    async with begin(cast.fatima, read_only=True) as unit:
        assert await impact_report(unit, ask()) is None
        assert await impact_report(unit, ask(period="2026")) is None


@pytest.mark.parametrize("table", [ProtectedCell, ReleaseSnapshot])
async def test_the_database_refuses_to_change_what_a_release_holds(database: Database, table: Any) -> None:
    await seen()
    await published()
    name = "value" if table is ProtectedCell else "record_count"
    with pytest.raises(DatabaseError):
        async with begin(COUNTER) as unit:
            await unit.session.run(update(table).where(col(table.id).is_not(None)).values({name: 999}))
