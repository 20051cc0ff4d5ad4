"""Starting a group with its plan, planning its sessions anew, closing it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, delete

from coord import audit
from coord.clients import clients_in_reach
from coord.clients.actions import post_at
from coord.contacts.actions import place_of
from coord.contacts.group_rules import weekly
from coord.contacts.inputs import CloseGroup, CreateGroup, PlanSessions, WriteSessionPlan
from coord.contacts.tables import GroupMember, PlannedSession, ServiceContact, ServiceGroup
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.sql import select
from coord.programs.tables import Program
from coord.programs.working_days import working_days
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

_PLAN = {"name", "room", "planned_sessions", "duration_minutes", "target", "kind", "stage", "aim", "theory", "recruitment",
         "planned_members"}  # fmt: skip


def _days_off(zone: str) -> Callable[[date], bool]:
    """Holidays of years that are known; in a year without a table nothing is passed over."""
    calendar = working_days(zone)
    return lambda day: calendar.knows(day.year) and calendar.is_holiday(day)


def _sessions(group_id: UUID, days: Iterable[date], first_number: int) -> Sequence[PlannedSession]:
    return [PlannedSession(group_id=group_id, number=n, planned_on=day) for n, day in enumerate(days, first_number)]


@action("group.create")
async def create_group(unit: Unit, given: CreateGroup) -> UUID:
    """Start a group at the actor's hospital, once for a key.

    Raises ``Invalid`` for members of other hospitals, ``Conflict`` for a key with other content.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    post = await post_at(unit, given.program, given.hospital)
    if not (await clients_in_reach(unit, given.members, post.hospital_id)).issuperset(given.members):
        raise Invalid(Problem("members", "NO_SUCH_CLIENT"))
    place = place_of(post)
    group = ServiceGroup(
        program_id=place.program_id,
        hospital_id=place.hospital_id,
        agency_id=place.agency_id,
        **given.model_dump(include=_PLAN),
    )
    if (first := await remember(unit, given.idempotency_key, given, group.id)) is not None:
        return first
    unit.add(group)
    await unit.session.flush()
    unit.add(*(GroupMember(group_id=group.id, client_id=member) for member in dict.fromkeys(given.members)))
    if given.first_session_on is not None:
        days = weekly(given.first_session_on, given.planned_sessions, _days_off(post.time_zone))
        unit.add(*_sessions(group.id, days, 1))
    audit.record(unit, "group.create", group)
    return group.id


@action("group.create")
async def plan_sessions(unit: Unit, given: PlanSessions) -> int:
    """Plan the sessions that were not held yet, weekly from a day on; how many they are.

    Raises ``Conflict`` when the group is closed.
    """
    group, held = await _open_group(unit, given.group)
    program = await unit.find(Program, group.program_id)
    left = max(group.planned_sessions - held, 1)
    plans = {session.number: session.plan for session in await _planned(unit, group.id)}
    await unit.session.run(
        delete(PlannedSession).where(col(PlannedSession.group_id) == group.id, col(PlannedSession.number) > held)
    )
    sessions = _sessions(group.id, weekly(given.first_session_on, left, _days_off(program.time_zone)), held + 1)
    for session in sessions:
        session.plan = plans.get(session.number)
    unit.add(*sessions)
    audit.record(unit, "group.plan", group, reason=given.first_session_on.isoformat())
    return left


async def _planned(unit: Unit, group_id: UUID) -> Sequence[PlannedSession]:
    found: Sequence[PlannedSession] = await unit.scalars(
        select(PlannedSession).where(col(PlannedSession.group_id) == group_id)
    )
    return found


@action("group.create")
async def write_session_plan(unit: Unit, given: WriteSessionPlan) -> None:
    """Say what the group will do at a session to come, once more or for the first time.

    Raises ``Conflict`` when the group is closed, ``Invalid`` for a session that was held or has no day.
    """
    group, held = await _open_group(unit, given.group)
    if given.number <= held:
        raise Invalid(Problem("number", "TOO_SMALL", {"limit": held + 1}))
    days = {one.number: one.planned_on for one in await _planned(unit, group.id)}
    day = given.planned_on or days.get(given.number)
    if day is None:
        raise Invalid(Problem("planned_on", "REQUIRED"))
    # A planned session is written anew, never changed: the database lets nobody do more.
    await unit.session.run(
        delete(PlannedSession).where(
            col(PlannedSession.group_id) == group.id, col(PlannedSession.number) == given.number
        )
    )
    session = PlannedSession(group_id=group.id, number=given.number, planned_on=day, plan=given.plan)
    unit.add(session)
    audit.record(unit, "group.plan_session", session)


@action("group.close")
async def close_group(unit: Unit, given: CloseGroup) -> None:
    """Close a group with its summary. Raises ``Conflict`` when it is closed, ``Invalid`` for a day to come."""
    group, _ = await _open_group(unit, given.group)
    program = await unit.find(Program, group.program_id)
    if given.closed_on > local_date(unit.started_at, program.time_zone):
        raise Invalid(Problem("closed_on", "FUTURE_DATE"))
    before = audit.facts(group)
    group.closed_on, group.summary = given.closed_on, given.summary
    audit.record(unit, "group.close", group, before=before)


async def _open_group(unit: Unit, group_id: UUID) -> tuple[ServiceGroup, int]:
    """The group and how many sessions it had. Raises ``Conflict`` when it is closed."""
    group = await unit.find(ServiceGroup, group_id)
    if group.closed_on is not None:
        raise Conflict(Problem("group", "GROUP_CLOSED"))
    held = await unit.scalar(
        select(func.count()).select_from(ServiceContact).where(col(ServiceContact.group_id) == group_id)
    )
    return group, int(held or 0)
