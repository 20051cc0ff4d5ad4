"""From the outbox to the queue, and again when the queue lost or failed something."""

import anyio
import structlog
from redis import Redis, RedisError
from rq import Queue, Retry
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus

from coord.kernel.errors import Unavailable
from coord.work import Unit, begin, outbox
from coord.work.outbox import BATCH, DueJob
from workers.perform import QUEUE

NAME = "coord"
SERIALIZER = "json"
_FUNCTION = "workers.perform.perform"
_EVERY = 0.5
_AFTER_TROUBLE = 2.0
_JOB_TIMEOUT = 1800
_FAILED_FOR = 7 * 24 * 3600
_STILL_COMING = {JobStatus.QUEUED, JobStatus.SCHEDULED, JobStatus.DEFERRED}
log = structlog.get_logger()


def queue(connection: "Redis") -> Queue:
    """The one queue; arguments are JSON, never pickle."""
    return Queue(NAME, connection=connection, serializer=SERIALIZER, default_timeout=_JOB_TIMEOUT)


class Drain:
    """Hands waiting jobs to the queue. ``hurry`` divides the waiting times of failed passes (tests)."""

    def __init__(self, connection: "Redis", *, hurry: float = 1) -> None:
        """``connection`` is the drain's own: a worker's must not be shared."""
        self._queue, self._connection, self._hurry = queue(connection), connection, hurry

    async def forever(self) -> None:
        """Drain twice a second; a database or queue that is away is tried again."""
        while True:
            try:
                handed = await self.once()
            except (RedisError, OSError, Unavailable) as error:
                log.warning("drain.waiting", error=type(error).__name__)
                await anyio.sleep(_AFTER_TROUBLE)
                continue
            await anyio.sleep(0 if handed == BATCH else _EVERY)

    async def once(self) -> int:
        """One batch; returns how many jobs were looked at.

        The rows stay locked until their jobs are in the queue. A crash in between ends in the sweep:
        the same id is offered again later and refused or repaired there.
        """
        async with begin(QUEUE) as unit:
            due = await outbox.claim_due(unit, hurry=self._hurry)
            handed = [job for job in due if await self._hand_over(unit, job)]
            await outbox.mark_enqueued(unit, [job.id for job in handed])
        return len(due)

    async def _hand_over(self, unit: Unit, job: DueJob) -> bool:
        """Whether the queue holds the job now; False when it was parked."""
        try:
            self._enqueue(job)
        except DuplicateJobError:
            return await self._again(unit, job)
        return True

    def _enqueue(self, job: DueJob) -> None:
        self._queue.enqueue_call(
            _FUNCTION, (str(job.id),), job_id=str(job.id), unique=True, retry=Retry(max=2), result_ttl=0,
            failure_ttl=_FAILED_FOR, description=job.job,
        )  # fmt: skip

    async def _again(self, unit: Unit, job: DueJob) -> bool:
        """The queue knows the id: it is still coming, or its pass failed or died and a new one starts."""
        try:
            known = Job.fetch(str(job.id), connection=self._connection, serializer=SERIALIZER)
            if known.get_status() in _STILL_COMING:
                return True
            known.delete()
        except NoSuchJobError:
            log.info("drain.finished_meanwhile", job=job.job)
        if not await outbox.count_failed_pass(unit, job):
            log.error("drain.parked", job=job.job, id=str(job.id))
            return False
        self._enqueue(job)
        return True
