"""The dispatcher of safety alerts: a loop of its own that needs the database and nothing else.

It looks twice a second, tells what is due, and says that it is alive. Mails of alerts that the queue has not sent
within half a minute it hands over itself, beside the loop: a mail server that hangs stops no clock.
"""

import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import anyio
import structlog

from coord.kernel.clock import now
from coord.notices import NoticeKind
from coord.notices.mailing import POST, mails_waiting
from coord.outcomes.dispatching import DISPATCHER, beat, due_alerts, escalate, overdue_tasks, remind
from coord.settings import Mail, settings
from coord.work import Unit, begin
from workers.jobs.notices import send_mail

EVERY, AFTER_TROUBLE = 0.5, 2.0
_BEAT_EVERY = timedelta(seconds=10)
_MAIL_EVERY, _QUEUE_HAS = 10.0, timedelta(seconds=30)
log = structlog.get_logger()


class Dispatcher:
    """Takes turns until it is stopped. ``hurry`` divides the chain's times (drills, tests)."""

    def __init__(self, *, hurry: float = 1) -> None:
        """Not alive yet."""
        self._hurry, self._name = hurry, socket.gethostname()[:64]
        self._beaten: datetime | None = None

    async def forever(self) -> None:
        """Turn after turn; whatever goes wrong, the next one comes."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._again, self.once, EVERY)
            tasks.start_soon(self._again, self.send_late_mails, _MAIL_EVERY)

    async def _again(self, work: Callable[[], Awaitable[int]], pause: float) -> None:
        while True:
            try:
                done = await work()
            except Exception as error:  # noqa: BLE001 - a watch that ends for one fault watches nothing
                log.warning("dispatcher.trouble", error=type(error).__name__)
                await anyio.sleep(AFTER_TROUBLE)
                continue
            await anyio.sleep(0 if done else pause)

    async def once(self) -> int:
        """One turn; returns how many levels and reminders there were."""
        async with begin(DISPATCHER, read_only=True, one_moment=False) as unit:
            tasks, alerts = await overdue_tasks(unit), await due_alerts(unit)
        if self._beaten is None or now() - self._beaten >= _BEAT_EVERY:
            async with begin(DISPATCHER) as unit:
                await beat(unit, self._name)
            self._beaten = now()
        done = [await self._one(remind, task) for task in tasks]
        done += [await self._one(self._escalate, alert) for alert in alerts]
        return sum(done)

    async def _escalate(self, unit: Unit, alert: UUID) -> bool:
        return await escalate(unit, alert, hurry=self._hurry)

    async def _one(self, act: Callable[[Unit, UUID], Awaitable[bool]], row: UUID) -> bool:
        """Each in a transaction of its own: one that fails does not keep the others waiting."""
        try:
            async with begin(DISPATCHER) as unit:
                return await act(unit, row)
        except Exception as error:  # noqa: BLE001 - the others are due as well
            log.warning("dispatcher.failed", id=str(row), error=type(error).__name__)
            return False

    async def until_quiet(self) -> int:
        """Turns until nothing is due; returns how many levels and reminders there were."""
        number = 0
        while done := await self.once():
            number += done
        return number

    async def send_late_mails(self) -> int:
        """Hand over the mails of alerts that the queue should have sent; always 0: there is no hurry for more."""
        if settings().mail is Mail.SMTP:
            async with begin(POST, read_only=True) as unit:
                waiting = await mails_waiting(unit, NoticeKind.SAFETY_ALERT, now() - _QUEUE_HAS)
            for mail in waiting:
                await send_mail(mail)
        return 0
