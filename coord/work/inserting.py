"""New rows that somebody else may have written a moment ago."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

from coord.kernel.sql import select
from coord.work.unit import Unit

ModelT = TypeVar("ModelT", bound=SQLModel)


async def insert_new(unit: Unit, rows: Sequence[ModelT]) -> list[ModelT]:
    """Insert rows, all in one savepoint; if the database refuses one, each in its own.

    Returns those that went in: a row that is there already does not lose the others.
    """
    if await _went_in(unit, rows):
        return list(rows)
    return [row for row in rows if await _went_in(unit, [row])]


async def _went_in(unit: Unit, rows: Sequence[SQLModel]) -> bool:
    try:
        await unit.session.savepoint(*rows)
    except IntegrityError:
        return False
    return True


async def locked_row(unit: Unit, fresh: ModelT, *where: ColumnElement[bool]) -> ModelT:
    """The one row that fits, kept for this unit until it ends; where there is none yet, the fresh one."""
    find = select(type(fresh)).where(*where).with_for_update()
    row: ModelT | None = await unit.scalar(find)
    if row is None:
        with suppress(IntegrityError):  # somebody else has just made it
            await unit.session.savepoint(fresh)
        row = await unit.scalar(find)
    if row is None:
        raise AssertionError("the row was made a moment ago")
    return row
