"""Contacts after a case was closed: a reason to look again, which contacts themselves cannot know."""

from uuid import UUID

from sqlalchemy import exists, or_
from sqlalchemy.orm import aliased
from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.contacts.codes import AttendanceStatus, FlagKind, ServiceCode
from coord.contacts.quality_actions import raise_doubts
from coord.contacts.quality_rules import Doubt
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.work import Unit, action

_OF_CASES = (ServiceCode.CASE_CONTACT, ServiceCode.HOME_VISIT)
"""Services that belong to a case: other services go on when it is closed."""


@action("job.run")
async def flag_after_closure(unit: Unit, *contacts: UUID) -> int:
    """Flag services of a case on days after its closure on which no other case was going on; how many are new."""
    closed, going_on = aliased(CaseFile), aliased(CaseFile)
    of_client = (ServiceContact.client_id, ServiceContact.program_id)
    over = exists().where(
        col(closed.client_id) == col(of_client[0]),
        col(closed.program_id) == col(of_client[1]),
        col(closed.closed_on) < col(ServiceContact.occurred_on),
    )
    lives = exists().where(
        col(going_on.client_id) == col(of_client[0]),
        col(going_on.program_id) == col(of_client[1]),
        col(going_on.received_on) <= col(ServiceContact.occurred_on),
        or_(col(going_on.closed_on).is_(None), col(going_on.closed_on) >= col(ServiceContact.occurred_on)),
    )
    statement = select(ServiceContact.id).where(
        col(ServiceContact.id).in_(contacts),
        col(ServiceContact.service_code).in_(_OF_CASES),
        col(ServiceContact.attendance) == AttendanceStatus.ATTENDED,
        col(ServiceContact.withdrawn_at).is_(None),
        over,
        ~lives,
    )
    found = await unit.scalars(statement)
    return await raise_doubts(unit, [Doubt(contact, FlagKind.AFTER_CLOSURE) for contact in found])
