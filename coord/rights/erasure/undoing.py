"""The people of an import that is taken back: erased unless anything was recorded of them since."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col

from coord.clients.codes import ErasureBasis
from coord.clients.tables import Client
from coord.contacts.tables import ContactImport
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.rights.erasure.emptying import GONE
from coord.rights.erasure.erasing import erase
from coord.rights.subject import ROOT, about_clients
from coord.work import Unit, action

AT_ONCE = 100


@action("job.run")
async def undo_people(unit: Unit, import_id: UUID) -> bool:
    """Erase the next of the people whom an import registered; True when there is nobody left to look at.

    Done again after the end it changes nothing.
    """
    statement = select(ContactImport).where(col(ContactImport.id) == import_id).with_for_update()
    job: ContactImport | None = await unit.scalar(statement)
    if job is None or job.undone_at is None or job.outcome is None or "made" not in job.outcome:
        return True
    made, (gone, stayed) = list(job.outcome["made"]), job.outcome.get("undone", (0, 0))
    portion = [UUID(client) for client in made[:AT_ONCE]]
    untouched = await _untouched(unit, portion)
    program = await unit.find(Program, job.program_id)
    day = local_date(unit.started_at, program.time_zone)
    for client in untouched:
        await erase(unit, client, day, ErasureBasis.ENTERED_IN_ERROR)
    counts = [gone + len(untouched), stayed + len(portion) - len(untouched)]
    left = made[AT_ONCE:]
    job.outcome = {**{k: v for k, v in (job.outcome or {}).items() if k != "made"}, "undone": counts,
                   **({"made": left} if left else {})}  # fmt: skip
    return not left


async def _untouched(unit: Unit, clients: Sequence[UUID]) -> Sequence[UUID]:
    """Those of the clients of whom nothing is held but what was registered."""
    living = select(Client.id).where(
        col(Client.id).in_(clients), col(Client.erased_on).is_(None), col(Client.merged_into_id).is_(None)
    )
    left = set(await unit.scalars(living))
    for about in about_clients():
        if about.name == ROOT or about.name in GONE or not left:
            continue
        for way in about.ways:
            if way.towards == ROOT:
                column = getattr(about.model, way.column)
                left -= set(await unit.scalars(select(column).where(column.in_(left)).distinct()))
    return [client for client in clients if client in left]
