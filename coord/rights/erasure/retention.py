"""Until when the record of a person has to be kept: by their last event of care and by where they were cared for."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, or_
from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.clients.tables import Client, Discharge
from coord.contacts.codes import Setting
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import select
from coord.outcomes.tables import ScaleScore
from coord.programs.tables import Program
from coord.referrals.tables import Referral
from coord.rights.erasure.rules import Kept, held_until
from coord.settings import settings
from coord.work import Unit, read

_EVENTS: Sequence[tuple[Any, Any]] = (
    (ServiceContact.occurred_on, ServiceContact.client_id),
    (Presence.occurred_on, Presence.client_id),
    (ScaleScore.taken_on, ScaleScore.client_id),
    (CaseFile.received_on, CaseFile.client_id),
    (CaseFile.closed_on, CaseFile.client_id),
    (Discharge.discharged_at, Discharge.client_id),
    (Referral.sent_on, Referral.client_id),
    (Referral.closed_at, Referral.client_id),
    (Client.registered_at, Client.id),
)
"""Days and moments on which somebody was cared for, with the column that names the client."""


def kept() -> Kept:
    """The years of the settings."""
    return Kept(settings().keep_outpatient_years, settings().keep_inpatient_years)


@read("client.list")
async def hold_date(unit: Unit, clients: Sequence[UUID]) -> date:
    """The first day on which these files of one person may be erased, by the rows that the actor sees."""
    zone = await unit.scalar(
        select(Program.time_zone).join(Client, col(Client.program_id) == col(Program.id)).where(Client.id == clients[0])
    )
    days = []
    for at, whose in _EVENTS:
        last = await unit.scalar(select(func.max(at)).where(col(whose).in_(clients)))
        if last is not None:
            days.append(local_date(last, zone) if isinstance(last, datetime) else last)
    return held_until(max(days), kept(), inpatient=await _was_inpatient(unit, clients))


async def _was_inpatient(unit: Unit, clients: Sequence[UUID]) -> bool:
    """A bed, a discharge, or a contact on a ward."""
    on_ward = exists().where(
        col(ServiceContact.client_id) == col(Client.id), col(ServiceContact.setting) == Setting.WARD
    )
    left = exists().where(col(Discharge.client_id) == col(Client.id))
    statement = select(Client.id).where(col(Client.id).in_(clients), or_(col(Client.bed).is_not(None), left, on_ward))
    return await unit.scalar(statement.limit(1)) is not None
