"""Where worlds are played: one database, put back to the cast's world in a few milliseconds."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol
from unittest import mock

import anyio
import psycopg

from coord.demo.loading import trusted
from coord.work import begin, engine
from coord.work.session import ScopedSession
from tests.conftest import RolledBack
from tests.databases import new_postgres, used
from tests.interference.rows import chance, put
from tests.interference.viewers import more_viewers
from tests.world import BUILDER

_RUN = ScopedSession.run


class Stage(Protocol):
    """A database on which one world after the other is played."""

    def world(self) -> AbstractAsyncContextManager[None]:
        """The cast's world; nothing that happens in it stays."""
        ...


async def _add_viewers(url: str) -> None:
    async with used(url), begin(BUILDER) as unit, trusted(unit):
        await put(unit, more_viewers(), chance("viewers"))


def prepare(url: str) -> None:
    """Add the four who look besides the cast to a database with the cast's world."""
    if not url.startswith("sqlite"):
        with psycopg.connect(url, autocommit=True) as connection:
            # The first migration does not know two of the roles; rows of invented people need not wait for that.
            connection.execute(b"ALTER TABLE membership DROP CONSTRAINT IF EXISTS ck_membership_role")
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, _add_viewers, url).result()


@contextmanager
def stage_template(world: str, folder: Path) -> Iterator[str]:
    """A copy of the cast's world (a URL) with everybody who looks; its URL."""
    if world.startswith("sqlite"):
        path = folder / "template.sqlite"
        shutil.copy(world.removeprefix("sqlite:///"), path)
        prepare(f"sqlite:///{path}")
        yield f"sqlite:///{path}"
        return
    with new_postgres(world) as url:
        prepare(url)
        yield url


class _OnSqlite:
    """Connections stay open; the file below them is written anew, page by page."""

    def __init__(self, template: str, path: Path) -> None:
        self._template, self._path = template, path

    @asynccontextmanager
    async def world(self) -> AsyncIterator[None]:
        with closing(sqlite3.connect(self._template)) as source, closing(sqlite3.connect(self._path)) as target:
            source.backup(target)
        yield


class _OnPostgres:
    """One connection; each world is a transaction that is rolled back."""

    def __init__(self, store: RolledBack) -> None:
        self._store = store

    @asynccontextmanager
    async def world(self) -> AsyncIterator[None]:
        outer = await self._store.outer.begin()
        # Connections may only read until it is said.
        await self._store.outer.exec_driver_sql("SET TRANSACTION READ WRITE")
        try:
            yield
        finally:
            await outer.rollback()


async def _to_its_end(session: ScopedSession, *statement: Any) -> Any:
    """Run a statement, and see it through even when its resolver is cancelled for a sibling's error.

    A cancelled statement costs its connection, which a pool makes good; here a whole world hangs on it.
    """
    return await asyncio.shield(_RUN(session, *statement))


@asynccontextmanager
async def opened(template: str, folder: Path) -> AsyncIterator[Stage]:
    """A stage from a template (a URL), in use as the database of this process."""
    if template.startswith("sqlite"):
        source, path = template.removeprefix("sqlite:///"), folder / "stage.sqlite"
        shutil.copy(source, path)
        store = engine.Database(f"sqlite:///{path}")
        engine.use(store)
        yield _OnSqlite(source, path)
    else:
        store = rolled = RolledBack(template, pooled=False)
        async with engine.Database.connect(rolled, read_only=False) as connection:
            rolled.outer = connection
            engine.use(rolled)
            with mock.patch.object(ScopedSession, "run", _to_its_end):
                yield _OnPostgres(rolled)
    engine.use(None)
    await store.dispose()
