"""Records as the care team reads them; every reading of one is on the trail."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.clients.record.sealing import SHOWN, opened_record
from coord.clients.record.tables import ClientRecord
from coord.clients.tables import ClientKey
from coord.clients.vault import data_key
from coord.kernel.sql import select
from coord.work import Unit, read
from coord.work.pace import Pace, keep_pace


@read("client.read_identity")
async def records(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """What the records of these clients say, by client; of clients that are only shared with the actor nothing."""
    if not ids:
        return {}
    statement = (
        select(ClientRecord.id, ClientKey.wrapped, *(getattr(ClientRecord, name) for name in SHOWN))
        .join(ClientKey, col(ClientKey.id) == col(ClientRecord.id))
        .where(col(ClientRecord.id).in_(ids))
    )
    rows = await unit.rows(statement)
    await keep_pace(unit, Pace.NAMES, len(rows))
    audit.record_reading(unit, "client.read_identity", "client", [row.id for row in rows])
    return {row.id: opened_record(row, data_key(row.id, row.wrapped)) for row in rows}
