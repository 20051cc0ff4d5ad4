"""Who the workers are."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel import col

from coord.kernel.sql import select
from coord.work import Unit, read
from coord.work.listing import Listing, Sort
from coord.workforce.tables import Worker

WORKERS = Listing(
    "worker.list",
    Worker,
    {"id": Worker.id, "code": Worker.code, "display_name": Worker.display_name, "employer_id": Worker.employer_id},
    [Sort(col(Worker.code), str), Sort(col(Worker.id), UUID)],
)


@read("worker.list")
async def worker_of_actor(unit: Unit) -> Worker | None:
    """The worker behind the actor's account, None for accounts of other people."""
    if unit.actor.user_id is None:
        return None
    found: Worker | None = await unit.scalar(select(Worker).where(col(Worker.user_id) == unit.actor.user_id))
    return found


@read("worker.list")
async def workers_by_name(unit: Unit, employers: Collection[UUID], names: Collection[str]) -> dict[str, UUID]:
    """Workers of these employers by display name, for spreadsheets that know no codes."""
    statement = (
        select(Worker.display_name, Worker.id)
        .where(col(Worker.employer_id).in_(employers), col(Worker.display_name).in_(names))
        .order_by(col(Worker.code).desc())
    )
    return dict(map(tuple, await unit.rows(statement)))
