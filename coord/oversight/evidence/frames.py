"""The records that a sample is drawn from."""

from uuid import UUID

from sqlmodel import col

from coord.contacts.codes import ContactStatus
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.periods.rules import first_day, last_day
from coord.work import Unit, read


@read("evidence.check")
async def frame_of(unit: Unit, program_id: UUID, hospital_id: UUID, month: str) -> frozenset[UUID]:
    """The records of a hospital's month that are more than a draft and were not taken back."""
    statement = select(ServiceContact.id).where(
        col(ServiceContact.program_id) == program_id,
        col(ServiceContact.hospital_id) == hospital_id,
        col(ServiceContact.occurred_on).between(first_day(month), last_day(month)),
        col(ServiceContact.status) != ContactStatus.DRAFT,
    )
    return frozenset(await unit.scalars(statement))
