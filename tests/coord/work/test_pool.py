"""Pooled connections: a dead one is found before it is used, a living one is not asked needlessly."""

import psycopg
import pytest
from sqlalchemy import event

from coord.clients.tables import Client
from coord.kernel.sql import select
from coord.work import begin, engine
from coord.work.engine import Database
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
