"""Many new rows at once, of which somebody else may have written some a moment ago."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel

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
