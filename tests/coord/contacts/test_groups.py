"""Groups: starting one, and what the roll call shows."""

import uuid
from typing import Any

import pytest

from coord.audit.tables import AuditEntry
from coord.contacts import CreateGroup, create_group, groups
from coord.contacts.tables import GroupMember, ServiceGroup
from coord.kernel.errors import Invalid, NotAllowed
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


async def test_the_other_hospital_sees_no_group(database: Database) -> None:
    async with begin(cast.nia, read_only=True) as unit:
        assert await groups(unit) == []
