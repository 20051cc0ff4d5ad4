"""Groups with their plan, their rolls and what is noticed in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col

from coord.clients.codes import CareStage
from coord.contacts.codes import AttendanceStatus, GroupKind, ServiceTarget
from coord.contacts.group_rules import Roll
from coord.contacts.tables import (
    Absence,
    CoWorker,
    EventHost,
    GroupMember,
    PlannedSession,
    Presence,
    ServiceContact,
    ServiceGroup,
)
from coord.kernel.sql import select
from coord.work import Unit, read

Planned = tuple[Mapping[int, date], Mapping[int, str]]
_MOST_GROUPS = 500
_MOST_SESSIONS = 100
_MOST_MEMBERS = 50_000


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group with its plan, its size, how many sessions it had and when the last one was."""

    id: UUID
    name: str
    room: str | None
    planned_sessions: int
    duration_minutes: int
    target: ServiceTarget
    kind: GroupKind
    stage: CareStage | None
    aim: str | None
    theory: str | None
    recruitment: str | None
    planned_members: int | None
    closed_on: date | None
    summary: str | None
    program_id: UUID
    sessions: int
    last_on: date | None
    members: tuple[UUID, ...]
    planned_on: Mapping[int, date]
    plans: Mapping[int, str]

    @property
    def has_ended(self) -> bool:
        """Whether it was closed or all planned sessions were held; to an open one more may be added."""
        return self.closed_on is not None or self.sessions >= self.planned_sessions

    @property
    def next_on(self) -> date | None:
        """The day planned for the next session."""
        return self.planned_on.get(self.sessions + 1)

    @property
    def next_plan(self) -> str | None:
        """What the group means to do at the next session."""
        return self.plans.get(self.sessions + 1)


_OWN = (
    "id", "name", "room", "planned_sessions", "duration_minutes", "target", "kind", "stage", "aim", "theory",
    "recruitment", "planned_members", "closed_on", "summary", "program_id",
)  # fmt: skip


@read("group.list")
async def groups(unit: Unit, *, hospital: UUID | None = None, group: UUID | None = None) -> Sequence[GroupCard]:
    """Groups that the actor sees: those still meeting first, the newest first among them."""
    statement = (
        select(ServiceGroup).order_by(col(ServiceGroup.created_at).desc(), col(ServiceGroup.id)).limit(_MOST_GROUPS)
    )
    if hospital is not None:
        statement = statement.where(ServiceGroup.hospital_id == hospital)
    if group is not None:
        statement = statement.where(ServiceGroup.id == group)
    found = await unit.scalars(statement)
    ids = [row.id for row in found]
    sessions = await sessions_of(unit, ids)
    members, planned = await members_of(unit, ids), await planned_sessions(unit, ids)
    cards = []
    for row in found:
        held, last_on = sessions.get(row.id, (0, None))
        own = {name: getattr(row, name) for name in _OWN}
        of_group = tuple(members.get(row.id, ()))
        days, plans = planned.get(row.id, ({}, {}))
        cards.append(GroupCard(**own, sessions=held, last_on=last_on, members=of_group, planned_on=days, plans=plans))
    return sorted(cards, key=lambda card: card.has_ended)


@read("group.list")
async def members_of(unit: Unit, ids: Sequence[UUID]) -> Mapping[UUID, list[UUID]]:
    """The members of each group, in the order in which they joined."""
    members: dict[UUID, list[UUID]] = {}
    statement = (
        select(GroupMember.group_id, GroupMember.client_id)
        .where(col(GroupMember.group_id).in_(ids))
        .order_by(col(GroupMember.id))
        .limit(_MOST_MEMBERS)
    )
    for group_id, client_id in await unit.rows(statement):
        members.setdefault(group_id, []).append(client_id)
    return members


@read("group.list")
async def sessions_of(unit: Unit, ids: Sequence[UUID]) -> dict[UUID, tuple[int, date]]:
    """How many sessions each group had, and the day of the last one."""
    held = (
        select(ServiceContact.group_id, func.count(), func.max(ServiceContact.occurred_on))
        .where(col(ServiceContact.group_id).in_(ids))
        .group_by(col(ServiceContact.group_id))
        .limit(_MOST_GROUPS)
    )
    return {group: (int(number), last_on) for group, number, last_on in await unit.rows(held)}


@read("group.list")
async def planned_sessions(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Planned]:
    """The planned day of each session, and the plan of those that have one, by the session's number; by group."""
    statement = (
        select(PlannedSession.group_id, PlannedSession.number, PlannedSession.planned_on, PlannedSession.plan)
        .where(col(PlannedSession.group_id).in_(ids))
        .order_by(col(PlannedSession.number))
    )
    planned: dict[UUID, tuple[dict[int, date], dict[int, str]]] = {}
    for group_id, number, day, plan in await unit.rows(statement):
        days, plans = planned.setdefault(group_id, ({}, {}))
        days[number] = day
        if plan is not None:
            plans[number] = plan
    return planned


@read("group.list")
async def rolls_of(unit: Unit, ids: Collection[UUID]) -> Mapping[UUID, Sequence[Roll]]:
    """The sessions that each group held, in their order, with who came and which members did not."""
    statement = (
        select(ServiceContact.id, ServiceContact.group_id, ServiceContact.occurred_on)
        .where(col(ServiceContact.group_id).in_(ids), col(ServiceContact.attendance) == AttendanceStatus.ATTENDED)
        .order_by(col(ServiceContact.occurred_on), col(ServiceContact.session_number), col(ServiceContact.id))
        .limit(_MOST_SESSIONS * max(len(ids), 1))
    )
    held = await unit.rows(statement) if ids else ()
    sessions = [row.id for row in held]
    came = await _named(unit, Presence, sessions)
    missed = await _named(unit, Absence, sessions)
    rolls: dict[UUID, list[Roll]] = {}
    for session, group, day in held:
        rolls.setdefault(group, []).append(Roll(day, came.get(session, []), missed.get(session, [])))
    return rolls


async def _named(unit: Unit, model: type[Presence] | type[Absence], sessions: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    statement = (
        select(model.contact_id, model.client_id)
        .where(col(model.contact_id).in_(sessions), col(model.client_id).is_not(None))
        .order_by(col(model.id))
    )
    named: dict[UUID, list[UUID]] = {}
    for session, client in await unit.rows(statement) if sessions else ():
        named.setdefault(session, []).append(client)
    return named


@read("contact.list")
async def named_in(unit: Unit, contact_id: UUID) -> Mapping[str, Sequence[UUID]]:
    """Who is named in one contact, under the names of its input: attendees, absentees, co-workers, hosts."""
    columns = {
        "attendees": (Presence, Presence.client_id),
        "absentees": (Absence, Absence.client_id),
        "co_workers": (CoWorker, CoWorker.worker_id),
        "hosts": (EventHost, EventHost.organization_id),
    }
    found: dict[str, Sequence[UUID]] = {}
    for name, (model, column) in columns.items():
        statement = select(column).where(col(model.contact_id) == contact_id, col(column).is_not(None))  # type: ignore[attr-defined]
        found[name] = list(dict.fromkeys(await unit.scalars(statement.order_by(col(model.id)).limit(_MOST_GROUPS))))  # type: ignore[attr-defined]
    return found
