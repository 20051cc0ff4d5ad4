"""The worker: RQ jobs in this process, the drain and the clock in threads beside them."""

import logging
import threading

import anyio
from redis import Redis
from rq import SimpleWorker

from coord.kernel.memory import keep_what_is_loaded
from coord.settings import settings
from coord.work import begin, outbox
from coord.work.engine import Database, use
from workers import schedule
from workers.drain import SERIALIZER, Drain, queue
from workers.perform import QUEUE, JobFailed, perform

_IDLE = 0.5


def open_database(*, one_loop: bool = False) -> Database:
    """The settings' database, its connections kept where the process has ``one_loop``: an RQ job has one of its own."""
    store = Database(settings().effective_database_url, pooled=one_loop)
    use(store)
    return store


def run_worker(redis_url: str, *, hurry: float = 1) -> None:
    """Work on the queue until SIGTERM or SIGINT; a running job is finished first.

    Workers of one installation share the queue; each brings a drain, of which the row locks let one win.
    """
    open_database()
    keep_what_is_loaded()
    anyio.run(_unpark)
    # Two clients: RQ raises the socket timeout of the pool it is given.
    drain = Drain(Redis.from_url(redis_url), hurry=hurry)
    for name, loop in (("drain", drain.forever), ("clock", schedule.forever)):
        threading.Thread(target=anyio.run, args=(loop,), name=name, daemon=True).start()
    connection = Redis.from_url(redis_url)
    worker = SimpleWorker([queue(connection)], connection=connection, serializer=SERIALIZER, maintenance_interval=60)
    worker.work(logging_level=logging.getLevelName(logging.WARNING))


async def _unpark() -> None:
    async with begin(QUEUE) as unit:
        await outbox.unpark(unit)


async def run_waiting(*, hurry: float = 1) -> int:
    """Do what waits, one after the other, without a queue; returns how many jobs were done.

    A job that fails stays in the outbox and is tried again by a later call.
    """
    done = 0
    while True:
        async with begin(QUEUE) as unit:
            due = await outbox.claim_due(unit, limit=1, hurry=hurry)
            await outbox.mark_enqueued(unit, [job.id for job in due])
        if not due:
            return done
        try:
            await perform(str(due[0].id))
            done += 1
        except JobFailed:
            async with begin(QUEUE) as unit:
                await outbox.count_failed_pass(unit, due[0])


async def run_in_process() -> None:
    """Work without any queue server, where no binary of one exists: the outbox alone is enough."""
    await _unpark()
    while True:
        await schedule.ask()
        await run_waiting()
        await anyio.sleep(_IDLE)
