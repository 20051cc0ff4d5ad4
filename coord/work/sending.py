"""Statements that come back go to PostgreSQL's driver as they were sent before, without SQLAlchemy's way to it.

Whoever keeps a statement and runs it again pays for its text and its values alone: finding its SQL, making a context and
a cursor of each run costs more than the driver's own work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect
from sqlalchemy.engine import CursorResult, IteratorResult, Result
from sqlalchemy.ext.asyncio import AsyncConnection

from coord.kernel.sql import COUNTING
from coord.work.patience import failures_named

PREPARED_AFTER = 5
"""How often a connection is sent a statement before it is prepared there."""
_Process: TypeAlias = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Sent:
    """A statement as it was sent: its text, its values, how those of its open places are written, its columns."""

    text: str
    values: Mapping[str, Any]
    places: Mapping[str, _Process]
    columns: Any
    prepared_after: int | None

    def with_values(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The values of one run."""
        if not given:
            return self.values
        places = self.places.items()
        return {**self.values, **{name: write(given[name]) if write else given[name] for name, write in places}}


_sent: WeakKeyDictionary[Any, _Sent] = WeakKeyDictionary()


def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection, which is open already: no way through SQLAlchemy's bridge is needed to reach it."""
    opened = connection.sync_connection
    if opened is None:
        raise AssertionError("a unit's connection is open until the unit ends")
    return opened.connection.driver_connection


def prepared_after(options: Mapping[str, Any]) -> int | None:
    """When a statement is prepared; None: never, as one of figures, which is planned for its own dates.

    Of a plan for any dates PostgreSQL expects one row in two hundred, so that it looks cheap; counting a year of a million
    contacts by it takes three times as long.
    """
    return None if COUNTING in options else PREPARED_AFTER


async def send(connection: AsyncConnection, statement: Any, given: Mapping[str, Any]) -> Result[Any]:
    """The rows of a select of columns; ``given`` fills its open places."""
    dialect = connection.dialect
    known = _sent.get(statement) if dialect.name == "postgresql" else None
    if known is not None and given.keys() == known.places.keys():
        return await _again(connection, known, given)
    result: CursorResult[Any] = await connection.execute(statement, given)
    if dialect.name == "postgresql":
        _keep(statement, result, given, dialect)
    return result


async def _again(connection: AsyncConnection, known: _Sent, given: Mapping[str, Any]) -> Result[Any]:
    driver = driver_of(connection)
    driver.prepare_threshold = known.prepared_after
    with failures_named(connection.dialect):
        cursor = await driver.execute(known.text, known.with_values(given))
        return IteratorResult(known.columns, iter(await cursor.fetchall()))


def _keep(statement: Any, result: CursorResult[Any], given: Mapping[str, Any], dialect: Dialect) -> None:
    """Remember what was sent, unless a value of it is made in each run anew or as many as are given stand in its text."""
    context: Any = result.context
    (values,), binds = context.parameters, context.compiled.binds
    is_fixed = all(bind.callable is None for bind in binds.values())
    if is_fixed and given.keys() <= values.keys():
        places: dict[str, _Process] = {
            name: binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in given
        }
        columns = result._metadata  # noqa: SLF001  how rows become what the columns say; there is no public way to it
        _sent[statement] = _Sent(context.statement, values, places, columns, prepared_after(context.execution_options))
