"""Servers and databases for the tests of jobs."""

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from redis import Redis
from sqlalchemy.engine import make_url

from coord.work import engine
from tests.servers import postgres_url
from workers.embedded import EmbeddedQueue, find_binary


@pytest.fixture(scope="session")
def queue_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedQueue]:
    """One embedded queue server for the tests that need one."""
    binary = find_binary()
    assert binary is not None
    server = EmbeddedQueue(tmp_path_factory.mktemp("queue"), binary)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis(queue_server: EmbeddedQueue) -> Iterator["Redis"]:
    """A client of the embedded queue, emptied before each test."""
    with closing(Redis.from_url(queue_server.url)) as client:
        client.flushall()
        yield client


@pytest.fixture(params=["sqlite", "postgresql"])
async def committed(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a database with the cast's world that several connections may write to."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "world.sqlite")
        url = f"sqlite:///{tmp_path / 'world.sqlite'}"
        async for opened in _opened(url):
            yield opened
        return
    template = make_url(request.getfixturevalue("postgres_template"))
    name = f"coord_jobs_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template.database}"'.encode())
    try:
        async for opened in _opened(template.set(database=name).render_as_string(hide_password=False)):
            yield opened
    finally:
        with psycopg.connect(postgres_url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


async def _opened(url: str) -> AsyncIterator[str]:
    store = engine.Database(url, pooled=False)
    engine.use(store)
    yield url
    engine.use(None)
    await store.dispose()
