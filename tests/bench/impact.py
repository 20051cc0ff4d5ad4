"""``python -m tests.bench.impact --database URL``: a published report and the numbers behind it, by the size of the base.

Each size is a PostgreSQL database of its own, made anew and filled inside the server: hospitals of skewed size, ten
contacts a client over three years. Its last quarter is released as officers do. Then the report by hospital is asked
for by a sponsor and a year of measures by hospital by an officer, through the API, in turns. Printed are the medians,
the statements of each answer, and the exponent of growth (0 constant, 1 proportional). The API ends a statement
after two seconds; here it may take as long as it takes, and an answer that took longer than that is marked by "!".
"""

import argparse
import asyncio
import logging
import math
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import structlog
from sqlalchemy.engine import make_url

from coord.migrations import upgrade
from coord.releases import ReleaseMove
from coord.work import engine
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


@dataclass(frozen=True, slots=True)
class Measured:
    """What one size took: seconds to fill and to release, then median seconds and statements of each question."""

    filled: float
    released: float
    answers: Mapping[str, tuple[float, int]]


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


async def _released() -> float:
    started = time.perf_counter()
    made = await build(QUARTER)
    assert made is not None, "the quarter was not built"
    await move(cast.ola, made, ReleaseMove.REVIEW)
    await move(OSCAR, made, ReleaseMove.PUBLISH)
    return time.perf_counter() - started


async def _ask(api: Api, document: str, variables: Mapping[str, Any]) -> float:
    """Seconds until the whole answer has come; an answer without rows is a failure."""
    started = time.perf_counter()
    (answer,) = (await api.data(document, **variables)).values()
    taken = time.perf_counter() - started
    assert len(answer["rows"]) >= HOSPITALS // 2, answer
    return taken


async def _measured(url: str, rounds: int, filled: float) -> Measured:
    store = engine.Database(url)
    engine.use(store)
    released = await _released()
    async with AsyncExitStack() as stack:
        sponsor, officer = [
            await stack.enter_async_context(asking_as(w, Budget(10**12))) for w in (cast.fatima, cast.ola)
        ]
        questions = {
            REPORT: (sponsor, IMPACT, {"program": PROGRAM, "period": QUARTER}),
            NUMBERS: (officer, MEASURES, {"program": PROGRAM, **YEAR}),
        }
        times: dict[str, list[float]] = {name: [] for name in questions}
        statements = {}
        for name, question in questions.items():
            await _ask(*question)
            with counting() as sent:
                await _ask(*question)
            statements[name] = len(sent)
        for _ in range(rounds):
            for name, question in questions.items():
                times[name].append(await _ask(*question))
    engine.use(None)
    await store.dispose()
    return Measured(filled, released, {name: (median(taken), statements[name]) for name, taken in times.items()})


async def _prepared(url: str) -> None:
    store = engine.Database(url, pooled=False)
    engine.use(store)
    await build_world()
    engine.use(None)
    await store.dispose()


def of_size(server: str, contacts: int, rounds: int, *, keep: bool) -> Measured:
    """Make a database of a size, measure it, and drop it again."""
    name = f"coord_bench_impact_{contacts}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        upgrade(url)
        asyncio.run(_prepared(url))
        return asyncio.run(_measured(url, rounds, fill(url, contacts)))
    finally:
        if not keep:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def report(sizes: Sequence[int], found: Sequence[Measured], limit: float) -> None:
    """How each base was made, then one line for each question."""
    for size, one in zip(sizes, found, strict=True):
        sys.stdout.write(
            f"{size:>10,} contacts: filled in {one.filled:.0f} s, quarter released in {one.released:.1f} s\n"
        )
    for name in (REPORT, NUMBERS):
        shown = ""
        for size, one in zip(sizes, found, strict=True):
            seconds, statements = one.answers[name]
            shown += (
                f"  {size:>10,}: {seconds * 1000:8.1f} ms{'!' if seconds > limit else ' '} {statements:2} statements"
            )
        sys.stdout.write(f"{name:36}{shown}{_growth(sizes, [one.answers[name][0] for one in found])}\n")


def _growth(sizes: Sequence[int], seconds: Sequence[float]) -> str:
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
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", action="store_true", help="leave the databases, to look at plans")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    limit = running.STATEMENT_SECONDS
    running.STATEMENT_SECONDS = running.SECONDS = _HOUR
    sizes = sorted(int(size) for size in options.contacts.split(","))
    found = [of_size(options.database, size, options.rounds, keep=options.keep) for size in sizes]
    report(sizes, found, limit)


if __name__ == "__main__":
    main()
