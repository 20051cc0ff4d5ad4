"""Databases of a test's own, for tests that commit from several connections or processes."""

import shutil
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, event
from sqlalchemy.engine import make_url

from coord.migrations import upgrade
from coord.work import engine
from tests.servers import postgres_url
from tests.shared import database_made_once, made_once


def migrated_sqlite(path: Path) -> str:
    """Put a migrated SQLite file without a row where ``path`` says; its URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(made_once("empty.sqlite", lambda empty: upgrade(f"sqlite:///{empty}")), path)
    return f"sqlite:///{path}"


class Movable(engine.Database):
    """One that is another database in each test.

    SQLAlchemy keeps what it has compiled with the engine; with an engine of its own each test would compile everything.
    """

    def __init__(self, url: URL, *, pooled: bool) -> None:
        """On the server of a URL, or at its file."""
        super().__init__(url.render_as_string(hide_password=False), pooled=pooled)
        for side in (self.people, self.system):
            event.listen(side.engine.sync_engine, "do_connect", self._go_there)

    def _go_there(self, _dialect: object, _record: object, arguments: list[Any], named: dict[str, Any]) -> None:
        if self.is_sqlite:
            arguments[0] = self.url.database
        else:
            named["dbname"] = self.url.database


_free: defaultdict[tuple[URL, bool], list[Movable]] = defaultdict(list)


@asynccontextmanager
async def borrowed(url: str, *, pooled: bool) -> AsyncIterator[engine.Database]:
    """A store for a database, one that nobody uses just now; its connections are closed at the end."""
    wanted = make_url(url)
    # Not None, which sets nothing: each database had a store of its own then, kept for good.
    free = _free[wanted.set(database="any"), pooled]
    store = free.pop() if free else Movable(wanted, pooled=pooled)
    store.url = store.url.set(database=wanted.database)
    try:
        yield store
    finally:
        await store.dispose()
        free.append(store)


@contextmanager
def new_postgres(template: str | None = None) -> Iterator[str]:
    """A PostgreSQL database that is dropped at the end; a copy of ``template`` (a URL) if given."""
    name = f"coord_own_{uuid.uuid4().hex[:12]}"
    copied = f' TEMPLATE "{make_url(template).database}"' if template else ""
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"{copied}'.encode())
    try:
        yield make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)
    finally:
        with psycopg.connect(postgres_url(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@asynccontextmanager
async def used(url: str, *, pooled: bool = False) -> AsyncIterator[str]:
    """Make a database the one that units are opened on; ``pooled`` where many follow each other."""
    async with borrowed(url, pooled=pooled) as store:
        engine.use(store)
        try:
            yield url
        finally:
            engine.use(None)


@asynccontextmanager
async def database_of_our_own(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[str]:
    """The cast's world on SQLite or PostgreSQL (``request.param``), in use and really committed to."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "world.sqlite")
        async with used(f"sqlite:///{folder / 'world.sqlite'}") as url:
            yield url
        return
    with new_postgres(request.getfixturevalue("postgres_template")) as made:
        async with used(made) as url:
            yield url


@asynccontextmanager
async def empty_database(kind: str, folder: Path) -> AsyncIterator[str]:
    """A migrated database without a row, in use."""
    if kind == "sqlite":
        url = migrated_sqlite(folder / "empty.sqlite")
        async with used(url):
            yield url
        return
    with new_postgres(database_made_once("empty", upgrade)) as url:
        async with used(url):
            yield url
