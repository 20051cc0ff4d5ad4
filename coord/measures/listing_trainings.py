"""Supporters who were trained and got a certificate."""

from sqlmodel import col

from coord.contacts.codes import ServiceCode
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import counting, select
from coord.measures.counted import Counted, Rows, at_hospitals
from coord.measures.counting import delivered, kept
from coord.measures.inputs import MeasureQuery
from coord.programs import ProgramFacts
from coord.work import Unit


async def certificates(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """The certificates that trainings of supporters gave, by the day of the training."""
    contact = ServiceContact
    statement = select(
        contact.id, contact.certificates, contact.occurred_on, contact.hospital_id, contact.agency_id
    ).where(
        col(contact.program_id) == program.id,
        col(contact.occurred_on).between(query.from_day, query.to_day),
        col(contact.certificates).is_not(None),
        col(contact.service_code) == ServiceCode.SUPPORTER_TRAINING,
        delivered(),
        kept(),
        *at_hospitals(col(contact.hospital_id), query),
    )
    return {"supporters_certified": [Counted(*row) for row in await unit.rows(counting(statement))]}
