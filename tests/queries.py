"""How many statements a piece of code sends: the same number however many rows there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from coord.work import Unit, engine

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET ", "SELECT NUM_NONNULLS(SET_CONFIG")


@contextmanager
def counting() -> Iterator[list[str]]:
    """Collect the statements of the block, without those that only frame a transaction."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # The head of the trail's chain is read and moved by PostgreSQL's own function, on SQLite by two statements.
        if "audit_head" not in statement and not statement.lstrip().upper().startswith(_FRAME):
            sent.append(statement)

    store = engine.database()
    targets = [side.engine.sync_engine for side in (store.people, store.system)]
    for target in targets:
        event.listen(target, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for target in targets:
            event.remove(target, "before_cursor_execute", note)


def plainly(unit: Unit) -> AsyncConnection:
    """The unit's own connection, for statements that nobody narrowed: what the database's own wall lets through."""
    return unit.session._connection  # noqa: SLF001  the product has no way to it but the one that ends a unit


@contextmanager
def queries(expected: int) -> Iterator[None]:
    """Assert that the block sends exactly this many statements."""
    with counting() as sent:
        yield
    assert len(sent) == expected, "\n".join([f"{len(sent)} statements, not {expected}:", *sent])
