"""What is left of an erased person: a row for the figures, a day and a ground."""

from uuid import UUID

from coord.clients.tables import Client
from coord.kernel.errors import Erased
from coord.work import Unit, read


def opaque_code(client_id: UUID) -> str:
    """What stands in place of an erased person's code: of the row's own id, and of nothing about the person."""
    return f"X-{client_id.hex[-12:]}"


def refuse_erased(client: Client) -> None:
    """Raise ``Erased`` for a tombstone."""
    if client.erased_on is not None and client.erasure_basis is not None:
        raise Erased(client.erased_on, client.erasure_basis.value)


@read("client.list")
async def refuse_a_tombstone(unit: Unit, client_id: UUID) -> None:
    """Raise ``Erased`` for a person who was erased; nothing for others, or for those out of sight."""
    client = await unit.session.get(Client, client_id)
    if client is not None:
        refuse_erased(client)
