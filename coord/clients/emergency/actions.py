"""Opening one client in an emergency, ending it, reviewing it.

Nobody's own connection may write these rows. What the actor may ask is checked in a unit of theirs; a part of the
system then writes in a unit of its own, and the trail names the person.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import Actor, Role, system
from coord.audit.trail import entry, put
from coord.clients.access import EMERGENCY_ROLES
from coord.clients.emergency.inputs import OpenEmergency, ReviewEmergency
from coord.clients.emergency.rules import LASTS, is_running
from coord.clients.tables import Client, ClientKey, EmergencyAccess
from coord.identity.freshness import check_confirmed
from coord.identity.reads import HOME_ZONE
from coord.identity.tables import User
from coord.kernel.clock import holds_on, local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell
from coord.notices.telling import holders
from coord.placements.tables import Placement
from coord.programs.tables import Participation, Program
from coord.work import Unit, action, begin, read

EMERGENCY = system(
    "emergency access",
    "opens one client for whoever shows an emergency",
    "emergency.open",
    "emergency.review",
    "job.run",
)
_MOST = 1000


@dataclass(frozen=True, slots=True)
class _Reach:
    """The programs of a hospital in which the actor's organizations take part, and by which organization."""

    programs: Mapping[UUID, UUID]


async def open_emergency(actor: Actor, session_id: UUID, given: OpenEmergency) -> UUID:
    """Open one client for an hour; the opening's id.

    Raises ``NotConfirmed`` without a fresh proof, ``Invalid`` when there is no such client within reach (a try that is
    put on the trail) or no emergency is needed, ``Conflict`` while another client is open.
    """
    async with begin(actor, read_only=True) as unit:
        await check_confirmed(unit, session_id)
        reach = await _reach(unit, given)
    async with begin(EMERGENCY) as unit:
        opened = await _opened(unit, actor, reach, given)
    if opened is None:
        raise Invalid(Problem("code", "NO_CLIENT_IN_REACH"))
    return opened


@read("emergency.open")
async def _reach(unit: Unit, given: OpenEmergency) -> _Reach:
    own = select(ClientKey.id).join(Client, col(Client.id) == col(ClientKey.id))
    if await unit.scalar(own.where(col(Client.hospital_id) == given.hospital, col(Client.code) == given.code)):
        raise Invalid(Problem("code", "NO_EMERGENCY_NEEDED"))
    at_organizations = unit.actor.at(*EMERGENCY_ROLES)
    parts = await unit.scalars(
        select(Participation)
        .where(col(Participation.organization_id).in_((*at_organizations, given.hospital)))
        .limit(_MOST)
    )
    day = local_date(unit.started_at, HOME_ZONE)
    held = [part for part in parts if holds_on(part.starts_on, part.ends_on, day)]
    theirs = {part.program_id for part in held if part.organization_id == given.hospital}
    return _Reach({part.program_id: part.organization_id for part in held
                   if part.organization_id in at_organizations and part.program_id in theirs})  # fmt: skip


@action("emergency.open")
async def _opened(unit: Unit, actor: Actor, reach: _Reach, given: OpenEmergency) -> UUID | None:
    if actor.user_id is None:
        raise NotFound
    await _refuse_a_second(unit, actor)
    found = select(Client).where(col(Client.hospital_id) == given.hospital, col(Client.code) == given.code)
    client: Client | None = await unit.scalar(found.where(col(Client.program_id).in_(reach.programs)))
    if client is None:
        tried = {"hospital_id": str(given.hospital), "reason_code": given.reason.value}
        put(unit, [entry(actor, unit.started_at, "emergency.open", "organization", given.hospital, after=tried)])
        return None
    row = EmergencyAccess(
        client_id=client.id,
        client_code=client.code,
        hospital_id=client.hospital_id,
        organization_id=reach.programs[client.program_id],
        foundation_id=await _foundation_of(unit, client),
        user_id=actor.user_id,
        user_name=actor.name,
        reason=given.reason,
        explanation=given.explanation,
        opened_at=unit.started_at,
        until_at=unit.started_at + LASTS,
    )
    unit.add(row)
    _note(unit, actor, "emergency.open", row)
    tell(
        unit,
        await concerned(unit, row),
        NoticeKind.EMERGENCY_OPENED,
        "emergency",
        row.id,
        organization=row.hospital_id,
    )
    return row.id


async def _refuse_a_second(unit: Unit, actor: Actor) -> None:
    """One client at a time; two requests of a person wait for each other."""
    await unit.scalar(select(User.id).where(col(User.id) == actor.user_id).with_for_update())
    last = select(EmergencyAccess).where(col(EmergencyAccess.user_id) == actor.user_id)
    row: EmergencyAccess | None = await unit.scalar(last.order_by(col(EmergencyAccess.opened_at).desc()).limit(1))
    if row is not None and is_running(row.opened_at, row.until_at, row.ended_at, unit.started_at):
        raise Conflict(Problem("code", "EMERGENCY_RUNNING"))


async def _foundation_of(unit: Unit, client: Client) -> UUID:
    found: UUID = await unit.scalar(select(Program.foundation_id).where(col(Program.id) == client.program_id))
    return found


@read("job.run")
async def concerned(unit: Unit, row: EmergencyAccess) -> Collection[UUID]:
    """The owning hospital's coordinators, the supervisors of its posts, and the foundation's administrators."""
    employers = (
        select(Placement.employer_id).where(col(Placement.hospital_id) == row.hospital_id).distinct().limit(_MOST)
    )
    told = [*await holders(unit, row.hospital_id, Role.HOSPITAL_COORDINATOR, Role.SUPERVISOR)]
    for employer in await unit.scalars(employers):
        told += await holders(unit, employer, Role.SUPERVISOR)
    told += await holders(unit, row.foundation_id, Role.ADMINISTRATOR)
    return [user for user in told if user != row.user_id]


def _note(unit: Unit, actor: Actor, verb: str, row: EmergencyAccess) -> None:
    """The trail names the person, not the part of the system that writes; the entry is about the client."""
    told: dict[str, Any] = {"after": audit.facts(row), "reason": row.reason.value}
    put(unit, [entry(actor, unit.started_at, verb, "client", row.client_id, **told)])


async def end_emergency(actor: Actor, opening: UUID) -> None:
    """End one's own opening now. Raises ``NotFound`` for those of others."""
    async with begin(actor, read_only=True) as unit:
        await _own(unit, opening)
    async with begin(EMERGENCY) as unit:
        await _ended(unit, actor, opening)


@read("emergency.open")
async def _own(unit: Unit, opening: UUID) -> EmergencyAccess:
    row = await unit.find(EmergencyAccess, opening)
    if row.user_id != unit.actor.user_id:
        raise NotFound
    return row


@action("emergency.open")
async def _ended(unit: Unit, actor: Actor, opening: UUID) -> None:
    row = await unit.find(EmergencyAccess, opening)
    if is_running(row.opened_at, row.until_at, row.ended_at, unit.started_at):
        row.ended_at = unit.started_at
        _note(unit, actor, "emergency.end", row)


async def review_emergency(actor: Actor, opening: UUID, given: ReviewEmergency) -> None:
    """Say what one thinks of an opening by somebody else.

    Raises ``NotFound`` out of sight, ``Invalid`` for one's own, ``Conflict`` when it was reviewed already.
    """
    async with begin(actor, read_only=True) as unit:
        await _check_reviewer(unit, opening)
    async with begin(EMERGENCY) as unit:
        await _reviewed(unit, actor, opening, given)


@read("emergency.review")
async def _check_reviewer(unit: Unit, opening: UUID) -> None:
    row = await unit.find(EmergencyAccess, opening)
    if row.user_id == unit.actor.user_id:
        raise Invalid(Problem("verdict", "OWN_EMERGENCY"))


@action("emergency.review")
async def _reviewed(unit: Unit, actor: Actor, opening: UUID, given: ReviewEmergency) -> None:
    row = await unit.scalar(select(EmergencyAccess).where(col(EmergencyAccess.id) == opening).with_for_update())
    if row.reviewed_at is not None:
        raise Conflict(Problem("verdict", "EMERGENCY_REVIEWED"))
    row.reviewed_at, row.reviewed_by_id, row.reviewer_name = unit.started_at, actor.user_id, actor.name
    row.verdict, row.remark = given.verdict, given.remark
    _note(unit, actor, "emergency.review", row)
