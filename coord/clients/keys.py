"""A client's own key, for what is sealed with it: once the key is destroyed, nothing of it can be read again."""

from uuid import UUID

from coord.clients.tables import Client, ClientKey
from coord.clients.tombstones import refuse_erased
from coord.clients.vault import data_key
from coord.kernel.errors import NotFound
from coord.kernel.sealing import DataKey
from coord.work import Unit


def place_of(table: str, column: str, row_id: UUID) -> str:
    """Where a sealed value stands; it opens nowhere else."""
    return f"{table}.{column}.{row_id}"


async def key_of(unit: Unit, client_id: UUID) -> DataKey:
    """The key of a client. Raises ``NotFound`` where the actor may not read the person, ``Erased`` where nobody can any more."""
    row = await unit.session.get(ClientKey, client_id)
    if row is None:
        refuse_erased(await unit.find(Client, client_id))
        raise NotFound
    return data_key(client_id, row.wrapped)
