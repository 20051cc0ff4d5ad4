"""kill -9 of the worker between the steps of a delivery: nothing is lost, and what comes twice has one id."""

import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from coord.kernel.clock import now
from coord.settings import environment
from coord.webhooks.codes import DeliveryState
from coord.webhooks.delivering import COURIER, ask_again
from coord.webhooks.rules import LEASE
from coord.webhooks.tables import WebhookDelivery
from coord.work import begin, engine
from tests.coord.making import stored
from tests.coord.referrals.making import sent
from tests.coord.webhooks.receiving import added, receiver
from workers.run import run_waiting

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
_WORKER = "import anyio; from workers.run import open_database, run_waiting; open_database(); anyio.run(run_waiting)"
_DIES_IN = {
    "fan_out": "import os; from coord.webhooks import delivering; delivering._body = lambda *_: os.kill(os.getpid(), 9)",
    "send": "import os; from workers.jobs import webhooks; webhooks.deliver = lambda _: os.kill(os.getpid(), 9)",
}


@pytest.fixture
async def shared(sqlite_template: Path, tmp_path: Path) -> AsyncIterator[str]:
    """A database that processes share."""
    path = tmp_path / "world.sqlite"
    shutil.copy(sqlite_template, path)
    store = engine.Database(f"sqlite:///{path}", pooled=False)
    engine.use(store)
    yield f"sqlite:///{path}"
    engine.use(None)
    await store.dispose()


def _worker(url: str, before: str = "") -> "subprocess.Popen[bytes]":
    code = f"{before}\n{_WORKER}"
    return subprocess.Popen(  # noqa: S603  our own worker in a process of its own
        [sys.executable, "-c", code], env=environment(database_url=url, webhook_loopback="true")
    )


async def _later() -> None:
    """Another worker, after the lease of the dead one."""
    with time_machine.travel(now() + LEASE + timedelta(minutes=10), tick=True):
        await run_waiting()
        async with begin(COURIER) as unit:
            await ask_again(unit)
        await run_waiting()


@pytest.mark.parametrize("step", ["fan_out", "send"])
async def test_a_worker_that_dies_before_it_sends_loses_nothing(shared: str, step: str) -> None:
    with receiver() as center:
        await added(center.url)
        await sent()
        assert _worker(shared, _DIES_IN[step]).wait(60) == -signal.SIGKILL
        assert center.came == []
        await _later()
    assert [body["type"] for body in center.bodies] == ["referral.sent"]
    assert [one.state for one in await stored(WebhookDelivery)] == [DeliveryState.DELIVERED]


async def test_a_worker_that_dies_before_it_hears_the_answer_sends_the_same_id_again(shared: str) -> None:
    with receiver() as center:
        await added(center.url)
        await sent()
        worker = _worker(shared)
        center.on_arrival = worker.kill
        assert worker.wait(60) == -signal.SIGKILL
        center.on_arrival = lambda: None
        await _later()
    assert len(center.came) == 2
    assert center.ids[0] == center.ids[1]
    assert center.bodies[0] == center.bodies[1]
    assert [(one.state, one.attempts) for one in await stored(WebhookDelivery)] == [(DeliveryState.DELIVERED, 2)]
