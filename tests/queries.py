"""How many statements a piece of code sends: the same number however many rows there are."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from psycopg import AsyncCursor
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from coord.work import Unit, engine

_FRAME = (
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "RELEASE",
    "PRAGMA",
    "SET ",
    "SELECT NUM_NONNULLS(SET_CONFIG",
    "SELECT AUDIT_APPEND",
)


@contextmanager
def counting() -> Iterator[list[str]]:
    """Collect the statements of the block, without those that only frame a transaction."""
    sent: list[str] = []

    def note(statement: str, _values: Any) -> None:
        # The head of the trail's chain is read and moved by PostgreSQL's own function, on SQLite by two statements.
        if "audit_head" not in statement and not statement.lstrip().upper().startswith(_FRAME):
            sent.append(statement)

    with _heard_by_sqlalchemy(note) if engine.database().is_sqlite else heard_by_the_driver(note):
        yield sent


@contextmanager
def _heard_by_sqlalchemy(note: Callable[[str, Any], None]) -> Iterator[None]:
    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        note(statement, values)

    store = engine.database()
    targets = [side.engine.sync_engine for side in (store.people, store.system)]
    for target in targets:
        event.listen(target, "before_cursor_execute", hear)
    try:
        yield
    finally:
        for target in targets:
            event.remove(target, "before_cursor_execute", hear)


@contextmanager
def heard_by_the_driver(note: Callable[[str, Any], None]) -> Iterator[None]:
    """Every statement that PostgreSQL is sent, with its values: not all of them go through SQLAlchemy."""

    def noting(method: Any) -> Any:
        async def run(cursor: Any, query: str, values: Any = None, **how: Any) -> Any:
            note(query, values)
            return await method(cursor, query, values, **how)

        return run

    with ExitStack() as stack:
        for name in ("execute", "executemany"):
            stack.enter_context(mock.patch.object(AsyncCursor, name, noting(getattr(AsyncCursor, name))))
        yield


def plainly(unit: Unit) -> AsyncConnection:
    """The unit's own connection, for statements that nobody narrowed: what the database's own wall lets through."""
    return unit.session._connection  # noqa: SLF001  the product has no way to it but the one that ends a unit


@contextmanager
def queries(expected: int) -> Iterator[None]:
    """Assert that the block sends exactly this many statements."""
    with counting() as sent:
        yield
    assert len(sent) == expected, "\n".join([f"{len(sent)} statements, not {expected}:", *sent])
