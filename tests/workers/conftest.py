"""Servers and databases for the tests of jobs."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from tests.databases import database_of_our_own
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
    async with database_of_our_own(request, tmp_path) as url:
        yield url
