"""Turning the vault's keys: every wrapped key is wrapped anew, some at a time, while people go on reading."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.tables import ClientKey
from coord.clients.vault import rewrapped
from coord.kernel.sql import select
from coord.work import Unit, action

AT_ONCE = 500
Turned = tuple[int, UUID | None]
"""How many keys needed it, and where to go on; None: done."""


async def turn(
    unit: Unit, model: Any, anew: Callable[[Any], bytes | None], after: UUID | None, limit: int = AT_ONCE
) -> Turned:
    """Wrap the next keys of a table with the newest key of the ring.

    Raises ``CannotOpen`` when the ring no longer holds the key that one of them was wrapped with.
    """
    statement = select(model).order_by(col(model.id)).limit(limit).with_for_update()
    if after is not None:
        statement = statement.where(col(model.id) > after)
    rows = await unit.scalars(statement)
    turned = 0
    for row in rows:
        if (wrapped := anew(row)) is not None:
            row.wrapped = wrapped
            turned += 1
    if turned:
        audit.record_turn(unit, str(model.__tablename__), turned)
    return turned, rows[-1].id if len(rows) == limit else None


@action("key.rotate")
async def rotate_client_keys(unit: Unit, after: UUID | None = None, *, limit: int = AT_ONCE) -> Turned:
    """Wrap the next keys of clients. Raises ``CannotOpen``."""
    return await turn(unit, ClientKey, lambda row: rewrapped(row.id, row.wrapped), after, limit)
