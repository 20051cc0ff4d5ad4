"""Turning the vault's keys: every client's key is wrapped anew, some at a time, while people go on reading."""

from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.tables import ClientKey
from coord.clients.vault import rewrapped
from coord.kernel.sql import select
from coord.work import Unit, action

AT_ONCE = 500


@action("key.rotate")
async def rotate_client_keys(unit: Unit, after: UUID | None = None, *, limit: int = AT_ONCE) -> tuple[int, UUID | None]:
    """Wrap the next keys with the newest key of the ring; how many needed it, and where to go on (None: done).

    Raises ``CannotOpen`` when the ring no longer holds the key that one of them was wrapped with.
    """
    statement = select(ClientKey).order_by(col(ClientKey.id)).limit(limit).with_for_update()
    if after is not None:
        statement = statement.where(col(ClientKey.id) > after)
    rows = await unit.scalars(statement)
    turned = 0
    for row in rows:
        if (anew := rewrapped(row.id, row.wrapped)) is not None:
            row.wrapped = anew
            turned += 1
    if turned:
        audit.record_turn(unit, "client_key", turned)
    return turned, rows[-1].id if len(rows) == limit else None
