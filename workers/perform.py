"""Doing one job from the outbox: once, however often it is asked for."""

from contextlib import suppress
from uuid import UUID

import anyio

from coord.access import Actor, system
from coord.kernel.errors import Refusal, Unavailable
from coord.work import begin, outbox
from workers.jobs import JOBS, Job

QUEUE = system("queue", "moves every job from the outbox to the queue", "job.run")
_RENEW_EVERY = 5.0


class UnknownJob(LookupError):
    """The outbox names a job that this version of coord does not have."""


async def perform(job_id: str) -> None:
    """Do a job unless it is done already; its effect and its mark are one transaction.

    Whatever it raises is noted on the row and raised again: the queue counts it as failed.
    """
    row_id = UUID(job_id)
    try:
        await _perform(row_id)
    except Exception as error:
        async with begin(QUEUE) as unit:
            await outbox.note_failure(unit, row_id, _reason(error))
        raise


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, UnknownJob | Refusal) else type(error).__name__


async def _perform(row_id: UUID) -> None:
    async with begin(QUEUE) as unit:
        row = await outbox.take(unit, row_id)
        if row is None:
            return
        name, arguments = row.job, dict(row.arguments)
    job = JOBS.get(name)
    if job is None:
        raise UnknownJob(name)
    if job.own_units:
        await _in_own_units(job, row_id, arguments)
    else:
        await _in_one_unit(job, row_id, arguments)


async def _in_one_unit(job: Job, row_id: UUID, arguments: dict[str, str]) -> None:
    async with begin(_may_finish(job.actor)) as unit:
        row = await outbox.take(unit, row_id)
        if row is not None:
            await job.run(unit, **arguments)
            await outbox.finish(unit, row)


async def _in_own_units(job: Job, row_id: UUID, arguments: dict[str, str]) -> None:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_keep_lease, row_id)
        await job.run(**arguments)
        tasks.cancel_scope.cancel()
    async with begin(QUEUE) as unit:
        row = await outbox.take(unit, row_id)
        if row is not None:
            await outbox.finish(unit, row)


def _may_finish(actor: Actor) -> Actor:
    """The job's own actor; it must hold the verb that marks a job done."""
    actor.require("job.run")
    return actor


async def _keep_lease(row_id: UUID) -> None:
    while True:
        with suppress(Unavailable):
            async with begin(QUEUE) as unit:
                await outbox.renew_lease(unit, row_id)
        await anyio.sleep(_RENEW_EVERY)
