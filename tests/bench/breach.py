"""``python -m tests.bench.breach --database URL --entries 1000000``: how long "who saw whom" takes over a long trail.

On a database of its own, made anew: 2,000 clients of one hospital and as many of another, a trail of readings by forty
people over a year. Asked for a day, a month and all of it, for the whole hospital and for three clients. The entries go
past the chain straight into the table, in the sizes that entries have: they are counted here, not followed.
"""

import argparse
import asyncio
import os
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
from sqlalchemy.engine import make_url

from coord.access.views import BEHIND
from coord.clients.tables import Client
from coord.kernel.ids import uuid7
from coord.rights.breach import WITNESS, WhoSaw, seen
from coord.work import begin, engine
from tests.bench.audit import fresh_database, say
from tests.world import BUILDER, NORTH, PROGRAM_ID, SOUTH, build_world

_CLIENTS, _PEOPLE = 2000, 40
_FROM, _YEAR = datetime(2025, 9, 1, tzinfo=UTC), timedelta(days=365)
_COLUMNS = "seq, prev, hash, body, at, actor_id, verb, subject, subject_id"
_BODY = b"x" * 380
_FIRST = 1_000_000
LIMIT = 10.0
"""Seconds within which the answer has to be there."""
Entry = tuple[int, bytes, bytes, bytes, datetime, UUID, str, str, UUID]


async def _clients() -> list[UUID]:
    rows = [
        Client(program_id=PROGRAM_ID, hospital_id=hospital, code=f"B-{n:05}")
        for hospital in (NORTH, SOUTH)
        for n in range(_CLIENTS)
    ]
    async with begin(BUILDER) as unit:
        unit.add(*rows)
    return [row.id for row in rows]


def _entries(clients: list[UUID], total: int) -> Iterator[Entry]:
    rng = random.Random(total)  # noqa: S311 - nothing is kept secret with it
    people = [uuid7() for _ in range(_PEOPLE)]
    for n in range(total):
        verb = "case.read" if n % 4 == 0 else "client.read_identity"
        at, link = _FROM + _YEAR * (n / total), rng.randbytes(32)
        yield _FIRST + n, link, link, _BODY, at, rng.choice(people), verb, "client", rng.choice(clients)


def _fill(url: str, entries: Iterator[Entry]) -> None:
    place = make_url(url)
    if place.get_backend_name() == "sqlite":
        with sqlite3.connect(place.database or "") as connection:
            rows = ((*e[:4], f"{e[4]:%Y-%m-%d %H:%M:%S.%f}", e[5].hex, e[6], e[7], e[8].hex) for e in entries)
            connection.executemany(
                f"INSERT INTO audit_entry{BEHIND} ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - names of ours
                rows,
            )
        connection.close()
        return
    plain = place.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as server:
        with server.cursor() as cursor, cursor.copy(f"COPY audit_entry ({_COLUMNS}) FROM STDIN".encode()) as copy:
            for row in entries:
                copy.write_row(row)
        server.execute("ANALYZE audit_entry")


async def _prepared(url: str) -> list[UUID]:
    store = engine.Database(url)
    engine.use(store)
    await build_world()
    clients = await _clients()
    await store.dispose()
    return clients


async def measure(url: str) -> None:
    """Ask, and end with an error when an answer took too long."""
    store = engine.Database(url)
    engine.use(store)
    slow = [name for name, asked in _questions() if await _timed(name, asked) > LIMIT]
    await store.dispose()
    if slow:
        raise SystemExit(f"slower than {LIMIT} s: {slow}")


def _questions() -> Iterator[tuple[str, WhoSaw]]:
    for first, days in ((100, 1), (100, 30), (0, 366)):
        for codes in ("", "B-00001 B-00002 B-00003"):
            began = _FROM + timedelta(days=first)
            asked = WhoSaw(hospital=NORTH, began_at=began, ended_at=began + timedelta(days=days), codes=codes)
            yield f"{days} days, {codes or 'the whole hospital'}", asked


async def _timed(name: str, asked: WhoSaw) -> float:
    begun = time.perf_counter()
    async with begin(WITNESS, read_only=True) as unit:
        found = await seen(unit, asked)
    took = time.perf_counter() - begun
    looks = sum(one.times for one in found)
    say(f"{name}: {took:.2f} s, {len(found)} lines, {looks:,} looks (load {os.getloadavg()[0]:.1f})")
    return took


def main() -> None:
    """Measure once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--entries", type=int, default=1_000_000)
    given = parser.parse_args()
    with fresh_database(given.database) as url:
        _fill(url, _entries(asyncio.run(_prepared(url)), given.entries))
        asyncio.run(measure(url))


if __name__ == "__main__":
    main()
