"""The domain side of jobs: nothing is handed over twice, nothing is forgotten."""

import uuid
from datetime import timedelta

import pytest
from sqlmodel import col, update

from coord.access import system
from coord.kernel.clock import now
from coord.kernel.errors import NotAllowed
from coord.work import begin, outbox
from coord.work.engine import Database
from coord.work.outbox import MAX_ATTEMPTS, WAITS, DueJob
from coord.work.tables import OutboxJob
from tests.world import cast

pytestmark = pytest.mark.anyio
WORKER = system("test worker", "moves jobs in a test", "job.run")


async def wanted(*names: str) -> list[uuid.UUID]:
    """Jobs left behind by a committed unit, in order."""
    async with begin(WORKER) as unit:
        for name in names:
            unit.later(name, contact=uuid.uuid4())
    async with begin(WORKER) as unit:
        return [job.id for job in await outbox.claim_due(unit)]


async def claimed() -> list[uuid.UUID]:
    async with begin(WORKER) as unit:
        return [job.id for job in await outbox.claim_due(unit)]


async def handed_over(ids: list[uuid.UUID], *, ago: timedelta = timedelta(0), attempts: int = 0) -> None:
    async with begin(WORKER) as unit:
        await outbox.mark_enqueued(unit, ids)
        changed = {"enqueued_at": now() - ago, "attempts": attempts}
        await unit.session.run(update(OutboxJob).where(col(OutboxJob.id).in_(ids)).values(**changed))


async def test_jobs_are_claimed_oldest_first_and_at_most_a_batch(database: Database) -> None:
    ids = await wanted("a", "b", "c")
    async with begin(WORKER) as unit:
        assert [job.id for job in await outbox.claim_due(unit, limit=2)] == ids[:2]


async def test_a_job_that_the_queue_holds_is_not_claimed_again_at_once(database: Database) -> None:
    ids = await wanted("a", "b")
    await handed_over(ids[:1])
    assert await claimed() == ids[1:]


@pytest.mark.parametrize(("attempts", "wait"), list(enumerate(WAITS)))
async def test_each_failed_pass_makes_the_next_one_wait_longer(
    database: Database, attempts: int, wait: timedelta
) -> None:
    ids = await wanted("a")
    await handed_over(ids, ago=wait - timedelta(seconds=5), attempts=attempts)
    early = await claimed()
    await handed_over(ids, ago=wait + timedelta(seconds=5), attempts=attempts)
    assert (early, await claimed()) == ([], ids)


async def test_after_its_last_pass_a_job_is_parked_and_not_claimed(database: Database) -> None:
    (job,) = await wanted("a")
    async with begin(WORKER) as unit:
        kept = [await outbox.count_failed_pass(unit, DueJob(job, "a", n)) for n in range(MAX_ATTEMPTS)]
    async with begin(WORKER) as unit:
        health = await outbox.outbox_health(unit)
    assert kept == [True] * (MAX_ATTEMPTS - 1) + [False]
    assert (await claimed(), health.waiting, health.parked) == ([], 0, {"a": 1})


async def test_a_parked_job_starts_a_new_series_when_a_worker_starts(database: Database) -> None:
    (job,) = await wanted("a")
    async with begin(WORKER) as unit:
        await outbox.count_failed_pass(unit, DueJob(job, "a", MAX_ATTEMPTS - 1))
    async with begin(WORKER) as unit:
        await outbox.unpark(unit)
    async with begin(WORKER) as unit:
        assert await outbox.claim_due(unit) == [DueJob(job, "a", 0)]


async def test_a_finished_job_is_neither_taken_nor_claimed_again(database: Database) -> None:
    (job,) = await wanted("a")
    async with begin(WORKER) as unit:
        row = await outbox.take(unit, job)
        assert row is not None
        await outbox.finish(unit, row)
    async with begin(WORKER) as unit:
        assert await outbox.take(unit, job) is None
    assert await claimed() == []


async def test_an_effect_that_is_rolled_back_leaves_its_job_undone(database: Database) -> None:
    (job,) = await wanted("a")

    async def finished_and_failed() -> None:
        async with begin(WORKER) as unit:
            row = await outbox.take(unit, job)
            assert row is not None
            await outbox.finish(unit, row)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await finished_and_failed()
    assert await claimed() == [job]


async def test_a_renewed_lease_keeps_a_long_job_from_being_claimed(database: Database) -> None:
    ids = await wanted("a")
    await handed_over(ids, ago=timedelta(minutes=1))
    async with begin(WORKER) as unit:
        await outbox.renew_lease(unit, ids[0])
    assert await claimed() == []


async def test_the_kind_of_the_last_failure_is_kept_until_the_job_succeeds(database: Database) -> None:
    (job,) = await wanted("a")
    async with begin(WORKER) as unit:
        await outbox.note_failure(unit, job, "E" * 300)
    async with begin(WORKER) as unit:
        row = await outbox.take(unit, job)
        assert row is not None
        assert row.last_error == "E" * 200
        await outbox.finish(unit, row)
        assert row.last_error is None


async def test_health_tells_how_many_wait_and_since_when(database: Database) -> None:
    before = now()
    await wanted("a", "b")
    async with begin(WORKER, read_only=True) as unit:
        health = await outbox.outbox_health(unit)
    assert (health.waiting, health.parked) == (2, {})
    assert health.oldest_at is not None
    assert before <= health.oldest_at <= now()


async def test_an_empty_outbox_is_healthy(database: Database) -> None:
    async with begin(WORKER, read_only=True) as unit:
        health = await outbox.outbox_health(unit)
    assert (health.waiting, health.oldest_at, health.parked) == (0, None, {})


async def test_nobody_but_the_system_touches_jobs(database: Database) -> None:
    (job,) = await wanted("a")
    for who in (cast.adam, cast.sam, cast.ola):
        with pytest.raises(NotAllowed):
            async with begin(who) as unit:
                await outbox.take(unit, job)
    assert await claimed() == [job]
