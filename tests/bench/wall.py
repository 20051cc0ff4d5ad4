"""``python -m tests.bench.wall --database URL``: what the database's wall costs beside the same units without it.

200,000 clients of 200 hospitals in a PostgreSQL database of its own, made anew; 20,000 of them are shared with a hundred
organizations, 200 with each. Units of a social worker of one hospital, of one with whom others share people, of a
community center that has none but shared ones, and of a program officer alternate between the two roles; medians and
their ratio are printed.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.engine import make_url

from coord.access import Actor, Grant, Role, system
from coord.access.scopes import load_scopes
from coord.clients.reads import clients
from coord.clients.tables import Client
from coord.kernel.ids import uuid7
from coord.kernel.paging import PageRequest
from coord.kernel.sql import select
from coord.migrations import upgrade
from coord.work import Unit, begin, engine

ROUNDS = 200
_HOSPITALS, _EACH = 200, 1000
_FILL = """
INSERT INTO organization (id, foundation_id, code, name, kind, search_text, fictional)
  VALUES ('{f}', '{f}', 'F01', 'Foundation', 'FOUNDATION', '', true);
INSERT INTO organization (id, foundation_id, code, name, kind, search_text, fictional)
  SELECT md5('hospital' || n)::uuid, '{f}', 'H' || n, 'Hospital ' || n, 'HOSPITAL', '', true
  FROM generate_series(1, {hospitals}) n;
INSERT INTO program (id, code, name, foundation_id, time_zone, starts_on, fictional)
  VALUES ('{p}', 'DIP', 'Program', '{f}', 'Asia/Shanghai', '2026-01-01', true);
INSERT INTO client (id, program_id, hospital_id, code, gender, registered_at)
  SELECT md5('client' || h || '-' || n)::uuid, '{p}', md5('hospital' || h)::uuid, 'C-' || n, 'FEMALE', now()
  FROM generate_series(1, {hospitals}) h, generate_series(1, {each}) n;
INSERT INTO organization (id, foundation_id, code, name, kind, search_text, fictional)
  VALUES (md5('center')::uuid, '{f}', 'C1', 'Center', 'COMMUNITY_ORG', '', true);
INSERT INTO client_share (id, client_id, hospital_id, organization_id, origin_id, with_identity, from_at)
  SELECT md5('share' || h || '-' || n)::uuid, md5('client' || h || '-' || n)::uuid, md5('hospital' || h)::uuid,
    CASE WHEN n % 100 = 0 THEN md5('center')::uuid ELSE md5('hospital' || n % 100)::uuid END,
    md5('origin' || h || '-' || n)::uuid, false, now() - interval '1 day'
  FROM generate_series(101, {hospitals}) h, generate_series(1, {each} / 5) n;
ANALYZE;
"""


def _made(server: str) -> tuple[str, Any, Any]:
    """A filled database beside the named one: its URL, the foundation, the program."""
    url = make_url(server).set(database="coord_bench_wall").render_as_string(hide_password=False)
    foundation, program = uuid7(), uuid7()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(b"DROP DATABASE IF EXISTS coord_bench_wall")
        connection.execute(b"CREATE DATABASE coord_bench_wall")
    upgrade(url)
    filled = _FILL.format(f=foundation, p=program, hospitals=_HOSPITALS, each=_EACH)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(filled.encode())
    return url, foundation, program


async def _page(unit: Unit) -> object:
    return await clients(unit, ["id", "code"], PageRequest(50))


async def _number(unit: Unit) -> object:
    return await unit.count(select(Client.id))


async def _seconds(actor: Actor, ask: Callable[[Unit], Awaitable[object]]) -> float:
    started = time.perf_counter()
    async with begin(actor, read_only=True) as unit:
        await ask(unit)
    return time.perf_counter() - started


async def _compare(
    store: engine.Database, actor: Actor, ask: Callable[[Unit], Awaitable[object]]
) -> tuple[float, float]:
    """Median seconds with and without the wall, in turns."""
    people, taken = store.people, ([], [])  # type: tuple[Any, tuple[list[float], list[float]]]
    for _ in range(ROUNDS):
        for side, times in ((people, taken[0]), (store.system, taken[1])):
            store.people = side
            times.append(await _seconds(actor, ask))
    store.people = people
    return median(taken[0]), median(taken[1])


async def _with_shares(organization_id: UUID, role: Role, foundation_id: UUID) -> Actor:
    """Somebody with the scopes that a request loads, so that what others share counts."""
    grants = [Grant(organization_id, role, foundation_id)]
    async with begin(system("bench", "reads scopes as a request does"), read_only=True) as unit:
        return Actor.of(uuid7(), "S", "en", grants, await load_scopes(unit, grants))


async def main(server: str) -> None:
    """Fill, measure, print."""
    url, foundation, program = _made(server)
    store = engine.Database(url)
    engine.use(store)
    with psycopg.connect(url) as connection:
        hospital = connection.execute("SELECT md5('hospital7')::uuid, md5('center')::uuid").fetchone()
    assert hospital is not None
    worker = Actor.of(uuid7(), "W", "en", [Grant(hospital[0], Role.SOCIAL_WORKER, foundation)])
    shared = await _with_shares(hospital[0], Role.SOCIAL_WORKER, foundation)
    center = await _with_shares(hospital[1], Role.COMMUNITY_RECEIVER, foundation)
    runs = {"PROGRAMS_RUN": (program,)}
    officer = Actor.of(uuid7(), "O", "en", [Grant(foundation, Role.PROGRAM_OFFICER, foundation)], runs)
    for name, actor, ask in (
        ("page, one hospital", worker, _page),
        ("count, one hospital", worker, _number),
        ("page, own and shared", shared, _page),
        ("page, only shared", center, _page),
        ("page, whole program", officer, _page),
    ):
        walled, bare = await _compare(store, actor, ask)
        sys.stdout.write(
            f"{name:22} {walled * 1000:7.2f} ms  without {bare * 1000:7.2f} ms  ratio {walled / bare:.2f}\n"
        )
    await store.dispose()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(b"DROP DATABASE coord_bench_wall")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True, help="a PostgreSQL superuser URL")
    asyncio.run(main(parser.parse_args().database))
