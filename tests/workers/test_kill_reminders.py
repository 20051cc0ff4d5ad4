"""REF-4: real workers die in the middle of a sentence, the queue is lost, weeks go by; each reminder is said once."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import anyio
import psycopg
import pytest
import time_machine
from redis import Redis
from sqlalchemy.engine import make_url
from sqlmodel import col

from coord.access import system
from coord.kernel.clock import now
from coord.kernel.sql import select
from coord.referrals.tables import ReferralClock, ReferralReminder
from coord.work import begin
from coord.work.tables import OutboxJob
from tests.coord.referrals.test_reminders import nothing_lost_and_nothing_twice, three_referrals
from tests.databases import new_postgres, used
from tests.workers.processes import Running, until
from workers.embedded import EmbeddedQueue

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
LOOKER = system("test looker", "looks at everything in a test", "job.run")
_CLOCK = """import os, datetime, time_machine
time_machine.travel(datetime.datetime.fromisoformat(os.environ["COORD_TEST_NOW"]), tick=True).start()
"""
_START = datetime.fromisoformat("2026-03-02T10:07:00+08:00")
_WAITING = (
    "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


class House:
    """A worker of RQ at a moment of our choosing, whose clock goes on from there, and its queue."""

    def __init__(self, url: str, queue: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.url, self._queue, self._patch = url, queue, monkeypatch
        self._settings = {"database_url": url, "data_dir": str(folder), "redis_url": queue, "env": "development"}
        (folder / "sitecustomize.py").write_text(_CLOCK, "utf-8")
        monkeypatch.setenv("PYTHONPATH", f"{folder}:{Path.cwd()}")

    def start(self, at: datetime) -> None:
        """The worker begins, as if it were that moment."""
        self._patch.setenv("COORD_TEST_NOW", at.isoformat())
        self.work = Running(["-m", "workers", "work", "--jobs"], self._settings)

    def lose(self) -> None:
        """It dies, and the queue is lost with everything in it."""
        self.work.kill_all()
        with closing(Redis.from_url(self._queue)) as client:
            client.flushall()


@pytest.fixture
def house(
    postgres_template: str, queue_server: EmbeddedQueue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """A house that does not run yet."""
    with new_postgres(postgres_template) as made:
        url = make_url(made).render_as_string(hide_password=False)
        built = House(url, queue_server.url, tmp_path, monkeypatch)
        yield built
        built.work.kill_all()


@contextmanager
def nobody_writes(url: str, table: str) -> Iterator[Callable[[], bool]]:
    """Whoever is about to write to a table waits in the middle of its transaction; whether somebody does."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as held, psycopg.connect(address, autocommit=True) as looking:
        held.execute(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE".encode())
        yield lambda: looking.execute(_WAITING, [table]).fetchone() != (0,)


async def _begun(url: str) -> None:
    async with used(url):
        await three_referrals()


async def _silent(url: str) -> tuple[int, int]:
    """Clocks that should have spoken by now, and reminders that nobody was told of yet."""
    async with used(url), begin(LOOKER, read_only=True) as unit:
        clocks = select(ReferralClock.id).where(
            col(ReferralClock.stopped_at).is_(None), col(ReferralClock.next_at) <= now()
        )
        telling = select(OutboxJob.id).where(
            col(OutboxJob.job) == "notices.tell_holders", col(OutboxJob.done_at).is_(None)
        )
        return await unit.count(clocks), await unit.count(telling)


async def _said(url: str) -> int:
    async with used(url), begin(LOOKER, read_only=True) as unit:
        return await unit.count(select(ReferralReminder.id))


async def _counted(url: str, last: datetime) -> None:
    async with used(url):
        await nothing_lost_and_nothing_twice(last)


def test_workers_that_die_between_their_words_lose_no_reminder_and_repeat_none(house: House) -> None:
    """Killed while a clock speaks and again while people are told; a day without anybody after each, weeks at last."""
    url = house.url
    with time_machine.travel(_START, tick=True):
        anyio.run(_begun, url)
    said = []
    for days, table in ((0.6, "referral_reminder"), (2.4, "notice")):
        with nobody_writes(url, table) as somebody_waits:
            house.start(_START + timedelta(days=days))
            until(somebody_waits, f"a worker is about to write to {table}")
            house.lose()
        said.append(anyio.run(_said, url))
    at = _START + timedelta(days=27.2)
    with time_machine.travel(at, tick=True):
        house.start(at)
        until(lambda: anyio.run(_silent, url) == (0, 0), "everything is said", seconds=120)
        last = now()
        house.lose()
    assert said[0] == 0 < said[1]
    anyio.run(_counted, url, last)
