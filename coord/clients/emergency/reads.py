"""What an opening shows: the client to who opened it, the opening to those who review it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord import audit
from coord.clients.access import EMERGENCY_ROLES
from coord.clients.codes import CareStage, EmergencyReason, EmergencyVerdict, Gender
from coord.clients.emergency.rules import REVIEWED_WITHIN, is_overdue, is_running, minutes_left
from coord.clients.tables import Client, ClientIdentity, ClientKey, EmergencyAccess
from coord.clients.vault import opened_identity
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.programs.tables import Part, Participation
from coord.work import Unit, read
from coord.work.listing import another

MOST_SHOWN = 100
_MOST_HOSPITALS = 2000


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """A client as somebody in an emergency sees one: who, how to reach them, what the hospital recorded of them."""

    code: str
    name: str
    phone: str | None
    gender: Gender
    birth_year: int | None
    bed: str | None
    stage: CareStage | None
    minutes_left: int


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening, for who made it and for who reviews it."""

    id: UUID
    client_code: str
    hospital: str
    organization: str
    user_id: UUID
    user_name: str
    reason: EmergencyReason
    explanation: str
    opened_at: datetime
    until_at: datetime
    ended_at: datetime | None
    reviewed_at: datetime | None
    reviewer_name: str | None
    verdict: EmergencyVerdict | None
    remark: str | None
    runs: bool
    is_overdue: bool


@read("emergency.open")
async def running_emergency(unit: Unit) -> tuple[UUID, int] | None:
    """The actor's opening that runs just now and the minutes left; None without one."""
    own = select(EmergencyAccess).where(
        col(EmergencyAccess.user_id) == unit.actor.user_id,
        col(EmergencyAccess.ended_at).is_(None),
        col(EmergencyAccess.until_at) > unit.started_at,
    )
    row: EmergencyAccess | None = await unit.scalar(own.limit(1))
    return None if row is None else (row.id, minutes_left(row.until_at, unit.started_at))


@read("emergency.open")
async def emergency_card(unit: Unit, opening: UUID) -> EmergencyCard:
    """The client of one's own opening while it runs; each look is on the trail. Raises ``NotFound`` afterwards.

    The rows come through the actor's own walls: if those have closed, there is nothing to show.
    """
    row = await unit.find(EmergencyAccess, opening)
    if row.user_id != unit.actor.user_id or not is_running(row.opened_at, row.until_at, row.ended_at, unit.started_at):
        raise NotFound
    client, key = await unit.find(Client, row.client_id), await unit.find(ClientKey, row.client_id)
    sealed = await unit.find(ClientIdentity, row.client_id)
    audit.record_reading(unit, "emergency.read", "client", [client.id])
    name, phone = opened_identity(client.id, key.wrapped, sealed.name, sealed.phone)
    facts = (client.gender, client.birth_year, client.bed, client.stage)
    return EmergencyCard(client.code, name, phone, *facts, minutes_left(row.until_at, unit.started_at))


@read("emergency.open")
async def hospitals_within_reach(unit: Unit) -> Sequence[tuple[UUID, str]]:
    """The hospitals of the programs in which an organization takes part where the actor may open in an emergency."""
    own = another(Participation, "own")
    statement = (
        select(Organization.id, Organization.name)
        .join(Participation, col(Participation.organization_id) == col(Organization.id))
        .join(own, own.program_id == col(Participation.program_id))
        .where(col(Participation.part) == Part.HOSPITAL, own.organization_id.in_(unit.actor.at(*EMERGENCY_ROLES)))
        .distinct()
        .order_by(col(Organization.name), col(Organization.id))
        .limit(_MOST_HOSPITALS)
    )
    return [(row.id, row.name) for row in await unit.rows(statement)]


@read("emergency.review")
async def openings(unit: Unit) -> Sequence[Opening]:
    """The openings that the actor made or reviews, those without a review first, the newest first."""
    hospital, by = another(Organization, "hospital"), another(Organization, "by_organization")
    statement = (
        select(EmergencyAccess, hospital.name, by.name)
        .join(hospital, hospital.id == col(EmergencyAccess.hospital_id))
        .join(by, by.id == col(EmergencyAccess.organization_id))
        .order_by(col(EmergencyAccess.reviewed_at).is_not(None), col(EmergencyAccess.id).desc())
        .limit(MOST_SHOWN)
    )
    return [_opening(row, names, unit.started_at) for row, *names in await unit.rows(statement)]


def _opening(row: EmergencyAccess, names: Sequence[str], at: datetime) -> Opening:
    hospital, organization = names
    runs = is_running(row.opened_at, row.until_at, row.ended_at, at)
    overdue = is_overdue(row.opened_at, row.reviewed_at, at)
    return Opening(
        row.id, row.client_code, hospital, organization, row.user_id, row.user_name, row.reason, row.explanation,
        row.opened_at, row.until_at, row.ended_at, row.reviewed_at, row.reviewer_name, row.verdict, row.remark,
        runs, overdue,
    )  # fmt: skip


@read("emergency.review")
async def overdue_reviews(unit: Unit) -> int:
    """How many openings in the actor's sight nobody has reviewed in time."""
    late = select(func.count()).select_from(EmergencyAccess)
    since = unit.started_at - REVIEWED_WITHIN
    waiting = (col(EmergencyAccess.reviewed_at).is_(None), col(EmergencyAccess.opened_at) < since)
    return int(await unit.scalar(late.where(*waiting)) or 0)
