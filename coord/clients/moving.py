"""A client goes to another hospital: the pseudonym, and the hashes under which they are found there."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from coord import audit
from coord.clients.actions import free_codes
from coord.clients.tables import Client, ClientMatchKey, ClientSearchKey
from coord.kernel.sql import select
from coord.work import Unit, action


@action("case.review")
async def move_client(unit: Unit, client: Client, hospital_id: UUID) -> None:
    """Put a client into another hospital of the actor, with the next free code there where the own is taken."""
    before = audit.facts(client)
    client.code = await _free_code(unit, client.code, hospital_id)
    client.hospital_id = hospital_id
    await unit.session.flush()
    for model in (ClientSearchKey, ClientMatchKey):
        moved = update(model).where(col(model.client_id) == client.id).values(hospital_id=hospital_id)
        await unit.session.run(moved.execution_options(synchronize_session=False))
    audit.record(unit, "client.move", client, before=before)


async def _free_code(unit: Unit, wanted: str, hospital_id: UUID) -> str:
    statement = select(Client.code).where(col(Client.hospital_id) == hospital_id, col(Client.code) == wanted)
    return wanted if await unit.scalar(statement) is None else (await free_codes(unit, hospital_id, 1))[0]
