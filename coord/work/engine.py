"""The one place that knows database URLs, drivers and how a connection starts."""

import asyncio
import select as sockets
import time
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import InvalidatePoolError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from coord.access.policies import APP_ROLE, JOB_ROLE
from coord.kernel.errors import Unavailable
from coord.settings import settings
from coord.work.patience import failures_named, name_slow_statements, time_sqlite_statements
from coord.work.sending import prepared_after
from coord.work.walls import TOLD, raise_sqlite_wall

_PRAGMAS = ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=10000")
_PEOPLE_AT_ONCE, _SYSTEM_AT_ONCE = 20, 10
Modes: TypeAlias = tuple[str, str, str | None]
"""How a transaction begins that writes, one that reads one moment, and one whose statements see each their own."""
TRUSTED_SECONDS = 5.0
"""How long an idle connection is believed to be alive while its socket is silent."""


def async_url(url: str) -> URL:
    """The URL with the driver for async code: aiosqlite or psycopg."""
    parsed = make_url(url)
    driver = "sqlite+aiosqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return parsed.set(drivername=driver)


def sync_url(url: str) -> URL:
    """The URL with the driver for migrations and other plain code."""
    parsed = make_url(url)
    driver = "sqlite+pysqlite" if parsed.get_backend_name() == "sqlite" else "postgresql+psycopg"
    return parsed.set(drivername=driver)


_MODE = "mode"
"""The option of a connection that says how its transactions begin; None: each statement is one."""
_SQLITE_MODES: Modes = ("IMMEDIATE", "", "")
_POSTGRESQL_MODES: Modes = ("READ WRITE", "ISOLATION LEVEL REPEATABLE READ READ ONLY", None)


def _connect_args(url: URL, role: str) -> dict[str, Any]:
    """PostgreSQL connections may only read, until a unit that writes begins its transaction by saying so.

    The driver begins none by itself. They start in a role that owns nothing; resetting the role leads back to it. Policies
    make plans look so costly that PostgreSQL compiles them, which takes seconds for statements that take milliseconds.
    """
    ours = f"-c default_transaction_read_only=on -c jit=off -c role={role}"
    options = f"{url.query.get('options', '')} {ours}".strip()
    return {"connect_timeout": 5, "options": options, "autocommit": True}


def _prepare_sqlite(engine: Engine, *pragmas: str) -> None:
    """BEGIN is ours: a deferred one that reads and then writes fails at once under two writers."""
    _begin_ourselves(engine, _SQLITE_MODES[0])

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (*_PRAGMAS, *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _begin_ourselves(engine: Engine, mode: str) -> None:
    """Begin transactions as their connection says, ``mode`` where it says nothing, with what they tell the database.

    Both go in one turn, around the cache of prepared statements: no two of these texts are the same.
    """

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        how, told = options.get(_MODE, mode), options.get(TOLD, "")
        if how is None:
            return
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"BEGIN {how}")
            return
        text = f"BEGIN {how}; {told}"
        with failures_named(engine.dialect):
            connection.connection.run_async(lambda driver: driver.execute(text, prepare=False))


def _is_silent(connection: Any) -> bool:
    """Whether nothing waits on an idle connection's socket; the end of a server shows there at once."""
    waiting = sockets.poll()
    waiting.register(connection.driver_connection.fileno(), sockets.POLLIN)
    return not waiting.poll(0)


def _ping_when_in_doubt(engine: Engine) -> None:
    """Find dead connections before they are used, without asking the database at every checkout.

    A restarted server is seen on the socket, a network that lost the connection by asking after a pause.
    """

    @event.listens_for(engine, "checkin")
    def _checkin(_connection: object, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _checkout(connection: Any, record: Any, _proxy: object) -> None:
        since = record.info.get("idle_since")
        if since is None:
            return
        try:
            if time.monotonic() - since > TRUSTED_SECONDS or not _is_silent(connection):
                engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _plan_figures_anew(engine: Engine) -> None:
    """Let statements of figures be planned for their own dates, all others be prepared once they have come back often."""

    @event.listens_for(engine, "before_cursor_execute")
    def _choose(connection: Connection, _cursor: object, _sql: str, _values: object, context: Any, _many: bool) -> None:
        driver: Any = connection.connection.driver_connection
        driver.prepare_threshold = prepared_after(context.execution_options)


def _make_room(url: URL) -> None:
    """The folder of an SQLite file."""
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)


class _Side:
    """The connections of people, or those of the named parts of the system: each its own pool."""

    def __init__(self, url: URL, *, pooled: bool, scoped: bool) -> None:
        """Open nothing yet."""
        is_sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {} if pooled else {"poolclass": NullPool}
        if not is_sqlite:
            options["connect_args"] = _connect_args(url, APP_ROLE if scoped else JOB_ROLE)
            if pooled:
                size = _PEOPLE_AT_ONCE if scoped else _SYSTEM_AT_ONCE
                options |= {"pool_size": size, "max_overflow": 0, "pool_use_lifo": True, "pool_timeout": 5}
        self.engine: AsyncEngine = create_async_engine(url, hide_parameters=True, **options)
        name_slow_statements(self.engine.sync_engine)
        if is_sqlite:
            _prepare_sqlite(self.engine.sync_engine)
            time_sqlite_statements(self.engine.sync_engine)
            raise_sqlite_wall(self.engine.sync_engine, scoped=scoped)
        else:
            _begin_ourselves(self.engine.sync_engine, "")
            _plan_figures_anew(self.engine.sync_engine)
            if pooled:
                _ping_when_in_doubt(self.engine.sync_engine)
        self.writing, self.reading, self.looking = (
            self.engine.execution_options(**{_MODE: mode})
            for mode in (_SQLITE_MODES if is_sqlite else _POSTGRESQL_MODES)
        )


class Database:
    """One database and its pools; created once per process, disposed at the end."""

    def __init__(self, url: str, *, pooled: bool = True) -> None:
        """Open nothing yet; ``pooled=False`` for short-lived processes and tests."""
        self.url = async_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            _make_room(self.url)
        self.people = _Side(self.url, pooled=pooled, scoped=True)
        self.system = _Side(self.url, pooled=pooled, scoped=False)

    def connect(
        self, *, read_only: bool, one_moment: bool = True, system: bool = False
    ) -> AbstractAsyncContextManager[AsyncConnection]:
        """A connection for one unit of work; what only reads sees one moment of the database throughout.

        Without ``one_moment`` PostgreSQL opens no transaction around the statements: each sees its own
        moment, and no actor's context, so that only parts of the system look in this way.
        """
        side = self.system if system else self.people
        if not read_only:
            return side.writing.connect()
        return side.reading.connect() if one_moment else side.looking.connect()

    async def dispose(self) -> None:
        """Close the pools."""
        await self.people.engine.dispose()
        await self.system.engine.dispose()


def sync_engine(url: str) -> Engine:
    """A plain engine for migrations.

    On SQLite a table is changed by making it anew, which no foreign key may hinder; ``migrations.run`` checks
    them all at the end.
    """
    parsed = sync_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, poolclass=NullPool, connect_args={"connect_timeout": 5})
    _make_room(parsed)
    engine = create_engine(parsed, poolclass=NullPool)
    _prepare_sqlite(engine, "foreign_keys=OFF")
    return engine


_current: list[Database] = []


def use(database: Database | None) -> None:
    """Make a database the one that ``begin`` opens units on; None forgets it."""
    _current[:] = [] if database is None else [database]


def database() -> Database:
    """The database of this process, opened from the settings on first use."""
    if not _current:
        _current.append(Database(settings().effective_database_url))
    return _current[0]


async def ping(*, seconds: float) -> None:
    """Ask the database for an answer. Raises ``Unavailable`` when none comes in time."""
    try:
        async with asyncio.timeout(seconds), database().connect(read_only=True) as connection:
            await connection.execute(select(1))
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        raise Unavailable(type(error).__name__) from error
