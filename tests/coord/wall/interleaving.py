"""``python -m tests.coord.wall.interleaving --turns 100000``: a pool of one connection, and who is seen on it.

Many people take turns on one connection, at once and in any order; units end well, by an error, by a refusal of the
database, inside a savepoint or by being cancelled in the midst of a statement. Each must see their own rows and no
others, before and after; a connection that nobody took sees nothing. Exit status 1: somebody saw something else.
"""

import asyncio
import random
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from unittest import mock

import anyio
import click
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, update

from coord.clients.tables import Client
from coord.kernel.errors import NotFound, Unavailable
from coord.kernel.sql import select
from coord.migrations import upgrade
from coord.work import Unit, begin, engine
from tests.databases import new_postgres, used
from tests.world import LIN, NORTH, PROGRAM_ID, SOUTH_ZHAO, build_world, cast, fixed

EXPECTED = {"sam": 13, "nia": 2, "ola": 15, "sun": 15, "petra": 0, "cai": 0}
ENDS = ("well", "committed", "error", "not found", "savepoint", "cancelled")
_AT_ONCE = 4


async def _counted(unit: Unit) -> int:
    return int(await unit.scalar(select(func.count()).select_from(Client)))


async def _end(unit: Unit, how: str) -> None:
    if how == "error":
        raise LookupError
    if how == "not found":
        await unit.find(Client, fixed("nobody"))
    if how == "committed":
        await unit.session.run(update(Client).where(col(Client.id).in_([LIN, SOUTH_ZHAO])).values(bed=None))
    if how == "savepoint":
        with suppress(DBAPIError):
            await unit.session.savepoint(Client(program_id=PROGRAM_ID, hospital_id=NORTH, code="NORTH-0001"))


def _cancel_in(seconds: float) -> None:
    """Cancel the present task in a moment: in the midst of a statement of a unit that is open."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_later(seconds, task.cancel)


async def _turn(name: str, how: str, patience: float, wrong: Counter[str]) -> None:
    """One unit of one person."""
    with suppress(LookupError, NotFound):
        async with begin(getattr(cast, name), read_only=how in {"well", "cancelled"}) as unit:
            if how == "cancelled":
                _cancel_in(patience)
            for _ in range(2):
                seen = await _counted(unit)
                wrong[f"{name} saw {seen} clients in a unit that ends {how}"] += seen != EXPECTED[name]
                await _end(unit, how)


async def interleave(turns: int, seed: int = 0) -> Counter[str]:
    """What somebody saw that was not theirs, over many turns on the current database."""
    rng, wrong, gate = random.Random(seed), Counter[str](), asyncio.Semaphore(_AT_ONCE)  # noqa: S311 - no secret

    async def one(name: str, how: str, patience: float) -> None:
        async with gate:
            task = asyncio.ensure_future(_turn(name, how, patience, wrong))
            with suppress(asyncio.CancelledError, Unavailable):
                await task

    for start in range(0, turns, 1000):
        drawn = [
            (rng.choice(list(EXPECTED)), rng.choice(ENDS), rng.random() * 0.004)
            for _ in range(min(1000, turns - start))
        ]
        await asyncio.gather(*(one(*each) for each in drawn))
    async with engine.database().connect(read_only=True) as connection:
        left = (await connection.exec_driver_sql("SELECT count(*) FROM client")).scalar()
        wrong["a connection that nobody took sees clients"] += left != 0
    return +wrong


async def _run(url: str, turns: int) -> Counter[str]:
    async with used(url):
        await build_world()
    with mock.patch.object(engine, "_PEOPLE_AT_ONCE", 1):
        store = engine.Database(url)
    engine.use(store)
    found = await interleave(turns)
    await store.dispose()
    return found


@click.command()
@click.option("--turns", default=100_000, show_default=True)
def main(turns: int) -> None:
    """Let people take turns on one connection of each database."""
    wrong: Counter[str] = Counter()
    for kind in ("postgresql", "sqlite"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = f"sqlite:///{folder / 'world.sqlite'}" if kind == "sqlite" else stack.enter_context(new_postgres())
            upgrade(url)
            found = anyio.run(_run, url, turns)
            click.echo(f"{kind}: {turns} turns, {found.total()} saw what is not theirs")
            wrong += found
    for what, times in wrong.items():
        click.echo(f"{times} times: {what}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
