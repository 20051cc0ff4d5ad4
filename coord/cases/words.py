"""What people wrote about a client in a case, sealed with the client's key and bound to its row."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from coord.cases.tables import CaseFile
from coord.clients.tables import ClientKey
from coord.clients.tombstones import refuse_a_tombstone
from coord.clients.vault import data_key, new_key
from coord.kernel.sealing import DataKey
from coord.work import Unit, read

Written = Mapping[str, str]


def _place(model: type[SQLModel], row_id: UUID) -> str:
    return f"{model.__tablename__}.words.{row_id}"


class Pen:
    """Seals and opens the words of one case."""

    def __init__(self, key: DataKey) -> None:
        """With the key of the case's client."""
        self.key = key

    def seal(self, model: type[SQLModel], row_id: UUID, words: Mapping[str, Any]) -> bytes:
        """The words that are not empty, for one row."""
        kept = {name: text for name, text in words.items() if text}
        return self.key.seal(json.dumps(kept, ensure_ascii=False), _place(model, row_id))

    def open(self, model: type[SQLModel], row_id: UUID, sealed: bytes | None) -> Written:
        """The words again. Raises ``CannotOpen``."""
        if sealed is None:
            return {}
        found: Written = json.loads(self.key.open(sealed, _place(model, row_id)))
        return found


@read("case.read")
async def pen_of(unit: Unit, case: CaseFile) -> Pen:
    """The pen of a case; a client without a key gets one. Raises ``NotFound`` for whoever may not read the client."""
    holder = case.key_id or case.client_id
    kept = await unit.session.get(ClientKey, holder)
    if kept is None:
        await refuse_a_tombstone(unit, case.client_id)
        kept, key = new_key(holder)
        unit.add(kept)
        await unit.session.flush()
    else:
        key = data_key(holder, kept.wrapped)
    case.key_id = holder
    return Pen(key)


@read("case.read")
async def reading_pen(unit: Unit, case: CaseFile) -> Pen | None:
    """The same for a unit that only reads; None when nothing was ever sealed."""
    kept = None if case.key_id is None else await unit.session.get(ClientKey, case.key_id)
    return None if kept is None or case.key_id is None else Pen(data_key(case.key_id, kept.wrapped))
