"""``python -m tests.bench.audit --database URL``: how fast the trail is followed, and what it costs.

On a database of its own beside the one that a PostgreSQL URL names, made anew, or in an SQLite file that does not
exist yet. Prints a line for each figure; only ratios of one run say something about another machine.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

from coord.access import Actor, system
from coord.audit.trail import entry, put
from coord.audit.verifying import verify
from coord.kernel.clock import now
from coord.kernel.ids import uuid7
from coord.migrations import upgrade
from coord.work import begin, engine
from tests.bench.audit_cost import CLIENTS, alone, together
from tests.bench.readings import read_together
from tests.world import build_world

NAME = "coord_bench_audit"
PARTS = ("verify", "cost", "readings")
_BATCH = 5000
_PEOPLE = 1000
_WRITER = system("bench", "writes entries to be followed", "audit.verify")


def say(text: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """An empty, migrated database beside the named one, gone afterwards."""
    if server.startswith("sqlite"):
        path = Path(make_url(server).database or "")
        if path.exists():
            raise SystemExit(f"{path} exists already")
        upgrade(server)
        yield server
        for file in path.parent.glob(f"{path.name}*"):
            file.unlink()
        return
    url = make_url(server).set(database=NAME).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {NAME}".encode())
        connection.execute(f"CREATE DATABASE {NAME}".encode())
    upgrade(url)
    yield url
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {NAME} WITH (FORCE)".encode())


def _entries(who: Actor, people: list[Any], number: int) -> list[dict[str, Any]]:
    """Four readings of identity to each logged contact, as a day has them."""
    contact = {
        "id": str(uuid7()),
        "client_id": str(people[0]),
        "service": "CASE_CONTACT",
        "minutes": 30,
        "note": "(personal)",
    }
    return [
        entry(who, now(), "contact.log", "contact", uuid7(), after=contact)
        if n % 5 == 0
        else entry(who, now(), "client.read_identity", "client", people[n % _PEOPLE])
        for n in range(number)
    ]


async def fill(number: int) -> None:
    """Put so many entries on the trail."""
    who, people = Actor.of(uuid7(), "孙晓 Sam", "en", []), [uuid7() for _ in range(_PEOPLE)]
    begun = time.perf_counter()
    for done in range(0, number, _BATCH):
        async with begin(_WRITER) as unit:
            put(unit, _entries(who, people, min(_BATCH, number - done)))
    say(f"appended {number} entries in batches of {_BATCH}: {number / (time.perf_counter() - begun):,.0f} a second")


async def follow(rounds: int) -> None:
    """Follow the whole trail some times."""
    for _ in range(rounds):
        begun, cpu = time.perf_counter(), time.process_time()
        async with begin(_WRITER, read_only=True) as unit:
            found = await verify(unit)
        if found.fault:
            raise SystemExit(f"the trail does not hold: {found}")
        passed, spent = time.perf_counter() - begun, time.process_time() - cpu
        load = os.getloadavg()[0]
        say(
            f"followed {found.entries} entries: {found.entries / passed:,.0f} a second, "
            f"{found.entries / spent:,.0f} a second of processor time (load {load:.1f} on {os.cpu_count()} cores)"
        )


async def verification(url: str, entries: int, rounds: int) -> None:
    """Fill and follow."""
    store = engine.Database(url)
    engine.use(store)
    await fill(entries)
    await follow(rounds)
    await store.dispose()


async def _alone(url: str) -> tuple[float, float]:
    store = engine.Database(url)
    engine.use(store)
    await build_world()
    found = await alone()
    await store.dispose()
    return found


def cost(url: str, rounds: int, seconds: float) -> None:
    """One action alone, then eight clients; each with and without its entry."""
    audited, bare = asyncio.run(_alone(url))
    say(f"one action alone: {audited:.2f} ms, without its entry {bare:.2f} ms: the trail costs {audited - bare:.2f} ms")
    audited, bare = together(url, rounds, seconds)
    say(f"{CLIENTS} clients: {audited:.0f} actions a second, without their entries {bare:.0f}")


def readings(url: str, threads: int, times: int) -> None:
    """Threads that read identities; the trail must hold exactly as many entries."""
    served, tries, found = read_together(url, threads, times)
    say(
        f"{threads} threads x {times}: {served} readings served in {tries} tries, {found.entries} entries, fault {found.fault}"
    )
    if (found.entries, found.fault) != (served, None):
        raise SystemExit("readings and entries differ")


async def _world(url: str) -> None:
    store = engine.Database(url, pooled=False)
    engine.use(store)
    await build_world()
    await store.dispose()


def main(options: argparse.Namespace) -> None:
    """The parts that are asked for, each on a database of its own."""
    if "verify" in options.parts:
        with fresh_database(options.database) as url:
            asyncio.run(verification(url, options.entries, options.rounds))
    if "cost" in options.parts:
        with fresh_database(options.database) as url:
            cost(url, options.rounds, options.seconds)
    if "readings" in options.parts:
        with fresh_database(options.database) as url:
            asyncio.run(_world(url))
            readings(url, options.threads, options.times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.audit", description=__doc__)
    parser.add_argument("--database", required=True, help="a PostgreSQL superuser URL, or sqlite:///FILE of a new file")
    parser.add_argument("--parts", nargs="+", default=PARTS, choices=PARTS, help="which figures")
    parser.add_argument("--entries", type=int, default=300_000, help="length of the trail that is followed")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of a round of the eight clients")
    parser.add_argument("--threads", type=int, default=32)
    parser.add_argument("--times", type=int, default=1000, help="readings of each thread")
    main(parser.parse_args())
