"""Consents of one person, for one act at a time: what is sent under a consent and its withdrawal never miss each other."""

from uuid import UUID

from sqlmodel import col

from coord.clients.tables import Client
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.work import Unit


async def hold(unit: Unit, client_id: UUID) -> None:
    """Until this unit ends nobody else sends anything of a client or withdraws a consent of theirs.

    Consents are only ever added, so there is no row of them to wait for; the client's is there. Raises ``NotFound``.
    """
    statement = select(Client.id).where(col(Client.id) == client_id).with_for_update(key_share=True)
    if await unit.scalar(statement) is None:
        raise NotFound
