"""Fixtures that every test may use: the cast's world on both databases."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import anyio
import pytest
from hypothesis import settings
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool
from typing_extensions import override

from coord.access.policies import APP_ROLE, JOB_ROLE
from coord.migrations import upgrade
from coord.work import engine
from schema import running
from tests.databases import borrowed, migrated_sqlite, new_postgres
from tests.shared import close_folder, database_made_once, made_once, open_folder
from tests.turns import WHOLE, waiting
from tests.world import build_world

# A test never fails because the machine is busy.
settings.register_profile("coord", deadline=None)
settings.load_profile("coord")
DATABASES = os.environ.get("COORD_TEST_DATABASES", "sqlite,postgresql").split(",")


def pytest_configure(config: pytest.Config) -> None:
    """The process that was started by hand opens what its workers share; all of them look for garbage less often."""
    # Statements that were compiled once stay: looking through all of them again and again found nothing to free.
    gc.set_threshold(100_000, 20, 50)
    if not hasattr(config, "workerinput"):
        open_folder()


def pytest_unconfigure(config: pytest.Config) -> None:
    """And closes it."""
    if not hasattr(config, "workerinput"):
        close_folder()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests wait for databases, browsers and processes that they have killed."""
    return len(os.sched_getaffinity(0)) + 1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of doors take turns; those that may take minutes, as their limit says, begin first: they would end alone."""
    elsewhere = set() if WHOLE else waiting(items)
    config.hook.pytest_deselected(items=elsewhere)
    items[:] = [item for item in items if item not in elsewhere]
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One backend: a stray second one would double the run."""
    return "asyncio"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the cast's world, this worker's own; each test works on a copy."""
    world = made_once("world.sqlite", lambda path: _in_a_thread(_populate, migrated_sqlite(path)))
    return Path(shutil.copy(world, tmp_path_factory.mktemp("template")))


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """A migrated PostgreSQL database with the cast's world, this worker's own."""

    def make(url: str) -> None:
        upgrade(url)
        _in_a_thread(_populate, url)

    with new_postgres(database_made_once("world", make)) as url:
        yield url


def _in_a_thread(work: Callable[[str], Awaitable[None]], url: str) -> None:
    """Run async code from a fixture that may be asked for inside a running loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(anyio.run, work, url).result()


async def _populate(url: str) -> None:
    store = engine.Database(url, pooled=False)
    engine.use(store)
    await build_world()
    engine.use(None)
    await store.dispose()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """How busy this machine is must not decide a test: the API's time limits have tests of their own."""
    if request.path.name != "test_patience.py":
        monkeypatch.setattr(running, "SECONDS", 100.0)
        monkeypatch.setattr(running, "STATEMENT_SECONDS", 100.0)


@pytest.fixture(scope="session")
def postgres_store(postgres_template: str) -> "RolledBack":
    """The worker's PostgreSQL database: what SQLAlchemy has compiled for one test serves the next."""
    return RolledBack(postgres_template, pooled=False)


class RolledBack(engine.Database):
    """A database whose units all run inside one outer transaction that the test rolls back."""

    outer: AsyncConnection

    @override
    @asynccontextmanager
    async def connect(
        self, *, read_only: bool, one_moment: bool = True, system: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """The one connection of the test, with a transaction already open, in the role of who asks."""
        await self.outer.exec_driver_sql(f"SET ROLE {JOB_ROLE if system else APP_ROLE}")
        yield self.outer


@pytest.fixture(params=DATABASES)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[engine.Database]:
    """The cast's world on SQLite and on PostgreSQL; nothing that a test writes stays."""
    if request.param == "sqlite":
        path = tmp_path / "world.sqlite"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        # Kept connections save making every view again; jobs run in event loops of their own and may keep none.
        async with borrowed(f"sqlite:///{path}", pooled=request.path.parent.name != "workers") as store:
            engine.use(store)
            yield store
            engine.use(None)
        return
    rolled: RolledBack = request.getfixturevalue("postgres_store")
    assert rolled.people.engine.pool.__class__ is NullPool
    async with engine.Database.connect(rolled, read_only=False) as connection:
        outer = await connection.begin()
        rolled.outer = connection
        engine.use(rolled)
        yield rolled
        await outer.rollback()
    engine.use(None)


@pytest.fixture(params=DATABASES)
async def real_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[engine.Database]:
    """A database of the test's own with a pool and real commits, for what happens at the same time."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            url = f"sqlite:///{shutil.copy(request.getfixturevalue('sqlite_template'), tmp_path / 'world.sqlite')}"
        else:
            url = stack.enter_context(new_postgres(request.getfixturevalue("postgres_template")))
        async with borrowed(url, pooled=True) as store:
            engine.use(store)
            try:
                yield store
            finally:
                engine.use(None)
