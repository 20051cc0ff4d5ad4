"""How soon people who were referred were met, and whether they came to what was arranged first."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import col

from coord.contacts.codes import AttendanceStatus
from coord.contacts.tables import ServiceContact
from coord.kernel.clock import local_date
from coord.kernel.sql import counting, select
from coord.measures.counted import Counted, Rows, at_hospitals
from coord.measures.counting import kept
from coord.measures.inputs import MeasureQuery
from coord.programs import ProgramFacts
from coord.referrals.tables import Referral
from coord.work import Unit

_HOUR = timedelta(hours=1)
_SOON = timedelta(days=7)
_ARRANGED = (AttendanceStatus.ATTENDED, AttendanceStatus.NO_SHOW)


async def meetings(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """Of the referrals sent in the period: whole hours to the first contact, first appointments, and those kept."""
    return {**await _first_contacts(unit, program, query), **await _appointments(unit, program, query)}


def _sent(program: ProgramFacts, query: MeasureQuery) -> Sequence[Any]:
    return [
        col(Referral.program_id) == program.id,
        col(Referral.sent_on).between(query.from_day, query.to_day),
        *at_hospitals(col(Referral.source_id), query),
    ]


async def _first_contacts(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """Hours from the last sending, begun ones do not count; and who was met within seven days of acceptance."""
    statement = select(
        Referral.id,
        Referral.sent_at,
        Referral.accepted_at,
        Referral.first_contact_at,
        Referral.sent_on,
        Referral.source_id,
        Referral.target_id,
    ).where(*_sent(program, query), col(Referral.first_contact_at).is_not(None))
    hours, soon = [], []
    for key, sent_at, accepted_at, met_at, day, source, target in await unit.rows(counting(statement)):
        hours.append(Counted(key, max((met_at - sent_at) // _HOUR, 0), day, source, receiver_id=target))
        if accepted_at is not None and met_at - accepted_at <= _SOON:
            soon.append(Counted(key, 1, day, source, receiver_id=target))
    return {"first_contact_hours": hours, "first_contacts_7d": soon}


async def _appointments(unit: Unit, program: ProgramFacts, query: MeasureQuery) -> Rows:
    """The first entry of the receiving side with the person after acceptance; what was canceled was no appointment."""
    statement = (
        select(
            Referral.id, Referral.accepted_at, Referral.sent_on, Referral.source_id, Referral.target_id,
            ServiceContact.occurred_on, ServiceContact.attendance,
        )
        .join(
            ServiceContact,
            (col(ServiceContact.client_id) == col(Referral.client_id))
            & (col(ServiceContact.hospital_id) == col(Referral.target_id)),
        )
        .where(
            *_sent(program, query), col(Referral.accepted_at).is_not(None), kept(),
            col(ServiceContact.attendance).in_(_ARRANGED), col(ServiceContact.is_collateral).is_(False),
        )
        .order_by(col(Referral.id), col(ServiceContact.occurred_on), col(ServiceContact.recorded_at))
    )  # fmt: skip
    first: dict[Any, tuple[Counted, bool]] = {}
    for referral, accepted_at, sent_on, source, target, day, attendance in await unit.rows(counting(statement)):
        if referral not in first and day >= local_date(accepted_at, program.time_zone):
            row = Counted(referral, 1, sent_on, source, receiver_id=target)
            first[referral] = row, attendance is AttendanceStatus.ATTENDED
    return {
        "first_appointments": [row for row, _ in first.values()],
        "first_appointments_kept": [row for row, is_kept in first.values() if is_kept],
    }
