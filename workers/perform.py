"""Doing one job from the outbox: once, however often it is asked for."""

import traceback
from contextlib import suppress
from uuid import UUID

import anyio
import structlog

from coord.access import Actor, system
from coord.kernel.errors import Refusal, Unavailable
from coord.work import begin, outbox
from workers.jobs import JOBS, Job

QUEUE = system("queue", "moves every job from the outbox to the queue", "job.run")
_RENEW_EVERY = 5.0
log = structlog.get_logger()


class UnknownJob(LookupError):
    """The outbox names a job that this version of coord does not have."""


class JobFailed(Exception):
    """A job did not succeed; the message is the kind of its error."""


async def perform(job_id: str) -> None:
    """Do a job unless it is done already; its effect and its mark are one transaction.

    Raises ``JobFailed``, so that the queue counts the failure. What went wrong is told by its kind and
    place only: messages of databases quote values, and nothing personal may lie in the queue or a log.
    """
    row_id = UUID(job_id)
    try:
        await _perform(row_id)
    except Exception as raised:  # noqa: BLE001 - whatever went wrong, the queue hears of it below
        error = _cause(raised)
        where = traceback.format_tb(error.__traceback__)[-1].strip()
        log.warning("job.failed", id=job_id, error=_reason(error), where=where)
        with suppress(Unavailable):
            async with begin(QUEUE) as unit:
                await outbox.note_failure(unit, row_id, _reason(error))
        raise JobFailed(_reason(error)) from None


def _cause(error: Exception) -> Exception:
    """What went wrong, out of the group into which a task group puts it."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


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
