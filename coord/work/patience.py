"""How long one statement may take: a unit that is asked by strangers ends a statement that will not end by itself."""

import math
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.ext.asyncio import AsyncConnection

from coord.kernel.errors import TooSlow, Unavailable

# How many steps of SQLite's machine lie between two looks at the clock: some ten milliseconds.
_STEPS = 500_000
_CANCELED = "57014"  # PostgreSQL's query_canceled
_INTERRUPTED = "interrupted"


def is_too_slow(error: BaseException) -> bool:
    """Whether a driver's error says that a statement was ended for its time."""
    return getattr(error, "sqlstate", None) == _CANCELED or str(error) == _INTERRUPTED


def name_slow_statements(engine: Engine) -> None:
    """Let a statement that was ended for its time raise ``TooSlow``, whoever sent it."""

    @event.listens_for(engine, "handle_error")
    def _name(context: ExceptionContext) -> None:
        if is_too_slow(context.original_exception):
            raise TooSlow from context.original_exception


@contextmanager
def failures_named(dialect: Dialect) -> Iterator[None]:
    """What SQLAlchemy's own calls would raise where one of the driver's fails."""
    try:
        yield
    except (dialect.loaded_dbapi.OperationalError, sqlite3.OperationalError) as error:
        if is_too_slow(error):
            raise TooSlow from error
        raise Unavailable(type(error).__name__) from error


def without_limit(connection: AsyncConnection) -> None:
    """Let what follows on an SQLite connection take its time, until the next statement of SQLAlchemy's."""
    (connection.sync_connection or connection).info["limit"]["until"] = math.inf


def time_sqlite_statements(engine: Engine) -> None:
    """Let SQLite look at the clock while it works; the unit says for how long."""

    @event.listens_for(engine, "connect")
    def _open(connection: Any, record: Any) -> None:
        record.info["limit"] = limit = {"seconds": math.inf, "until": math.inf}
        over: Callable[[], bool] = lambda: time.monotonic() > limit["until"]  # noqa: E731  called by SQLite itself
        connection.run_async(lambda driver: driver.set_progress_handler(over, _STEPS))

    @event.listens_for(engine, "before_cursor_execute")
    def _start(connection: Connection, *_: Any) -> None:
        limit = connection.info["limit"]
        limit["until"] = time.monotonic() + limit["seconds"]

    @event.listens_for(engine, "checkin")
    def _forget(_connection: object, record: Any) -> None:
        if "limit" in record.info:
            record.info["limit"].update(seconds=math.inf, until=math.inf)
