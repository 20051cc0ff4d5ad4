"""Groups: starting one, and what the roll call shows."""

import uuid
from datetime import date
from typing import Any

import pytest

from coord.access import Actor
from coord.audit.tables import AuditEntry
from coord.contacts import CreateGroup, create_group, groups
from coord.contacts.grouping import close_group, plan_sessions, write_session_plan
from coord.contacts.inputs import CloseGroup, PlanSessions, WriteSessionPlan
from coord.contacts.tables import GroupMember, PlannedSession, ServiceGroup
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, stored
from tests.world import AGENCY, CHEN, LIN, NORTH, NORTH_GROUP, NORTH_MEMBERS, PROGRAM, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


def _group(**changed: Any) -> CreateGroup:
    usual = {"idempotency_key": str(uuid.uuid4()), "program": PROGRAM, "name": "正念小组"}
    return CreateGroup.parse({**usual, "members": [str(LIN), str(CHEN)], **changed})


async def test_a_group_starts_at_the_hospital_of_the_worker_with_its_members_once(database: Database) -> None:
    async with begin(cast.sam) as unit:
        made = await create_group(unit, _group(members=[str(LIN), str(CHEN), str(LIN)], planned_sessions=8))
    (row,) = await stored(ServiceGroup, ServiceGroup.id == made)
    assert (row.hospital_id, row.agency_id, row.planned_sessions) == (NORTH, AGENCY, 8)
    assert {m.client_id for m in await stored(GroupMember, GroupMember.group_id == made)} == {LIN, CHEN}
    assert [entry.verb for entry in await stored(AuditEntry)] == ["group.create"]


async def test_a_member_of_another_hospital_is_refused_and_no_group_is_made(database: Database) -> None:
    with pytest.raises(Invalid) as refused:
        async with begin(cast.sam) as unit:
            await create_group(unit, _group(members=[str(SOUTH_ZHAO)]))
    assert [(p.field, p.code) for p in refused.value.problems] == [("members", "NO_SUCH_CLIENT")]
    assert [row.id for row in await stored(ServiceGroup)] == [NORTH_GROUP]


@pytest.mark.parametrize("name", ["ola", "sun", "fatima", "cai", "petra", "adam"])
async def test_only_workers_start_groups(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        async with begin(getattr(cast, name)) as unit:
            await create_group(unit, _group())
    assert [row.id for row in await stored(ServiceGroup)] == [NORTH_GROUP]


async def test_a_group_shows_its_members_and_how_many_sessions_it_had(database: Database) -> None:
    session = {"client": None, "service_code": "GROUP_SESSION", "group": str(NORTH_GROUP)}
    await log(contact(**session, attendees=[str(NORTH_MEMBERS[0])]))
    async with begin(cast.sam, read_only=True) as unit:
        (card,) = await groups(unit, hospital=NORTH)
        assert [g.id for g in await groups(unit, group=NORTH_GROUP)] == [NORTH_GROUP]
    assert (card.name, card.sessions, set(card.members)) == ("正念小组NORTH", 1, set(NORTH_MEMBERS))


def _plan(number: int, **changed: Any) -> WriteSessionPlan:
    return WriteSessionPlan.parse({"group": str(NORTH_GROUP), "number": number, "plan": "呼吸练习二十分钟", **changed})


async def _write(*plans: WriteSessionPlan, actor: Actor = cast.sam) -> Any:
    async with begin(actor) as unit:
        for plan in plans:
            await write_session_plan(unit, plan)
    async with begin(cast.sam, read_only=True) as unit:
        (card,) = await groups(unit, group=NORTH_GROUP)
    return card


async def test_a_session_to_come_is_planned_rewritten_and_stays_planned_when_its_day_moves(database: Database) -> None:
    card = await _write(_plan(1, planned_on="2026-10-01"), _plan(1, plan="身体扫描"), _plan(2, planned_on="2026-10-08"))
    assert (card.next_plan, card.plans) == ("身体扫描", {1: "身体扫描", 2: "呼吸练习二十分钟"})
    assert dict(card.planned_on) == {1: date(2026, 10, 1), 2: date(2026, 10, 8)}
    async with begin(cast.sam) as unit:
        given = {"group": str(NORTH_GROUP), "first_session_on": "2026-11-02"}
        await plan_sessions(unit, PlanSessions.parse(given))
    card = await _write()
    assert (card.planned_on[1], card.plans[1]) == (date(2026, 11, 2), "身体扫描")
    assert [entry.verb for entry in await stored(AuditEntry)].count("group.plan_session") == 3


async def test_a_session_without_a_day_or_that_was_held_is_not_planned_nor_one_of_another_hospital(
    database: Database,
) -> None:
    session = {"client": None, "service_code": "GROUP_SESSION", "group": str(NORTH_GROUP)}
    await log(contact(**session, attendees=[str(NORTH_MEMBERS[0])]))
    refused = [(_plan(2), "planned_on", "REQUIRED"), (_plan(1, planned_on="2026-10-01"), "number", "TOO_SMALL")]
    for given, field, code in refused:
        with pytest.raises(Invalid) as said:
            await _write(given)
        assert [(problem.field, problem.code) for problem in said.value.problems] == [(field, code)]
    for actor, refusal in ((cast.nia, NotFound), (cast.sun, NotAllowed)):
        with pytest.raises(refusal):
            await _write(_plan(2, planned_on="2026-10-01"), actor=actor)
    async with begin(cast.sam) as unit:
        await close_group(
            unit, CloseGroup.parse({"group": str(NORTH_GROUP), "closed_on": "2026-10-01", "summary": "完"})
        )
    with pytest.raises(Conflict):
        await _write(_plan(2, planned_on="2026-10-01"))
    assert await stored(PlannedSession) == []


async def test_the_other_hospital_sees_no_group(database: Database) -> None:
    async with begin(cast.nia, read_only=True) as unit:
        assert await groups(unit) == []
