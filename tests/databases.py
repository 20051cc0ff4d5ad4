"""Databases of a test's own, for tests that commit from several connections or processes."""

import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cache
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from coord.migrations import upgrade
from coord.work import engine
from tests.servers import postgres_url

_KEPT = tempfile.TemporaryDirectory(prefix="coord-empty-")


@cache
def _empty_sqlite() -> Path:
    """A migrated SQLite file without a row: made once for a process, as all migrations take seconds."""
    path = Path(_KEPT.name) / "empty.sqlite"
    upgrade(f"sqlite:///{path}")
    return path


def migrated_sqlite(path: Path) -> str:
    """Put a migrated SQLite file without a row where ``path`` says; its URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(_empty_sqlite(), path)
    return f"sqlite:///{path}"


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
    store = engine.Database(url, pooled=pooled)
    engine.use(store)
    try:
        yield url
    finally:
        engine.use(None)
        await store.dispose()


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
    with new_postgres() as url:
        upgrade(url)
        async with used(url):
            yield url
