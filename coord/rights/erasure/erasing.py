"""Erasing a person: keys destroyed, names and hashes gone, a tombstone in their place. Done again, it changes nothing."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, update
from sqlmodel import col

from coord.access import system
from coord.audit.trail import entry, put
from coord.clients.codes import ErasureBasis
from coord.clients.merging import former_files
from coord.clients.tables import Client, ClientRestriction, ClientShare
from coord.clients.tombstones import opaque_code
from coord.contacts.codes import ImportState
from coord.contacts.tables import ContactImport, ImportFile
from coord.kernel.sql import select
from coord.rights.erasure.emptying import EMPTIED, GONE
from coord.rights.subject import about_clients, rows_about
from coord.work import Unit, action

ERASER = system("erasure", "destroys the keys of a person whom two people agreed to erase", "client.list", "job.run")
_OVER = (ImportState.DONE, ImportState.REFUSED)


@action("job.run")
async def erase(unit: Unit, client_id: UUID, day: date, basis: ErasureBasis) -> Sequence[UUID]:
    """Erase a person with the files that were merged into theirs; the ids of the files that were not erased before."""
    ids = [client_id, *await former_files(unit, client_id)]
    living = select(Client).where(col(Client.id).in_(ids), col(Client.erased_on).is_(None))
    files: Sequence[Client] = await unit.scalars(living.order_by(col(Client.id)).with_for_update())
    if not files:
        return []
    erased = [client.id for client in files]
    codes = {client.code: opaque_code(client.id) for client in files}
    await _forget_codes(unit, {client.hospital_id for client in files}, codes)
    await _empty(unit, erased)
    await unit.session.flush()
    for client in files:
        await _change(unit, Client, col(Client.id) == client.id,
                      {"code": opaque_code(client.id), "erased_on": day, "erasure_basis": basis})  # fmt: skip
        facts = {"erased_on": str(day), "basis": basis.value}
        put(unit, [entry(unit.actor, unit.started_at, "client.erase", "client", client.id, after=facts)])
    await _change(unit, ClientRestriction, col(ClientRestriction.client_id).in_(erased) & col(ClientRestriction.lifted_at).is_(None),
                  {"lifted_at": unit.started_at, "lifted_by_name": unit.actor.name})  # fmt: skip
    await _change(unit, ClientShare, col(ClientShare.client_id).in_(erased) & col(ClientShare.ended_at).is_(None),
                  {"ended_at": unit.started_at})  # fmt: skip
    unit.later("rights.note_erased")
    return erased


async def _empty(unit: Unit, clients: Sequence[UUID]) -> None:
    """Every table about these clients, those that name keys before the keys."""
    known = about_clients()
    for about in known:
        if about.name in EMPTIED:
            await _change(unit, about.model, rows_about(about, clients), EMPTIED[about.name])
    for about in reversed(known):
        if about.name in GONE:
            gone = delete(about.model).where(rows_about(about, clients))
            await unit.session.run(gone.execution_options(synchronize_session=False))


async def _change(unit: Unit, model: Any, where: Any, values: Mapping[str, Any]) -> None:
    changed = update(model).where(where).values(values)
    await unit.session.run(changed.execution_options(synchronize_session=False))


async def _forget_codes(unit: Unit, hospitals: set[UUID], codes: Mapping[str, str]) -> None:
    """Reports on workbooks name codes of clients, and the workbooks of finished imports name more than that."""
    done = select(ContactImport).where(
        col(ContactImport.hospital_id).in_(hospitals), col(ContactImport.state).in_(_OVER)
    )
    for row in await unit.scalars(done):
        said = orjson.dumps(row.outcome).decode() if row.outcome else ""
        for code, opaque in codes.items():
            said = said.replace(orjson.dumps(code).decode(), orjson.dumps(opaque).decode())
        if row.outcome and said != orjson.dumps(row.outcome).decode():
            row.outcome = orjson.loads(said)
    over = select(ContactImport.id).where(
        col(ContactImport.hospital_id).in_(hospitals), col(ContactImport.state).in_(_OVER)
    )
    await unit.session.run(
        delete(ImportFile).where(col(ImportFile.id).in_(over)).execution_options(synchronize_session=False)
    )
