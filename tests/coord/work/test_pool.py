"""Pooled connections: a dead one is found before it is used, a living one is not asked needlessly."""

import asyncio
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, func, true
from sqlalchemy.orm import aliased

from coord.clients.tables import Client
from coord.kernel.sql import select
from coord.work import Unit, begin, engine
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import stored
from tests.servers import postgres_url
from tests.world import cast

pytestmark = pytest.mark.anyio


async def _clients() -> int:
    async with begin(cast.sam, read_only=True) as unit:
        return await unit.count(select(Client))


def _end_every_connection(store: Database) -> int:
    """What a restart of PostgreSQL does to its clients; SQLite has no server."""
    if store.is_sqlite:
        return 0
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        ended = connection.execute(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = %s",
            [store.url.database],
        ).fetchone()
    assert ended is not None
    return int(ended[0])


async def test_a_restart_of_the_database_is_not_noticed_by_the_next_request(real_database: Database) -> None:
    assert await _clients() == 13
    assert _end_every_connection(real_database) == (0 if real_database.is_sqlite else 1)
    assert await _clients() == 13


async def test_a_connection_that_died_without_a_sign_is_found_after_a_pause(
    real_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await _clients() == 13
    _end_every_connection(real_database)
    monkeypatch.setattr(engine, "_is_silent", lambda _: True)
    monkeypatch.setattr(engine, "TRUSTED_SECONDS", -1.0)
    assert await _clients() == 13


async def test_a_connection_that_was_just_used_is_not_asked_before_its_next_use(
    real_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    dialect = real_database.people.engine.sync_engine.dialect
    monkeypatch.setattr(dialect, "do_ping", asked.append)
    opened: list[object] = []
    event.listen(real_database.people.engine.sync_engine, "connect", lambda *given: opened.append(given))
    for _ in range(3):
        assert await _clients() == 13
    assert (len(opened), asked) == (1, [])
    monkeypatch.setattr(engine, "TRUSTED_SECONDS", -1.0)
    assert await _clients() == 13
    assert len(asked) == (0 if real_database.is_sqlite else 1)


async def test_writing_units_do_not_inherit_the_mode_of_reading_ones(real_database: Database) -> None:
    assert await _clients() == 13
    async with real_database.connect(read_only=False) as connection:
        if not real_database.is_sqlite:
            shown = [
                await connection.exec_driver_sql(f"SHOW transaction_{what}") for what in ("read_only", "isolation")
            ]
            assert [row.scalar() for row in shown] == ["off", "read committed"]
        # Nobody said who asks: the database shows nothing.
        assert await connection.scalar(select(Client.id).limit(1)) is None


async def _backend(unit: Unit) -> int:
    """Which process of the server serves the unit; SQLite has none."""
    if unit.is_sqlite:
        return 0
    return int((await unit.row(select(Client.id, func.pg_backend_pid()).limit(1)))[1])


def _slow(unit: Unit) -> Any:
    """A statement that takes half a second on PostgreSQL, and some millions of rows on SQLite."""
    if not unit.is_sqlite:
        return select(Client.id, func.pg_sleep(0.5)).limit(1)
    first, *others = [aliased(Client) for _ in range(6)]
    statement = select(first.id)
    for other in others:
        statement = statement.join(other, true())
    return statement.where(func.length(first.code) < 0)


async def test_a_cancelled_sibling_costs_neither_the_unit_nor_its_connection(real_database: Database) -> None:
    async with begin(cast.sam) as unit:
        before = await _backend(unit)
        asked = [asyncio.create_task(unit.rows(_slow(unit))) for _ in range(2)]
        await asyncio.sleep(0)
        for one in asked:  # one that runs, one that waits for its turn
            one.cancel()
        assert await unit.count(select(Client)) == 13
        ends = await asyncio.gather(*asked, return_exceptions=True)
        assert [type(end) for end in ends] == [asyncio.CancelledError] * 2
        unit.later("kept")
    async with begin(cast.sam) as unit:
        assert await _backend(unit) == before
    assert [job.job for job in await stored(OutboxJob)] == ["kept"]


async def test_a_cancelled_unit_gives_its_connection_back(real_database: Database) -> None:
    pids: list[int] = []
    asks = asyncio.Event()

    async def ask() -> None:
        async with begin(cast.sam) as unit:
            pids.append(await _backend(unit))
            unit.later("lost")
            await unit.session.flush()
            asks.set()
            await unit.rows(_slow(unit))

    task = asyncio.create_task(ask())
    await asks.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with begin(cast.sam) as unit:
        assert [await _backend(unit)] == pids
        assert await unit.count(select(Client)) == 13
    assert await stored(OutboxJob) == []
