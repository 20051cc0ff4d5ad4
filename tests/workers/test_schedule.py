"""Work that time asks for: each time once, however many workers look at the clock, and once after a pause."""

from datetime import UTC, datetime, timedelta

import anyio
import time_machine

from coord.access import system
from coord.work import begin
from coord.work.engine import Database
from coord.work.schedule import ask_for_due
from coord.work.tables import OutboxJob
from tests.coord.making import stored

CLOCK = system("test clock", "looks at the clock in a test", "job.run")
HOURLY = {"a.hourly": timedelta(hours=1), "b.daily": timedelta(days=1)}
NOON = datetime(2026, 9, 10, 4, tzinfo=UTC)


async def ask() -> list[str]:
    async with begin(CLOCK) as unit:
        return list(await ask_for_due(unit, HOURLY))


async def test_a_job_comes_at_once_and_again_after_its_period(database: Database) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        assert await ask() == ["a.hourly", "b.daily"]
        assert await ask() == []
        clock.shift(timedelta(minutes=59, seconds=59))
        assert await ask() == []
        clock.shift(timedelta(seconds=1))
        assert await ask() == ["a.hourly"]
    assert sorted(row.job for row in await stored(OutboxJob)) == ["a.hourly", "a.hourly", "b.daily"]


async def test_after_a_pause_a_job_comes_once(database: Database) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        await ask()
        clock.shift(timedelta(hours=20))
        assert await ask() == ["a.hourly"]
        assert await ask() == []


async def test_of_many_workers_one_asks(real_database: Database) -> None:
    heard: list[str] = []

    async def look() -> None:
        heard.extend(await ask())

    async with anyio.create_task_group() as workers:
        for _ in range(8):
            workers.start_soon(look)
    assert sorted(heard) == ["a.hourly", "b.daily"]
