"""Discharges: recorded by the care team; the newest one decides which follow-ups are due."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, delete

from coord import audit
from coord.clients.tables import Client, Discharge
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.inputs import Day, Input, Instant
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.work import Unit, action, read
from coord.work.listing import Listing, Sort

FOLLOWED_FOR = timedelta(days=187)
"""The last window of contact after discharge closes then."""
WITHDRAW_WITHIN = timedelta(days=7)
_MOST = 2000


class RecordDischarge(Input):
    """A client left the hospital at a moment."""

    client: UUID
    discharged_at: Instant


class RecordReadmission(Input):
    """A client is back in the hospital: nothing is due after the discharge before."""

    discharge: UUID
    readmitted_on: Day


DISCHARGES = Listing(
    "client.list",
    Discharge,
    {
        "id": Discharge.id,
        "client_id": Discharge.client_id,
        "discharged_at": Discharge.discharged_at,
        "readmitted_on": Discharge.readmitted_on,
        "recorded_at": Discharge.recorded_at,
    },
    [Sort(col(Discharge.discharged_at), datetime.fromisoformat), Sort(col(Discharge.id), UUID)],
    descending=True,
)


@dataclass(frozen=True, slots=True)
class Discharged:
    """A client's discharge, as follow-ups are counted from it."""

    id: UUID
    client_id: UUID
    discharged_at: datetime
    readmitted_on: date | None


@action("client.record_discharge")
async def record_discharge(unit: Unit, given: RecordDischarge) -> UUID:
    """Record that a client left the hospital.

    Raises ``Invalid`` for a moment to come, ``Conflict`` when that very discharge is recorded already.
    """
    client = await unit.find(Client, given.client)
    if given.discharged_at > unit.started_at:
        raise Invalid(Problem("discharged_at", "FUTURE_DATE"))
    program = await unit.find(Program, client.program_id)
    if local_date(given.discharged_at, program.time_zone) < program.starts_on:
        raise Invalid(Problem("discharged_at", "OUTSIDE_PROGRAM"))
    row = Discharge(
        program_id=client.program_id,
        hospital_id=client.hospital_id,
        client_id=client.id,
        discharged_at=given.discharged_at,
        recorded_at=unit.started_at,
        recorded_by_id=unit.actor.user_id,
    )
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        raise Conflict(Problem("discharged_at", "DISCHARGED_ALREADY")) from None
    audit.record(unit, "client.discharge", row)
    unit.later("referrals.follow_discharge", client=row.client_id)
    return row.id


@action("client.record_discharge")
async def record_readmission(unit: Unit, given: RecordReadmission) -> UUID:
    """Record that a discharged client is back; the discharge. Raises ``Invalid`` for a day before the discharge or to come."""
    row = await unit.find(Discharge, given.discharge)
    program = await unit.find(Program, row.program_id)
    if given.readmitted_on > local_date(unit.started_at, program.time_zone):
        raise Invalid(Problem("readmitted_on", "FUTURE_DATE"))
    if given.readmitted_on < local_date(row.discharged_at, program.time_zone):
        raise Invalid(Problem("readmitted_on", "ENDS_BEFORE_START"))
    before = audit.facts(row)
    row.readmitted_on = given.readmitted_on
    audit.record(unit, "client.readmit", row, before=before)
    unit.later("referrals.follow_discharge", client=row.client_id)
    return row.id


@action("client.record_discharge")
async def withdraw_discharge(unit: Unit, discharge_id: UUID) -> UUID:
    """Take back a discharge that was recorded by mistake in the last seven days; whose it was.

    The trail keeps what it said. Raises ``Conflict`` when it is too late, or when the person was readmitted since.
    """
    row = await unit.find(Discharge, discharge_id)
    if unit.started_at - row.recorded_at > WITHDRAW_WITHIN or row.readmitted_on is not None:
        raise Conflict(Problem("discharge", "TOO_LATE_TO_WITHDRAW"))
    client = row.client_id
    audit.record(unit, "client.withdraw_discharge", row, before=audit.facts(row))
    await unit.session.run(delete(Discharge).where(col(Discharge.id) == discharge_id))
    unit.later("referrals.follow_discharge", client=client)
    return client


@action("client.record_discharge")
async def withdraw_readmission(unit: Unit, discharge_id: UUID) -> UUID:
    """Take back that somebody came back: follow-ups are due again; whose discharge it is. Raises ``Conflict`` without one."""
    row = await unit.find(Discharge, discharge_id)
    if row.readmitted_on is None:
        raise Conflict(Problem("discharge", "NOT_READMITTED"))
    before = audit.facts(row)
    row.readmitted_on = None
    audit.record(unit, "client.withdraw_readmission", row, before=before)
    unit.later("referrals.follow_discharge", client=row.client_id)
    return row.client_id


_SHOWN = (Discharge.id, Discharge.client_id, Discharge.discharged_at, Discharge.readmitted_on)


@read("client.list")
async def discharges_since(unit: Unit, hospital_id: UUID, since: datetime) -> Sequence[Discharged]:
    """The discharges of a hospital from a moment on, the newest first."""
    statement = (
        select(*_SHOWN)
        .where(col(Discharge.hospital_id) == hospital_id, col(Discharge.discharged_at) >= since)
        .order_by(col(Discharge.discharged_at).desc(), col(Discharge.id))
        .limit(_MOST)
    )
    return [Discharged(*row) for row in await unit.rows(statement)]


@read("client.list")
async def discharges_of(unit: Unit, clients: Collection[UUID]) -> Mapping[UUID, Sequence[Discharged]]:
    """All discharges of these clients, the newest first."""
    statement = (
        select(*_SHOWN)
        .where(col(Discharge.client_id).in_(clients))
        .order_by(col(Discharge.discharged_at).desc(), col(Discharge.id))
        .limit(_MOST)
    )
    found: dict[UUID, list[Discharged]] = {}
    for row in await unit.rows(statement):
        found.setdefault(row.client_id, []).append(Discharged(*row))
    return found
