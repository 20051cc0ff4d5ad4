"""From the outbox through a real queue server to the effect: once, whatever fails on the way."""

import uuid
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta

import anyio.to_thread
import pytest
from redis import Redis
from rq import SimpleWorker
from rq.job import Job as QueuedJob
from rq.job import JobStatus
from rq.timeouts import TimerDeathPenalty
from sqlmodel import col, update
from typing_extensions import override

import workers.perform
from coord.access import system
from coord.contacts import LogContact, log_contact
from coord.contacts.codes import FlagKind, ServiceCode
from coord.contacts.quality import flags_of
from coord.contacts.tables import ServiceName
from coord.kernel.clock import now
from coord.kernel.sql import select
from coord.work import Unit, begin, outbox
from coord.work.outbox import MAX_ATTEMPTS
from coord.work.tables import OutboxJob
from tests.world import FOUNDATION, LIN, PROGRAM, cast
from workers.drain import SERIALIZER, Drain, queue
from workers.jobs import JOBS, Job
from workers.perform import JobFailed, perform
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
WRITER = system("test writer", "leaves jobs behind in a test", "job.run")


class Broken:
    """A job that fails until it is repaired; its effect is a row named by its argument."""

    def __init__(self) -> None:
        self.is_repaired = False
        self.runs = 0

    async def __call__(self, unit: Unit, name: str) -> None:
        self.runs += 1
        unit.add(ServiceName(foundation_id=FOUNDATION, name=name, service_code=ServiceCode.ADMIN))
        await unit.session.flush()
        if not self.is_repaired:
            raise RuntimeError("王敏 must not be stored")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Broken:
    """The job "test.broken" in the table of jobs."""
    job = Broken()
    table: Mapping[str, Job] = {**JOBS, "test.broken": Job(WRITER, job)}
    monkeypatch.setattr(workers.perform, "JOBS", table)
    return job


def work_on(redis: "Redis") -> None:
    """Let a worker do everything that the queue holds now, in this thread."""
    with closing(Redis.from_url(address(redis))) as connection:
        worker = QuietWorker([queue(connection)], connection=connection, serializer=SERIALIZER)
        worker.work(burst=True, logging_level="CRITICAL")


class QuietWorker(SimpleWorker):
    """A worker outside the main thread: it cannot install signal handlers."""

    death_penalty_class = TimerDeathPenalty

    @override
    def _install_signal_handlers(self) -> None:
        """Signals belong to the test run."""


def address(redis: "Redis") -> str:
    """The URL of a client's server."""
    options = redis.connection_pool.connection_kwargs
    return f"unix://{options['path']}" if "path" in options else f"redis://{options['host']}:{options['port']}/15"


async def drained(redis: "Redis") -> int:
    """One batch is handed over, then the worker does it."""
    handed = await Drain(redis).once()
    await anyio.to_thread.run_sync(work_on, redis)
    return handed


async def leave(job: str, **arguments: str) -> uuid.UUID:
    async with begin(WRITER) as unit:
        unit.later(job, **arguments)
        await unit.session.flush()
        return uuid.UUID(str(await unit.scalar(select(OutboxJob.id).order_by(col(OutboxJob.id).desc()))))


async def row_of(job: uuid.UUID) -> OutboxJob:
    async with begin(WRITER, read_only=True) as unit:
        return await unit.find(OutboxJob, job)


async def make_overdue() -> None:
    async with begin(WRITER) as unit:
        await unit.session.run(update(OutboxJob).values(enqueued_at=now() - timedelta(days=1)))


async def names(*wanted: str) -> int:
    async with begin(WRITER, read_only=True) as unit:
        return await unit.count(select(ServiceName.id).where(col(ServiceName.name).in_(wanted)))


async def test_a_logged_contact_is_flagged_by_the_worker(committed: str, redis: "Redis") -> None:
    raw = {"idempotency_key": str(uuid.uuid4()), "program": PROGRAM, "client": str(LIN), "duration_minutes": 400,
           "service_code": "CASE_CONTACT", "occurred_on": str(now().date() - timedelta(days=1))}  # fmt: skip
    async with begin(cast.sam) as unit:
        contact = (await log_contact(unit, LogContact.parse(raw))).contact_id
    assert await drained(redis) == 1
    async with begin(cast.sam, read_only=True) as unit:
        assert [flag.kind for flag in (await flags_of(unit, [contact]))[contact]] == [FlagKind.TOO_LONG]


async def test_a_done_job_leaves_nothing_in_the_queue_and_is_not_done_again(
    committed: str, redis: "Redis", broken: Broken
) -> None:
    broken.is_repaired = True
    job = await leave("test.broken", name="once")
    assert [await drained(redis), await drained(redis)] == [1, 0]
    await perform(str(job))
    assert (broken.runs, await names("once"), redis.keys("rq:job:*")) == (1, 1, [])


async def test_payloads_are_json_and_carry_the_row_id_only(committed: str, redis: "Redis", broken: Broken) -> None:
    job = await leave("test.broken", name="payload")
    await Drain(redis).once()
    queued = QueuedJob.fetch(str(job), connection=redis, serializer=SERIALIZER)
    assert (queued.func_name, queued.args, queued.kwargs) == ("workers.perform.perform", [str(job)], {})


async def test_a_failing_job_leaves_no_effect_and_only_the_kind_of_its_error(
    committed: str, redis: "Redis", broken: Broken
) -> None:
    job = await leave("test.broken", name="failing")
    await drained(redis)
    row = await row_of(job)
    assert (row.done_at, row.last_error, await names("failing")) == (None, "RuntimeError", 0)
    # The queue tries three times before it gives the pass up.
    assert broken.runs == 3


async def test_a_failed_job_runs_again_after_its_repair_without_anybody_asking(
    committed: str, redis: "Redis", broken: Broken
) -> None:
    job = await leave("test.broken", name="repaired")
    await drained(redis)
    await make_overdue()
    await drained(redis)
    broken.is_repaired = True
    await make_overdue()
    await drained(redis)
    row = await row_of(job)
    assert (row.done_at is not None, row.attempts, await names("repaired")) == (True, 2, 1)


async def test_a_job_that_always_fails_is_parked_and_resumed_when_a_worker_starts(
    committed: str, redis: "Redis", broken: Broken
) -> None:
    job = await leave("test.broken", name="parked")
    for _ in range(MAX_ATTEMPTS + 1):
        await drained(redis)
        await make_overdue()
    parked = await row_of(job)
    assert (parked.parked_at is not None, parked.attempts, await Drain(redis).once()) == (True, MAX_ATTEMPTS, 0)
    broken.is_repaired = True
    async with begin(WRITER) as unit:
        await outbox.unpark(unit)
    await drained(redis)
    assert ((await row_of(job)).done_at is not None, await names("parked")) == (True, 1)


async def test_jobs_survive_the_loss_of_everything_that_the_queue_held(
    committed: str, redis: "Redis", broken: Broken
) -> None:
    broken.is_repaired = True
    for n in range(5):
        await leave("test.broken", name=f"lost-{n}")
    await Drain(redis).once()
    redis.flushall()
    await make_overdue()
    await drained(redis)
    assert (broken.runs, await names(*(f"lost-{n}" for n in range(5)))) == (5, 5)


async def test_a_job_whose_worker_was_killed_is_handed_out_again(
    committed: str, redis: "Redis", broken: Broken
) -> None:
    broken.is_repaired = True
    job = await leave("test.broken", name="killed")
    await Drain(redis).once()
    queue(redis).remove(str(job))
    QueuedJob.fetch(str(job), connection=redis, serializer=SERIALIZER).set_status(JobStatus.STARTED)
    await make_overdue()
    await drained(redis)
    assert ((await row_of(job)).attempts, broken.runs, await names("killed")) == (1, 1, 1)


async def test_a_job_that_still_waits_in_a_long_queue_is_left_alone(
    committed: str, redis: "Redis", broken: Broken
) -> None:
    job = await leave("test.broken", name="waiting")
    await Drain(redis).once()
    await make_overdue()
    await Drain(redis).once()
    assert ((await row_of(job)).attempts, queue(redis).job_ids) == (0, [str(job)])


async def test_a_crash_between_handing_over_and_marking_hands_nothing_over_twice(
    committed: str, redis: "Redis", broken: Broken
) -> None:
    broken.is_repaired = True
    await leave("test.broken", name="crash")
    await Drain(redis).once()
    async with begin(WRITER) as unit:
        await unit.session.run(update(OutboxJob).values(enqueued_at=None))
    await drained(redis)
    assert (broken.runs, await names("crash")) == (1, 1)


async def test_a_job_of_another_version_is_named_and_kept(committed: str, redis: "Redis") -> None:
    job = await leave("nobody.knows")
    with pytest.raises(JobFailed):
        await perform(str(job))
    row = await row_of(job)
    assert (row.last_error, row.done_at) == ("nobody.knows", None)


async def test_a_job_with_units_of_its_own_is_marked_done_after_it(
    committed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def long(name: str) -> None:
        async with begin(WRITER) as unit:
            unit.add(ServiceName(foundation_id=FOUNDATION, name=name, service_code=ServiceCode.ADMIN))

    monkeypatch.setattr(workers.perform, "JOBS", {"test.long": Job(WRITER, long, own_units=True)})
    job = await leave("test.long", name="long")
    await perform(str(job))
    await perform(str(job))
    assert ((await row_of(job)).done_at is not None, await names("long")) == (True, 1)


async def test_without_any_queue_the_outbox_alone_is_enough(committed: str, broken: Broken) -> None:
    broken.is_repaired = True
    for n in range(3):
        await leave("test.broken", name=f"alone-{n}")
    assert [await run_waiting(), await run_waiting()] == [3, 0]
    assert await names(*(f"alone-{n}" for n in range(3))) == 3


async def test_without_a_queue_one_bad_job_does_not_stop_the_others(committed: str, broken: Broken) -> None:
    bad = await leave("nobody.knows")
    broken.is_repaired = True
    await leave("test.broken", name="good")
    assert (await run_waiting(), await names("good"), (await row_of(bad)).attempts) == (1, 1, 1)


async def test_the_same_line_works_on_a_redis_server(committed: str, broken: Broken) -> None:
    broken.is_repaired = True
    with closing(Redis.from_url("redis://127.0.0.1:6379/15")) as redis:
        redis.flushdb()
        await leave("test.broken", name="redis")
        assert await drained(redis) == 1
    assert await names("redis") == 1
