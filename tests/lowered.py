"""A look at the tables as migrations see them: with the wall down, which is put back by a rollback."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection

from coord.access.views import BEHIND
from coord.migrations.walls import lower
from coord.work.engine import Database, sync_engine

Answer = TypeVar("Answer")


def ask(url: str, question: Callable[[Connection], Answer]) -> Answer:
    """What a function of a plain connection says while the wall is down."""
    engine = sync_engine(url)
    with engine.connect() as connection:
        lower(connection)
        answer = question(connection)
        connection.rollback()
    engine.dispose()
    return answer


@asynccontextmanager
async def alter(store: Database, change: Callable[[Connection], None]) -> AsyncIterator[None]:
    """What the owner of a database does to its trail behind our back; afterwards everything is as it was."""
    engine = sync_engine(store.url.render_as_string(hide_password=False))
    real = ("audit_entry", "audit_head")
    with engine.begin() as connection:
        for table in real:
            connection.exec_driver_sql(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}{_end(store)}")  # noqa: S608  names of ours
    with engine.begin() as connection:
        _as_owner(connection, store, change)
    try:
        yield
    finally:
        with engine.begin() as connection:
            _as_owner(connection, store, lambda at: _restore(at, real))
        engine.dispose()


def _end(store: Database) -> str:
    return BEHIND if store.is_sqlite else ""


def _restore(connection: Connection, tables: tuple[str, ...]) -> None:
    for table in tables:
        connection.exec_driver_sql(f"DELETE FROM {table}")  # noqa: S608  a name of ours
        connection.exec_driver_sql(f"INSERT INTO {table} SELECT * FROM kept_{table}")  # noqa: S608  a name of ours
        connection.exec_driver_sql(f"DROP TABLE kept_{table}")


def _as_owner(connection: Connection, store: Database, change: Callable[[Connection], None]) -> None:
    """Without the triggers that refuse: an owner can switch them off."""
    if not store.is_sqlite:
        connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_stays")
        change(connection)
        connection.exec_driver_sql("ALTER TABLE audit_entry ENABLE TRIGGER audit_entry_stays")
        return
    triggers = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").all()
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    for table in ("audit_entry", "audit_head"):
        connection.exec_driver_sql(f"ALTER TABLE {table}{BEHIND} RENAME TO {table}")
    change(connection)
    for table in ("audit_entry", "audit_head"):
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {table}{BEHIND}")
    for _, sql in triggers:
        connection.exec_driver_sql(sql)
