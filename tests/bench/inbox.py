"""``python -m tests.bench.inbox --database URL``: the inbox of an organization with 5,000 and with 50,000 referrals.

Each size is a PostgreSQL database of its own, made anew, with the cast's world and the center's referrals: half of them
open, a clock for each open one. The page, its filters, the last page of the list and the API's first page are asked for
in turns; the medians, how many statements each sends, and the growth exponent are printed (0 constant, 1 proportional).
"""

import argparse
import asyncio
import logging
import math
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from statistics import median

import httpx2
import psycopg
import structlog
from sqlalchemy.engine import make_url

from coord.migrations import upgrade
from coord.work import engine
from schema.budget import Budget
from tests.coord.making import signed_in
from tests.queries import counting
from tests.schema.api import Api, asking_as
from tests.web.visit import visiting
from tests.world import CENTER, NORTH, PROGRAM_ID, build_world

_FILL = """
INSERT INTO client (id, program_id, hospital_id, code, gender, registered_at)
  SELECT md5('client' || n)::uuid, '{p}', '{h}', 'B-' || n, 'FEMALE', now() FROM generate_series(1, {clients}) n;
INSERT INTO referral (id, program_id, client_id, source_id, target_id, code, kind, direction, urgency, need, state, age_band,
    reason, contact_prohibited, blocks, round, created_at, updated_at, sent_on, sent_at)
  SELECT md5('referral' || n)::uuid, '{p}', md5('client' || (n / 10 + 1))::uuid, '{h}', '{t}', 'B-' || n, 'SOCIAL', 'DOWN',
    'ROUTINE', (ARRAY[{needs}])[n % 10 + 1],
    (ARRAY['SENT', 'RECEIVED', 'ACCEPTED', 'IN_SERVICE', 'FEEDBACK_SENT', 'CLOSED', 'CLOSED', 'DECLINED', 'WITHDRAWN',
      'EXPIRED'])[n % 10 + 1],
    '25-34', '', false, '[]', 1, now(), now(), current_date, now() - n * interval '1 minute'
  FROM generate_series(0, {referrals} - 1) n;
INSERT INTO referral_clock (id, referral_id, clock, round, started_at, due_at, working_days, is_quiet)
  SELECT md5('clock' || n)::uuid, md5('referral' || n)::uuid, 'T2', 1, now(), now() + (n % 9 - 4) * interval '1 day', 5, true
  FROM generate_series(0, {referrals} - 1) n WHERE n % 10 < 5;
"""
_NEEDS = ("COMMUNITY_REHABILITATION", "PSYCHIATRIC_CARE", "COUNSELING", "CASE_MANAGEMENT", "PEER_SUPPORT", "FAMILY_SUPPORT",
          "FINANCIAL_AID", "EMPLOYMENT", "EDUCATION", "LEGAL_AID")  # fmt: skip
_API = "{ referrals(first: 50) { edges { node { code state overdue respondBy sketch { ageBand } } } } }"
Ask = Callable[[], Awaitable[object]]


def fill(url: str, referrals: int) -> None:
    """The referrals of the center, into the cast's world."""
    filled = _FILL.format(p=PROGRAM_ID, h=NORTH, t=CENTER, referrals=referrals, clients=referrals // 10 + 1,
                          needs=", ".join(f"'{need}'" for need in _NEEDS))  # fmt: skip
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(filled.encode())
        connection.execute(b"VACUUM ANALYZE")


def asked(page: httpx2.AsyncClient, api: Api, referrals: int) -> dict[str, Ask]:
    """What is asked for, by its name."""

    def of(path: str) -> Ask:
        async def ask() -> None:
            answer = await page.get(path)
            assert answer.status_code == 200, answer.text

        return ask

    return {
        "inbox": of("/referrals"),
        "inbox, waiting": of("/referrals?show=waiting"),
        "inbox, overdue": of("/referrals?show=overdue"),
        "inbox, last page": of(f"/referrals?show=ended&page={referrals // 2 // 25}"),
        "API, first 50": lambda: api.data(_API),
    }


async def _measured(url: str, referrals: int, rounds: int) -> dict[str, tuple[float, int]]:
    """Median seconds and number of statements of each."""
    store = engine.Database(url)
    engine.use(store)
    async with AsyncExitStack() as stack:
        page = await stack.enter_async_context(visiting("cai"))
        api = await stack.enter_async_context(asking_as(await signed_in("cai"), Budget(10**9)))
        asks = asked(page, api, referrals)
        times: dict[str, list[float]] = {name: [] for name in asks}
        statements = {}
        for name, ask in asks.items():
            await ask()
            with counting() as sent:
                await ask()
            statements[name] = len(sent)
        for _ in range(rounds):
            for name, ask in asks.items():
                started = time.perf_counter()
                await ask()
                times[name].append(time.perf_counter() - started)
    engine.use(None)
    await store.dispose()
    return {name: (median(taken), statements[name]) for name, taken in times.items()}


async def _prepared(url: str) -> None:
    store = engine.Database(url, pooled=False)
    engine.use(store)
    await build_world()
    engine.use(None)
    await store.dispose()


def _of_size(server: str, referrals: int, rounds: int) -> dict[str, tuple[float, int]]:
    name = f"coord_bench_inbox_{referrals}"
    url = make_url(server).set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        upgrade(url)
        asyncio.run(_prepared(url))
        fill(url, referrals)
        return asyncio.run(_measured(url, referrals, rounds))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def report(sizes: Sequence[int], found: Sequence[dict[str, tuple[float, int]]]) -> None:
    """One line for each thing asked for."""
    for name in found[0]:
        shown = "".join(
            f"  {n:>7,}: {one[name][0] * 1000:7.1f} ms {one[name][1]:3} statements"
            for n, one in zip(sizes, found, strict=True)
        )
        grown = math.log(found[-1][name][0] / found[0][name][0]) / math.log(sizes[-1] / sizes[0])
        sys.stdout.write(f"{name:18}{shown}  n^{grown:.2f}\n")


def main() -> None:
    """Read the options, fill, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.inbox", description=__doc__)
    parser.add_argument("--database", required=True, help="PostgreSQL URL of a server where databases may be made")
    parser.add_argument("--referrals", default="5000,50000", help="two sizes or more, separated by commas")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    sizes = sorted(int(size) for size in options.referrals.split(","))
    report(sizes, [_of_size(options.database, size, options.rounds) for size in sizes])


if __name__ == "__main__":
    main()
