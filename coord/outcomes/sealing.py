"""What is written about a person's danger or answers, under the person's own key: only the care team opens it."""

from contextlib import suppress
from uuid import UUID

from coord.clients.merging import former_files
from coord.clients.tables import ClientKey
from coord.clients.tombstones import refuse_a_tombstone
from coord.clients.vault import data_key, new_key
from coord.kernel.sealing import CannotOpen, DataKey
from coord.work import Unit


async def _key(unit: Unit, client: UUID) -> DataKey:
    """The client's key; one is made for a client of whom the vault holds nothing yet."""
    kept = await unit.session.get(ClientKey, client)
    if kept is not None:
        return data_key(client, kept.wrapped)
    await refuse_a_tombstone(unit, client)
    row, key = new_key(client)
    unit.add(row)
    await unit.session.flush()
    return key


async def seal(unit: Unit, client: UUID, place: str, text: str | None) -> bytes | None:
    """A text, bound to its place; None for none."""
    return None if text is None else (await _key(unit, client)).seal(text, place)


async def unseal(unit: Unit, client: UUID, place: str, sealed: bytes) -> str:
    """The text again. Raises ``CannotOpen``."""
    try:
        return (await _key(unit, client)).open(sealed, place)
    except CannotOpen:
        # Written about a file that has since been found to be a double of this one.
        for former in await former_files(unit, client):
            with suppress(CannotOpen):
                return (await _key(unit, former)).open(sealed, place)
        raise
