"""``python -m tests.bench.rollups --database URL``: what numbers cost that are kept ready, by the size of the base.

Each size is a PostgreSQL database of its own, filled inside the server (``rollups.sql``). Everything is counted once, then ten
measures of a year by hospital are asked for through the API, in turns of all sizes: with nothing waiting, with changes
that wait to be folded, and counted from the rows. Answers must be equal. Then contacts are written with and without the
triggers, by hand and by the action, and what was written is folded and compared with the rows. Printed are medians.
"""

import argparse
import asyncio
import logging
import os
import sys
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import structlog

from coord.contacts import log_contact
from coord.contacts.codes import Source
from coord.contacts.writing import Post, contact_row, rows_beside
from coord.kernel.memory import keep_what_is_loaded
from coord.measures.rollups.checking import check, sampled
from coord.measures.rollups.folding import FOLDER
from coord.measures.rollups.making import all_programs, keep_up, make
from coord.migrations import upgrade
from coord.work import begin, engine
from schema import running
from schema.budget import Budget
from tests.bench.impact import made, slope_of
from tests.bench.queries import MEASURES
from tests.coord.making import contact
from tests.coord.measures.rolling import by_rows
from tests.queries import counting
from tests.schema.api import Api, asking_as
from tests.world import AGENCY, FOUNDATION, NORTH, PROGRAM, PROGRAM_ID, SAM_WORKER, build_world, cast

FILL = Path(__file__).with_name("rollups.sql")
HOSPITALS, CLIENT_OF_CONTACTS, WAITING, WRITES, WRITERS, ACTIONS, ROUNDS_OF_WRITES = 65, 10, 100, 1000, 8, 60, 7
_HOUR = 3600.0
YEAR = {"from": "2025-10-01", "to": "2026-09-30"}
READY, WITH_CHANGES, ROWS = "kept ready", f"kept ready, {WAITING} contacts not folded", "counted from the rows"
TABLES = ("service_contact", "presence", "case_file")
_ONE = """WITH c AS (INSERT INTO service_contact (id, program_id, hospital_id, agency_id, worker_id, client_id, service_code, stage,
    target, issues, occurred_on, duration_minutes, attendance, is_collateral, anonymous_count, family_present, heads_present,
    co_worker_count, status, source, recorded_at)
  SELECT gen_random_uuid(), program_id, hospital_id, agency_id, worker_id, client_id, service_code, stage, target, issues,
    occurred_on - (random() * 20)::int, duration_minutes, attendance, is_collateral, 0, 0, 1, 0, status, source, recorded_at
  FROM service_contact WHERE id = %s RETURNING *)
INSERT INTO presence (id, contact_id, program_id, hospital_id, agency_id, occurred_on, service_code, stage, target, client_id,
    person_id, heads)
  SELECT id, id, program_id, hospital_id, agency_id, occurred_on, service_code, stage, target, client_id, client_id, 1 FROM c"""


@dataclass(slots=True)
class Base:
    """A database of a size, and what was measured on it, in seconds."""

    contacts: int
    url: str
    filled: float = 0.0
    counted: float = 0.0
    times: dict[str, list[float]] = field(default_factory=lambda: {READY: [], WITH_CHANGES: [], ROWS: []})
    statements: dict[str, int] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)


def fill(base: Base) -> None:
    """Hospitals, clients, contacts and cases into the cast's world."""
    named = {
        "p": PROGRAM_ID, "foundation": FOUNDATION, "agency": AGENCY, "worker": SAM_WORKER, "hospitals": HOSPITALS,
        "clients": base.contacts // CLIENT_OF_CONTACTS,
    }  # fmt: skip
    started = time.perf_counter()
    with psycopg.connect(base.url, autocommit=True) as connection:
        connection.execute(FILL.read_text("utf-8").format(**named).encode())
        base.filled = time.perf_counter() - started
        connection.execute(b"VACUUM ANALYZE")


def _some(connection: psycopg.Connection[Any], number: int) -> list[Any]:
    """Contacts of the last month to write again, at hospitals of every size."""
    rows = connection.execute(
        "SELECT id FROM service_contact WHERE occurred_on > '2026-07-31' AND client_id IS NOT NULL LIMIT %s",
        [number * 20],
    ).fetchall()
    return [row[0] for row in rows[:: max(1, len(rows) // number)]][:number]


def _switch(url: str, *, on: bool) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for table in TABLES:
            found = connection.execute(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
            ).fetchall()
            for (name,) in found:
                connection.execute(f"ALTER TABLE {table} {'ENABLE' if on else 'DISABLE'} TRIGGER {name}".encode())


def _put(url: str, ids: Sequence[Any]) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for each in ids:
            connection.execute(_ONE.encode(), [each])


def written(url: str, number: int, writers: int = 1) -> tuple[float, int]:
    """Contacts with their presence, each in a transaction of its own: seconds of one, and how many there were to copy."""
    with psycopg.connect(url, autocommit=True) as connection:
        ids = _some(connection, number)
    started = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(partial(_put, url), [ids[n::writers] for n in range(writers)]))
    return (time.perf_counter() - started) / len(ids), len(ids)


async def _logged(number: int) -> float:
    started = time.perf_counter()
    for _ in range(number):
        async with begin(cast.sam) as unit:
            given = contact(idempotency_key=str(uuid.uuid4()), family_present=1)
            await log_contact(unit, given)
    return (time.perf_counter() - started) / number


async def _inserted(number: int) -> float:
    """The same rows as those of the action in a unit of the same actor, and nothing else of the action."""
    post = Post(PROGRAM_ID, NORTH, AGENCY, SAM_WORKER)
    started = time.perf_counter()
    for _ in range(number):
        async with begin(cast.sam) as unit:
            given = contact(idempotency_key=str(uuid.uuid4()), family_present=1)
            row = contact_row(given, post, unit, Source.API)
            unit.add(row)
            await unit.session.flush()
            unit.add(*rows_beside(row, given))
    return (time.perf_counter() - started) / number


async def _writes(base: Base) -> None:
    """Contacts with and without the triggers, in turns; those written without are not in what is kept ready."""
    bare: dict[bool, list[float]] = {True: [], False: []}
    alone: list[float] = []
    units: list[float] = []
    acts: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(ROUNDS_OF_WRITES):
        for on in (True, False):
            _switch(base.url, on=on)
            bare[on].append(written(base.url, WRITERS * WRITES // ROUNDS_OF_WRITES, WRITERS)[0])
            acts[on].append(await _logged(ACTIONS // ROUNDS_OF_WRITES))
        alone.append(written(base.url, WRITES // ROUNDS_OF_WRITES)[0])
        units.append(await _inserted(ACTIONS // ROUNDS_OF_WRITES))
    _switch(base.url, on=True)
    for name, found in ((f"bare INSERT of contact and presence, {WRITERS} writers", bare), ("log_contact", acts)):
        with_, without = (median(found[on]) * 1000 for on in (True, False))
        base.told.append(
            f"{name}: {with_:.2f} ms with changes, {without:.2f} without, throughput {without / with_:.2f}"
        )
    action, plain = median(acts[True]), median(alone)
    base.told.append(f"log_contact to a unit that inserts the same rows, without changes: {action / median(units):.1f}")
    base.told.append(f"log_contact to a bare INSERT by the driver: {action / plain:.1f}")


async def _folds(base: Base) -> None:
    """Contacts of one minute and of a big import are folded; then parts are counted anew and compared."""
    async with begin(FOLDER, read_only=True) as unit:
        (program,) = [one for one in await all_programs(unit) if one.code == PROGRAM]
    await make(program, again=True)  # what was written without the triggers is in it now
    await keep_up()  # what had waited before is not counted below
    for wanted in (WAITING, WRITES, 5 * WRITES):
        _, number = written(base.url, wanted)
        started, used = time.perf_counter(), time.process_time()
        await keep_up()
        taken, used = time.perf_counter() - started, time.process_time() - used
        base.told.append(
            f"fold of {number}: {taken / number * 1e6:.0f} us a contact by the clock, {used / number * 1e6:.0f} of this process"
        )
    wrong = rows = 0
    async with begin(FOLDER) as unit:
        for part in await sampled(unit, program, unit.started_at.date(), 20):
            checked = await check(unit, part)
            assert checked is not None, "nobody else is at it"
            wrong, rows = wrong + checked.wrong, rows + checked.rows
    base.told.append(f"after that {wrong} of {rows} rows of 20 parts differ from the facts")


async def _ask(api: Api) -> tuple[float, Any]:
    started = time.perf_counter()
    answer = await api.data(MEASURES, program=PROGRAM, **YEAR)
    taken = time.perf_counter() - started
    assert len(answer["measures"]["rows"]) >= HOSPITALS // 2, answer
    return taken, answer


async def _measure(bases: Sequence[Base], rounds: int) -> None:
    """Every way of asking, each in turns of all sizes."""
    stores = [engine.Database(base.url) for base in bases]
    async with AsyncExitStack() as stack:
        asked: list[tuple[Base, engine.Database, Api]] = []
        for base, store in zip(bases, stores, strict=True):
            engine.use(store)
            asked.append((base, store, await stack.enter_async_context(asking_as(cast.ola, Budget(10**12)))))
        for name in (READY, ROWS, WITH_CHANGES):
            for base in bases if name == WITH_CHANGES else ():
                written(base.url, WAITING)
            await _in_turns(asked, name, 3 if name == ROWS else rounds)
    engine.use(None)
    for store in stores:
        await store.dispose()


async def _in_turns(asked: Sequence[tuple[Base, engine.Database, Api]], name: str, rounds: int) -> None:
    """First whether the answer is that of the rows, then the times."""
    for base, store, api in asked:
        engine.use(store)
        _, other = await _asked(api, READY if name == ROWS else ROWS)
        with counting() as sent:
            _, answer = await _asked(api, name)
        assert answer == other, f"{name} says something else at {base.contacts}"
        base.statements[name] = len(sent)
    for _ in range(rounds):
        for base, store, api in asked:
            engine.use(store)
            taken, _ = await _asked(api, name)
            base.times[name].append(taken)


async def _asked(api: Api, name: str) -> tuple[float, Any]:
    if name != ROWS:
        return await _ask(api)
    with by_rows():
        return await _ask(api)


async def prepare(base: Base) -> None:
    """The cast's world, the filling, everything counted once."""
    store = engine.Database(base.url, pooled=False)
    engine.use(store)
    await build_world()
    await asyncio.to_thread(fill, base)
    started = time.perf_counter()
    await keep_up()
    base.counted = time.perf_counter() - started
    engine.use(None)
    await store.dispose()


async def _write(base: Base) -> None:
    store = engine.Database(base.url)
    engine.use(store)
    await _writes(base)
    await _folds(base)
    engine.use(None)
    await store.dispose()


def report(bases: Sequence[Base]) -> None:
    """How each base was made, what it costs to ask and to write."""
    sizes = [base.contacts for base in bases]
    for name in (READY, WITH_CHANGES, ROWS):
        medians = [median(base.times[name]) for base in bases]
        shown = "".join(
            f"  {base.contacts:>10,}: {taken * 1000:8.1f} ms {base.statements[name]:2} statements"
            for base, taken in zip(bases, medians, strict=True)
        )
        say(f"{name:40}{shown}{slope_of(sizes, medians)}")
    say(f"load at the end: {os.getloadavg()[0]:.1f}")


def say(text: str) -> None:
    """A line of the report."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> None:
    """Read the options, fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rollups", description=__doc__)
    parser.add_argument("--database", required=True, help="PostgreSQL URL of a server where databases may be made")
    parser.add_argument("--contacts", default="100000,1000000", help="sizes, separated by commas; also 10000000")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", action="store_true", help="leave the databases, to look at plans")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    running.STATEMENT_SECONDS = running.SECONDS = _HOUR
    keep_what_is_loaded()  # as processes do that serve
    sizes = sorted(int(size) for size in options.contacts.split(","))
    with made(options.database, sizes, "coord_bench_rollups", keep=options.keep) as urls:
        bases = [Base(size, url) for size, url in urls.items()]
        for base in bases:
            upgrade(base.url)
            asyncio.run(prepare(base))
            say(f"{base.contacts:>10,} contacts: filled in {base.filled:.0f} s, counted in {base.counted:.0f} s")
        asyncio.run(_measure(bases, options.rounds))
        report(bases)
        for base in bases:
            asyncio.run(_write(base))
            for line in base.told:
                say(f"{base.contacts:>10,} contacts: {line}")


if __name__ == "__main__":
    main()
