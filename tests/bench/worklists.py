"""``python -m tests.bench.worklists --database URL``: the work lists with 100,000 and with 1,000,000 service contacts.

Each size is a PostgreSQL database of its own, made anew: the cast's world, a client for every ten contacts, a tenth of
all at the worker's hospital, and a caseload of 25 for the worker at either size. The worker's list and the lists of who
oversees are asked for as pages, in turns; the medians, how many statements each sends, and the growth exponent are
printed (0 constant, 1 proportional).
"""

import argparse
import asyncio
import logging
import math
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

import httpx2
import psycopg
import structlog
from sqlalchemy.engine import make_url

from coord.migrations import upgrade
from coord.work import engine
from tests.queries import counting
from tests.web.visit import visiting
from tests.world import EVE_WORKER, NIA_WORKER, NORTH, PROGRAM_ID, SAM_WORKER, SOUTH, build_world

FILL = Path(__file__).with_name("worklists.sql")
PAGES = {
    "work list, worker": ("sam", "/work"),
    "start page, worker": ("sam", "/today"),
    "work list, supervisor": ("sun", "/work"),
    "review queue, supervisor": ("sun", "/review"),
    "work list, officer": ("ola", "/work"),
}
"""What is asked for: by whom, and the page."""


def fill(url: str, contacts: int) -> None:
    """Clients, cases, contacts and what waits about them, into the cast's world."""
    named = {"p": PROGRAM_ID, "north": NORTH, "south": SOUTH, "sam": SAM_WORKER, "eve": EVE_WORKER, "nia": NIA_WORKER}
    statements = FILL.read_text("utf-8").format(contacts=contacts, clients=contacts // 10, **named)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements.encode())
        connection.execute(b"VACUUM ANALYZE")


async def _ask(visitor: httpx2.AsyncClient, path: str) -> float:
    """Seconds until the whole page has come."""
    started = time.perf_counter()
    answer = await visitor.get(path)
    taken = time.perf_counter() - started
    assert answer.status_code == httpx2.codes.OK, answer.text
    return taken


async def _measured(url: str, rounds: int) -> dict[str, tuple[float, int]]:
    """Median seconds and number of statements of each page."""
    store = engine.Database(url)
    engine.use(store)
    async with AsyncExitStack() as stack:
        visitors = {who: await stack.enter_async_context(visiting(who)) for who in ("sam", "sun", "ola")}
        times: dict[str, list[float]] = {name: [] for name in PAGES}
        statements = {}
        for name, (who, path) in PAGES.items():
            await _ask(visitors[who], path)
            with counting() as sent:
                await _ask(visitors[who], path)
            statements[name] = len(sent)
        for _ in range(rounds):
            for name, (who, path) in PAGES.items():
                times[name].append(await _ask(visitors[who], path))
    engine.use(None)
    await store.dispose()
    return {name: (median(taken), statements[name]) for name, taken in times.items()}


async def _prepared(url: str) -> None:
    store = engine.Database(url, pooled=False)
    engine.use(store)
    await build_world()
    engine.use(None)
    await store.dispose()


def _of_size(server: str, contacts: int, rounds: int, *, keep: bool) -> dict[str, tuple[float, int]]:
    name = f"coord_bench_worklists_{contacts}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        upgrade(url)
        asyncio.run(_prepared(url))
        fill(url, contacts)
        return asyncio.run(_measured(url, rounds))
    finally:
        if not keep:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def report(sizes: Sequence[int], found: Sequence[dict[str, tuple[float, int]]]) -> None:
    """One line for each page."""
    for name in found[0]:
        shown = "".join(
            f"  {n:>9,}: {one[name][0] * 1000:7.1f} ms {one[name][1]:3} statements"
            for n, one in zip(sizes, found, strict=True)
        )
        ratio = found[-1][name][0] / found[0][name][0]
        grown = math.log(ratio) / math.log(sizes[-1] / sizes[0])
        sys.stdout.write(f"{name:25}{shown}  x{ratio:.1f}  n^{grown:.2f}\n")


def main() -> None:
    """Read the options, fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.worklists", description=__doc__)
    parser.add_argument("--database", required=True, help="PostgreSQL URL of a server where databases may be made")
    parser.add_argument("--contacts", default="100000,1000000", help="two sizes or more, separated by commas")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", action="store_true", help="leave the databases, to look at plans")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sizes = sorted(int(size) for size in options.contacts.split(","))
    report(sizes, [_of_size(options.database, size, options.rounds, keep=options.keep) for size in sizes])


if __name__ == "__main__":
    main()
