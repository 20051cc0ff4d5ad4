"""Numbers that are added to those that stand already, whoever made the row."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import JSON, Column, MetaData, String, Table, bindparam, cast, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from coord.access.views import BEHIND
from coord.work.unit import Unit

_AT_ONCE = 500


def _target(unit: Unit, model: type[SQLModel]) -> Table:
    """The table itself: SQLite cannot add to rows of a view, which is what a connection has of it."""
    # nosemgrep: around-the-guard -- sums that nobody's role may write: the walls refuse whoever is no part of the system
    table: Table = model.__table__  # type: ignore[attr-defined]
    if not unit.is_sqlite:
        return table
    columns = [Column(column.name, column.type, primary_key=column.primary_key) for column in table.columns]
    return Table(f"{table.name}{BEHIND}", MetaData(), *columns)


def _statement(table: Table, names: Sequence[str], numbers: Sequence[str], *, is_sqlite: bool) -> Any:
    """For one row on SQLite; for many as one JSON on PostgreSQL: its driver writes lists of values far more slowly."""
    insert = (sqlite if is_sqlite else postgresql).insert(table)
    if not is_sqlite:
        columns = [column(name, table.c[name].type) for name in names]
        given = func.json_to_recordset(cast(bindparam("rows", type_=String), JSON))
        rows = given.table_valued(*columns, name="added").render_derived(with_types=True)
        insert = insert.from_select(names, select(*rows.c))
    added = {name: table.c[name] + insert.excluded[name] for name in numbers}
    keys = [column.name for column in table.primary_key]
    return insert.on_conflict_do_update(index_elements=keys, set_=added)


async def add_to(unit: Unit, model: type[SQLModel], rows: Iterable[Mapping[str, Any]], numbers: Sequence[str]) -> None:
    """Add the ``numbers`` of these rows to the rows with the same key, or make them; for a part of the system alone."""
    table = _target(unit, model)
    keys = [column.name for column in table.primary_key]
    names = [*keys, *numbers]
    statement = _statement(table, names, numbers, is_sqlite=unit.is_sqlite)
    connection, waiting = await unit.session.connection(), list(rows)
    # In one order everywhere: two who add at once wait for each other, and never both.
    waiting.sort(key=lambda row: tuple(row[name] for name in keys))
    for start in range(0, len(waiting), _AT_ONCE):
        some = waiting[start : start + _AT_ONCE]
        given = some if unit.is_sqlite else {"rows": orjson.dumps(some).decode()}
        await connection.execute(statement, given)
