"""``python -m tests.bench.impact --database URL``: a published report and the numbers behind it, by the size of the base.

Each size is a PostgreSQL database of its own, made anew and filled inside the server: hospitals of skewed size, ten
contacts a client over three years. Its figures are counted once and kept ready, and its last quarter is released as officers
do. Then the report by hospital is asked for by a sponsor and a year of measures by hospital by an officer, through the API,
in turns of all sizes. Printed are the medians, the statements of each answer, and the exponent of growth (0 constant, 1
proportional). The API ends a statement after two seconds; here it may take as long as it takes, and an answer that took
longer than that is marked by "!".
"""

import argparse
import asyncio
import logging
import math
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import structlog
from sqlalchemy.engine import make_url

from coord.access import Actor
from coord.measures.rollups.folding import FOLDER
from coord.measures.rollups.making import all_programs, make
from coord.migrations import upgrade
from coord.releases import ReleaseMove
from coord.work import begin, engine
from schema import running
from schema.budget import Budget
from tests.bench.queries import MEASURES
from tests.coord.releases.making import OSCAR, build, move
from tests.queries import counting
from tests.schema.api import Api, asking_as
from tests.world import AGENCY, FOUNDATION, PROGRAM, PROGRAM_ID, SAM_WORKER, build_world, cast

FILL = Path(__file__).with_name("impact.sql")
HOSPITALS, CLIENT_OF_CONTACTS = 65, 10
_HOUR = 3600.0
IMPACT = """query Impact($program: String!, $period: String!) {
  impactReport(program: $program, period: $period, groupBy: [HOSPITAL]) {
    rows { key { key } measures { personTimes { value } persons { value } newPersons { value } sessions { value }
      referralsSent { value } closedLoop { percent } } }
    total { personTimes { value } persons { value } }
  } }"""
QUARTER, YEAR = "2026Q3", {"from": "2025-10-01", "to": "2026-09-30"}
REPORT, NUMBERS = "impactReport, a quarter by hospital", "measures, a year by hospital"


@dataclass(slots=True)
class Base:
    """A database of a size: seconds to fill, to count and to release, then seconds and statements of each question."""

    contacts: int
    url: str
    filled: float = 0.0
    counted: float = 0.0
    released: float = 0.0
    times: dict[str, list[float]] = field(default_factory=lambda: {REPORT: [], NUMBERS: []})
    statements: dict[str, int] = field(default_factory=dict)

    def median(self, name: str) -> float:
        """Of one question, in seconds."""
        return median(self.times[name])


def fill(url: str, contacts: int) -> float:
    """Hospitals, clients and contacts into the cast's world; seconds without the pass of the vacuum."""
    named = {
        "p": PROGRAM_ID, "foundation": FOUNDATION, "agency": AGENCY, "worker": SAM_WORKER, "hospitals": HOSPITALS,
        "clients": contacts // CLIENT_OF_CONTACTS,
    }  # fmt: skip
    started = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FILL.read_text("utf-8").format(**named).encode())
        taken = time.perf_counter() - started
        connection.execute(b"VACUUM ANALYZE")
    return taken


async def _counted() -> float:
    """Every figure of the program, kept ready: the base is filled past the triggers."""
    async with begin(FOLDER, read_only=True) as unit:
        (program,) = [one for one in await all_programs(unit) if one.code == PROGRAM]
    started = time.perf_counter()
    await make(program, again=True)
    return time.perf_counter() - started


async def _released() -> float:
    started = time.perf_counter()
    built = await build(QUARTER)
    assert built is not None, "the quarter was not built"
    await move(cast.ola, built, ReleaseMove.REVIEW)
    await move(OSCAR, built, ReleaseMove.PUBLISH)
    return time.perf_counter() - started


async def _ask(api: Api, document: str, variables: Mapping[str, Any]) -> float:
    """Seconds until the whole answer has come; an answer without rows is a failure."""
    started = time.perf_counter()
    (answer,) = (await api.data(document, **variables)).values()
    taken = time.perf_counter() - started
    assert len(answer["rows"]) >= HOSPITALS // 2, answer
    return taken


def _question(name: str) -> tuple[Actor, str, Mapping[str, Any]]:
    if name == REPORT:
        return cast.fatima, IMPACT, {"program": PROGRAM, "period": QUARTER}
    return cast.ola, MEASURES, {"program": PROGRAM, **YEAR}


@asynccontextmanager
async def _open(base: Base) -> AsyncIterator[Mapping[str, Callable[[], Awaitable[float]]]]:
    """Each question of a base, ready to be asked: it uses the base's own connections."""
    store = engine.Database(base.url)
    engine.use(store)
    async with AsyncExitStack() as stack:
        asks: dict[str, Callable[[], Awaitable[float]]] = {}
        for name in base.times:
            who, document, variables = _question(name)
            api = await stack.enter_async_context(asking_as(who, Budget(10**12)))
            asks[name] = partial(_asked_of, store, api, document, variables)
        yield asks
    engine.use(None)
    await store.dispose()


async def _asked_of(store: engine.Database, api: Api, document: str, variables: Mapping[str, Any]) -> float:
    engine.use(store)
    return await _ask(api, document, variables)


async def _measure(bases: Sequence[Base], rounds: int) -> None:
    """Every question of every base in turns, so that whatever else the machine does meets all of them."""
    async with AsyncExitStack() as stack:
        asks = [(base, await stack.enter_async_context(_open(base))) for base in bases]
        for base, questions in asks:
            for name, ask in questions.items():
                await ask()
                with counting() as sent:
                    await ask()
                base.statements[name] = len(sent)
        for name in (REPORT, NUMBERS):
            for _ in range(rounds):
                for base, questions in asks:
                    base.times[name].append(await questions[name]())


async def _prepare(base: Base) -> None:
    """The cast's world, the filling, the release."""
    store = engine.Database(base.url, pooled=False)
    engine.use(store)
    await build_world()
    base.filled = await asyncio.to_thread(fill, base.url, base.contacts)
    base.counted = await _counted()
    base.released = await _released()
    engine.use(None)
    await store.dispose()


@contextmanager
def made(server: str, sizes: Sequence[int], prefix: str, *, keep: bool) -> Iterator[Mapping[int, str]]:
    """An empty database for each size, by its URL; dropped at the end."""
    names = {size: f"{prefix}_{size}" for size in sizes}
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names.values():
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield {
            size: make_url(server).set(database=name).render_as_string(hide_password=False)
            for size, name in names.items()
        }
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in () if keep else names.values():
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def report(bases: Sequence[Base], limit: float) -> None:
    """How each base was made, then one line for each question."""
    for base in bases:
        told = (
            f"filled in {base.filled:.0f} s, counted in {base.counted:.0f} s, quarter released in {base.released:.1f} s"
        )
        sys.stdout.write(f"{base.contacts:>10,} contacts: {told}\n")
    for name in (REPORT, NUMBERS):
        shown = "".join(
            f"  {base.contacts:>10,}: {base.median(name) * 1000:8.1f} ms{'!' if base.median(name) > limit else ' '}"
            f" {base.statements[name]:2} statements"
            for base in bases
        )
        slope = slope_of([base.contacts for base in bases], [base.median(name) for base in bases])
        sys.stdout.write(f"{name:36}{shown}{slope}\n")


def slope_of(sizes: Sequence[int], seconds: Sequence[float]) -> str:
    """The slope of a line through all points, both axes as logarithms; nothing for one size."""
    if len(sizes) == 1:
        return ""
    x, y = [math.log(size) for size in sizes], [math.log(taken) for taken in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / sum((a - mean_x) ** 2 for a in x)
    return f"  n^{slope:.2f}"


def main() -> None:
    """Read the options, fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.impact", description=__doc__)
    parser.add_argument("--database", required=True, help="PostgreSQL URL of a server where databases may be made")
    parser.add_argument("--contacts", default="100000,1000000", help="sizes, separated by commas; also 10000000")
    parser.add_argument("--rounds", type=int, default=301)
    parser.add_argument("--keep", action="store_true", help="leave the databases, to look at plans")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    limit = running.STATEMENT_SECONDS
    running.STATEMENT_SECONDS = running.SECONDS = _HOUR
    sizes = sorted(int(size) for size in options.contacts.split(","))
    with made(options.database, sizes, "coord_bench_impact", keep=options.keep) as urls:
        bases = [Base(size, url) for size, url in urls.items()]
        for base in bases:
            upgrade(base.url)
            asyncio.run(_prepare(base))
        asyncio.run(_measure(bases, options.rounds))
        report(bases, limit)


if __name__ == "__main__":
    main()
