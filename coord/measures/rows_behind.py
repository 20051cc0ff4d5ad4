"""What stands behind a figure, by id: who or what each row is, for people to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.engine import RowMapping
from sqlmodel import col

from coord.cases.tables import CaseFile
from coord.clients.tables import Client, Discharge
from coord.contacts.tables import Presence, ServiceGroup
from coord.kernel.ids import person_key
from coord.kernel.sql import counting, select
from coord.organizations.tables import Organization
from coord.placements.tables import Placement
from coord.referrals.tables import Referral
from coord.work import Unit, read
from coord.workforce.tables import Worker


@dataclass(frozen=True, slots=True)
class PersonBehind:
    """A counted person: the pseudonymous client, or a relative of that client."""

    person_id: UUID
    client_id: UUID
    client_code: str
    is_relative: bool


@read("measure.read")
async def people_behind(unit: Unit, person_ids: Sequence[UUID]) -> dict[UUID, PersonBehind]:
    """Which clients stand behind counted persons."""
    statement = (
        select(Presence.person_id, Client.id, Client.code)
        .join(Client, col(Client.id) == col(Presence.client_id))
        .where(col(Presence.person_id).in_(person_ids))
        .distinct()
    )
    found = {
        person: PersonBehind(person, client, code, person != person_key(client, 0))
        for person, client, code in await unit.rows(counting(statement))
    }
    # Somebody whose scores count was perhaps never met by a worker.
    rest = [person for person in person_ids if person not in found]
    clients = select(Client.id, Client.code).where(col(Client.id).in_(rest))
    scored = await unit.rows(counting(clients)) if rest else []
    return found | {client: PersonBehind(client, client, code, is_relative=False) for client, code in scored}


@read("measure.read")
async def cases_behind(unit: Unit, case_ids: Sequence[UUID]) -> dict[UUID, RowMapping]:
    """Cases by id with the client's code."""
    statement = (
        select(CaseFile.id, Client.code, CaseFile.opened_on, CaseFile.closed_on, CaseFile.closure)
        .join(Client, col(Client.id) == col(CaseFile.client_id))
        .where(col(CaseFile.id).in_(case_ids))
    )
    return {row["id"]: row for row in (await unit.session.run(statement)).mappings()}


@read("measure.read")
async def referrals_behind(unit: Unit, referral_ids: Sequence[UUID]) -> dict[UUID, RowMapping]:
    """Referrals by id: their code, day, need and state, and no person."""
    columns = (Referral.id, Referral.code, Referral.sent_on, Referral.need, Referral.state)
    statement = select(*columns).where(col(Referral.id).in_(referral_ids))
    return {row["id"]: row for row in (await unit.session.run(statement)).mappings()}


@read("measure.read")
async def groups_behind(unit: Unit, group_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of groups by id."""
    statement = select(ServiceGroup.id, ServiceGroup.name).where(col(ServiceGroup.id).in_(group_ids))
    return dict(map(tuple, await unit.rows(counting(statement))))


@read("measure.read")
async def discharges_behind(unit: Unit, discharge_ids: Sequence[UUID]) -> dict[UUID, RowMapping]:
    """Discharges by id with the client's code; who may not see the client gets no row."""
    statement = (
        select(Discharge.id, Client.code, Discharge.discharged_at, Discharge.readmitted_on)
        .join(Client, col(Client.id) == col(Discharge.client_id))
        .where(col(Discharge.id).in_(discharge_ids))
    )
    return {row["id"]: row for row in (await unit.session.run(statement)).mappings()}


@read("measure.read")
async def workers_behind(unit: Unit, worker_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Names of workers by id."""
    statement = select(Worker.id, Worker.display_name).where(col(Worker.id).in_(worker_ids))
    return dict(map(tuple, await unit.rows(statement)))


@read("measure.read")
async def posts_behind(unit: Unit, post_ids: Sequence[UUID]) -> dict[UUID, RowMapping]:
    """Posts by id: the hospital, who fills them, from when to when."""
    statement = (
        select(Placement.id, Organization.name, Worker.display_name, Placement.starts_on, Placement.ends_on)
        .join(Organization, col(Organization.id) == col(Placement.hospital_id))
        .outerjoin(Worker, col(Worker.id) == col(Placement.worker_id))
        .where(col(Placement.id).in_(post_ids))
    )
    return {row["id"]: row for row in (await unit.session.run(statement)).mappings()}
