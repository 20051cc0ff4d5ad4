"""What workers wrote that they would do next, once its day has come."""

from collections.abc import Sequence

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import col

from coord.contacts.process.tables import ProcessRecord
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.work import Unit, read
from coord.worklists.codes import WorkKind
from coord.worklists.desk import Desk
from coord.worklists.rules import Entry

_MOST = 500


@read("work.list")
async def next_steps(unit: Unit, desk: Desk) -> Sequence[Entry]:
    """Next steps of the worker's own records whose day has come; the next record about the person settles one."""
    later = aliased(ServiceContact)
    went_on = exists().where(
        col(later.client_id) == col(ServiceContact.client_id),
        col(later.worker_id) == col(ServiceContact.worker_id),
        col(later.occurred_on) > col(ServiceContact.occurred_on),
        col(later.withdrawn_at).is_(None),
    )
    statement = (
        select(ServiceContact.id, ServiceContact.client_id, ProcessRecord.next_on)
        .join(ProcessRecord, col(ProcessRecord.id) == col(ServiceContact.id))
        .where(
            col(ServiceContact.worker_id) == desk.post.worker_id,
            col(ServiceContact.hospital_id) == desk.post.hospital_id,
            col(ProcessRecord.next_on) <= desk.today,
            ~went_on,
        )
        .order_by(col(ProcessRecord.next_on))
        .limit(_MOST)
    )
    return [
        Entry(WorkKind.NEXT_STEP, f"{contact}/{day}", day, client, contact)
        for contact, client, day in await unit.rows(statement)
    ]
