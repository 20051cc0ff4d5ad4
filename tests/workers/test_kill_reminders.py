"""REF-4: real workers are killed at random points and the house is down for a day; no reminder is lost or said twice."""

import random
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import anyio
import pytest
import time_machine
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
from tests.workers.processes import Running, kill, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LOOKER = system("test looker", "looks at everything in a test", "job.run")
_CLOCK = """import os, datetime, time_machine
time_machine.travel(datetime.datetime.fromisoformat(os.environ["COORD_TEST_NOW"]), tick=True).start()
"""
_DAYS = (0.6, 1.3, 2.4)
"""When the house runs and is killed, in days after the sending. Then it is down for more than a day, and runs again."""
_AT_LAST = (4.7, 27.2)
_START = datetime.fromisoformat("2026-03-02T10:07:00+08:00")


class House:
    """Queue, worker and dispatcher at a moment of our choosing: the clock goes on from there in each of them."""

    def __init__(self, url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch = folder, monkeypatch
        self._settings = {"database_url": url, "data_dir": str(folder / "data"), "redis_url": "", "env": "development"}
        (folder / "clock").mkdir()
        (folder / "clock" / "sitecustomize.py").write_text(_CLOCK, "utf-8")
        monkeypatch.syspath_prepend(str(folder / "clock"))

    def start(self, at: datetime) -> None:
        """Everything begins, as if it were that moment."""
        self._patch.setenv("COORD_TEST_NOW", at.isoformat())
        self._patch.setenv("PYTHONPATH", f"{self._folder / 'clock'}:{Path.cwd()}")
        self.work = Running(["-m", "workers", "work"], self._settings)
        until(lambda: len(self.work.family()) >= 3, "queue, worker and dispatcher run")

    def kill_some(self, rng: random.Random) -> None:
        """One of them dies, or all; whoever keeps them starts them again."""
        family = self.work.family()
        for pid in rng.sample(family, rng.randint(1, len(family))):
            kill(pid)

    def lose(self) -> None:
        """All die, and the queue with everything in it."""
        self.work.kill_all()
        shutil.rmtree(self._folder / "data" / "queue", ignore_errors=True)


@pytest.fixture
def house(postgres_template: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[House, str]]:
    """A house that does not run yet, and its database."""
    with new_postgres(postgres_template) as made:
        url = make_url(made).render_as_string(hide_password=False)
        built = House(url, tmp_path, monkeypatch)
        yield built, url
        built.work.kill_all()


async def _begun(url: str) -> None:
    async with used(url):
        await three_referrals()


async def _state(url: str) -> tuple[int, int, int]:
    """Reminders said, clocks that should have spoken by now, jobs that are open and do not come by themselves."""
    async with used(url), begin(LOOKER, read_only=True) as unit:
        silent = select(ReferralClock.id).where(
            col(ReferralClock.stopped_at).is_(None), col(ReferralClock.next_at) <= now()
        )
        telling = select(OutboxJob.id).where(
            col(OutboxJob.job) == "notices.tell_holders", col(OutboxJob.done_at).is_(None)
        )
        return await unit.count(select(ReferralReminder.id)), await unit.count(silent), await unit.count(telling)


async def _counted(url: str, last: datetime) -> None:
    async with used(url):
        await nothing_lost_and_nothing_twice(last)


def test_killed_workers_and_a_day_without_queue_lose_no_reminder_and_repeat_none(house: tuple[House, str]) -> None:
    built, url = house
    rng = random.Random(20262)  # noqa: S311  the same deaths in every run
    with time_machine.travel(_START, tick=True):
        anyio.run(_begun, url)
    for days in _DAYS:
        built.start(_START + timedelta(days=days))
        for _ in range(2):
            time.sleep(rng.uniform(0.3, 3.0))
            built.kill_some(rng)
        built.lose()
    last = now()
    for days in _AT_LAST:
        at = _START + timedelta(days=days)
        with time_machine.travel(at, tick=True):
            built.start(at)
            until(lambda: anyio.run(_state, url)[1:] == (0, 0), "everything is said", seconds=120)
            last = now()
            built.lose()
    anyio.run(_counted, url, last)
