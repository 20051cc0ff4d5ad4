"""Bulk loads on the unit's own connection: ten times the speed of inserts row by row."""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from coord.work import Unit

Facts = dict[str, Any]


@lru_cache
def _defaults(model: type[SQLModel]) -> dict[str, Any]:
    """Plain defaults of the columns that a caller may leave out."""
    return {
        name: None if field.default_factory or field.is_required() else field.default
        for name, field in model.model_fields.items()
    }


class _Kinds(dict[type, Callable[[Any], Any] | None]):
    """How a value of a type is stored; None: as it is."""

    def __missing__(self, kind: type) -> Callable[[Any], Any] | None:
        self[kind] = str.__str__ if issubclass(kind, StrEnum) else None
        return self[kind]


_SQLITE = _Kinds(
    {
        UUID: lambda value: value.hex,
        datetime: lambda value: value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        date: date.isoformat,
        list: json.dumps,
        dict: json.dumps,
    }
)
_POSTGRES = _Kinds({list: json.dumps, dict: json.dumps})


async def load(unit: Unit, model: type[SQLModel], rows: Iterable[Facts]) -> int:
    """Insert rows given by column; returns how many. Ids and required columns must be there."""
    defaults = _defaults(model)
    kinds = _SQLITE if unit.is_sqlite else _POSTGRES
    values = [
        tuple([value if (store := kinds[type(value)]) is None else store(value) for value in (defaults | row).values()])
        for row in rows
    ]
    if values:
        await (_insert if unit.is_sqlite else _copy)(unit, str(model.__tablename__), list(defaults), values)
    return len(values)


async def _insert(unit: Unit, table: str, columns: Sequence[str], values: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(columns))
    connection = await unit.session.connection()
    await connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)  # noqa: S608 - names of our own tables


async def _copy(unit: Unit, table: str, columns: Sequence[str], values: list[tuple[Any, ...]]) -> None:
    connection = await unit.session.connection()
    raw: Any = (await connection.get_raw_connection()).driver_connection
    async with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in values:
            await copy.write_row(row)
