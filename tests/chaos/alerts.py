"""Safety alerts while their dispatchers, the worker and the queue are killed again and again.

``python -m tests.chaos.alerts --kills 200`` makes a database, starts two dispatchers, a worker and a queue server, lets
answers come in and people take some of the alerts on, kills one process after the other with kill -9 at random moments
and starts it again. The chain runs six hundred times faster. Afterwards it counts and prints what must hold.
"""

import json
import os
import random
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import anyio.to_thread
import click
import pytest

from coord.kernel.clock import now
from coord.migrations import upgrade
from coord.notices.tables import Notice, OutgoingMail
from coord.outcomes.chain import CHAIN
from coord.outcomes.tables import AlertDelivery, AlertStep, SafetyAlert
from coord.outcomes.watching import answers_without_alert
from coord.settings import settings
from coord.work import begin
from tests.chaos.post import PostOffice
from tests.coord.making import stored
from tests.coord.outcomes.recording import DANGER, record, scale, take, with_coordinator
from tests.databases import new_postgres, used
from tests.workers.processes import Running, descendants, kill
from tests.world import BUILDER, CHEN, HUANG, LIN, NORTH_MEMBERS, build_world, cast
from workers.embedded import EmbeddedQueue, find_binary

HURRY = 600.0
_PEOPLE = (LIN, CHEN, HUANG, *NORTH_MEMBERS)
_LOOKS = 360


class House:
    """The processes around a database, each of which can be killed and comes back."""

    def __init__(self, url: str, folder: Path, post: PostOffice, rng: random.Random) -> None:
        """Start them all."""
        binary = find_binary()
        assert binary is not None
        self._rng, self._folder = rng, (folder / "queue").resolve()
        self._queue = EmbeddedQueue(self._folder, binary)
        self._queue.start()
        given = {"database_url": url, "data_dir": str(folder), "redis_url": self._queue.url, "env": "development",
                 "smtp_url": f"smtp://127.0.0.1:{post.port}", "mail_from": "coord@lantern.example"}  # fmt: skip
        dispatch = ["-m", "workers", "dispatch", "--hurry", str(HURRY)]
        self._commands = {
            "dispatcher 1": dispatch,
            "dispatcher 2": dispatch,
            "worker": ["-m", "workers", "work", "--jobs"],
        }
        self._settings: Mapping[str, str] = given
        self._running = {name: Running(command, given) for name, command in self._commands.items()}

    def kill_one(self) -> None:
        """Kill -9 to one of them, chosen by chance, which starts again at once."""
        name = self._rng.choice([*self._commands, "queue"])
        if name == "queue":
            for pid in self._queue_server():
                kill(pid)
            self._queue.stop()
            self._queue.start()
            return
        kill(self._running[name].pid)
        self._running[name].stop()
        self._running[name] = Running(self._commands[name], self._settings)

    def keep(self) -> None:
        """Start again what ended by itself, as the keeper of an installation does."""
        for name, one in self._running.items():
            if not one.is_alive:
                self._running[name] = Running(self._commands[name], self._settings)

    def _queue_server(self) -> list[int]:
        """The process of our queue's server, which works in its folder; other tests of the same process have servers too."""
        return [pid for pid in descendants(os.getpid()) if _folder_of(pid) == self._folder]

    def stop(self) -> None:
        """The end."""
        for one in self._running.values():
            one.kill_all()
        self._queue.stop()


def _folder_of(pid: int) -> Path | None:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink()
    return None


@dataclass
class Run:
    """What was done to the house: positive answers, and when the taking on of an alert had returned."""

    rng: random.Random
    kills: int
    pause: float
    sent: int = 0
    taken: dict[UUID, Any] = field(default_factory=dict)
    done: bool = False

    async def answers(self) -> None:
        """Positive answers until the killing is over."""
        while not self.done:
            recorded = await record(scale(DANGER, client=str(self.rng.choice(_PEOPLE))))
            self.sent += 1
            if recorded.alert_id is not None and self.rng.random() < 0.5:
                self.taken[recorded.alert_id] = None
            await anyio.sleep(self.rng.uniform(0, self.pause / 2))

    async def people(self) -> None:
        """Somebody takes on every second alert, after a while."""
        while not self.done or None in self.taken.values():
            for alert in [key for key, at in self.taken.items() if at is None]:
                await anyio.sleep(self.rng.uniform(0, 1.5))
                await take(alert, self.rng.choice((cast.sam, cast.sun, cast.ola)))
                self.taken[alert] = now()
            await anyio.sleep(0.2)

    async def killing(self, house: House) -> None:
        """One kill after the other."""
        for _ in range(self.kills):
            await anyio.sleep(self.rng.uniform(0, self.pause))
            # In this thread: children would die with the one that started them.
            house.kill_one()
            house.keep()
        self.done = True


async def _is_quiet() -> bool:
    waiting = await stored(SafetyAlert, SafetyAlert.next_at.is_not(None))  # type: ignore[union-attr]
    mails = await stored(OutgoingMail, OutgoingMail.sent_at.is_(None))  # type: ignore[union-attr]
    return not waiting and not mails


async def _until_quiet(house: House) -> None:
    for _ in range(_LOOKS):
        if await _is_quiet():
            return
        house.keep()
        await anyio.sleep(0.5)


def _spread(seconds: list[float]) -> Mapping[str, float]:
    ordered = sorted(seconds) or [0.0]
    return {
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
        "max": round(ordered[-1], 2),
    }


async def counted(run: Run, post: PostOffice) -> Mapping[str, Any]:
    """What came of it; every figure under "must be 0" is a broken promise."""
    alerts, steps = await stored(SafetyAlert), await stored(AlertStep)
    deliveries, notices = await stored(AlertDelivery), await stored(Notice, Notice.kind == "SAFETY_ALERT")
    mails = await stored(OutgoingMail)
    levels: dict[UUID, list[int]] = {alert.id: [] for alert in alerts}
    for step in steps:
        levels[step.alert_id].append(step.level)
    whole = list(range(len(CHAIN)))
    untaken = [alert for alert in alerts if alert.taken_at is None]
    async with begin(BUILDER, read_only=True) as unit:
        forgotten = await answers_without_alert(unit)
    late = [step for step in steps if (at := run.taken.get(step.alert_id)) and step.reached_at > at]
    return {
        "kills": run.kills,
        "positive answers": run.sent,
        "taken on": len(alerts) - len(untaken),
        "reached every level, nobody took it on": sum(sorted(levels[a.id]) == whole for a in untaken),
        "must be 0": {
            "answers without an alert": len(forgotten) + abs(run.sent - len(alerts)),
            "alerts nobody was told of": sum(not found for key, found in levels.items() if key not in run.taken),
            "untaken alerts that missed a level": sum(sorted(levels[a.id]) != whole for a in untaken),
            "untaken alerts that are not red": sum(a.exhausted_at is None for a in untaken),
            "levels after somebody had taken it on": len(late),
            "levels told twice": len(steps) - len({(s.alert_id, s.level) for s in steps}),
            "notices too many or too few": abs(len(notices) - len(deliveries)),
            "mails not sent": sum(mail.sent_at is None for mail in mails),
            "mails the server never got": len(
                {f"Message-ID: <{m.id}@lantern.example>" for m in mails} - set(post.taken)
            ),
        },
        "mails": len(mails),
        "mails sent again": sum(post.taken.values()) - len(post.taken),
        "seconds from the answer to the first notice": _spread(
            [(s.reached_at - s.due_at).total_seconds() for s in steps if s.level == 0]
        ),
        "seconds late at the other levels": _spread(
            [(s.reached_at - s.due_at).total_seconds() for s in steps if s.level > 0]
        ),
    }


async def chaos(url: str, folder: Path, *, kills: int, pause: float, seed: int = 1) -> Mapping[str, Any]:
    """One run on a database with the cast's world."""
    rng, post = random.Random(seed), PostOffice()  # noqa: S311 - moments of kills, nothing secret
    post.start()
    async with used(url):
        await with_coordinator()
        house = House(url, folder, post, rng)
        run = Run(rng, kills, pause)
        try:
            with _mail_by(post):
                async with anyio.create_task_group() as tasks:
                    tasks.start_soon(run.answers)
                    tasks.start_soon(run.people)
                    tasks.start_soon(run.killing, house)
                await _until_quiet(house)
                return await counted(run, post)
        finally:
            house.stop()
            post.stop()


@contextmanager
def _mail_by(post: PostOffice) -> Iterator[None]:
    """Let this process write mails as the others do."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("COORD_SMTP_URL", f"smtp://127.0.0.1:{post.port}")
        environment.setenv("COORD_MAIL_FROM", "coord@lantern.example")
        settings.cache_clear()
        yield
    settings.cache_clear()


@click.command()
@click.option("--kills", default=200, show_default=True)
@click.option("--pause", default=4.0, show_default=True, help="Most seconds between two kills.")
@click.option("--seed", default=1, show_default=True)
@click.option("--database", type=click.Choice(["postgresql", "sqlite"]), default="postgresql", show_default=True)
def main(*, kills: int, pause: float, seed: int, database: str) -> None:
    """Kill, count, print; ends with 1 when a promise was broken."""
    with tempfile.TemporaryDirectory(prefix="coord-chaos-") as made, _database(database, Path(made)) as url:
        anyio.run(_world, url)
        found = anyio.run(partial(chaos, url, Path(made), kills=kills, pause=pause, seed=seed))
    click.echo(json.dumps(found, indent=2))
    if any(found["must be 0"].values()):
        raise click.exceptions.Exit(1)


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'chaos.sqlite'}"
        return
    with new_postgres() as url:
        yield url


async def _world(url: str) -> None:
    await anyio.to_thread.run_sync(upgrade, url)
    async with used(url):
        await build_world()


if __name__ == "__main__":
    main()
