"""The work list of a post: what waits, what was set aside, at a constant number of statements."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from coord.cases.codes import CaseEvent, CaseStatus
from coord.cases.tables import CaseFile, CaseFollowUp
from coord.clients.discharges import RecordDischarge, RecordReadmission, record_discharge, record_readmission
from coord.clients.tables import Client
from coord.contacts.reviews import ReturnContact, return_contact
from coord.contacts.tables import PlannedSession
from coord.kernel.clock import today
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.periods.codes import MonthState
from coord.placements import posts_of_worker
from coord.work import begin
from coord.work.engine import Database
from coord.worklists import (
    Desk,
    SetAside,
    WorkFilter,
    WorkKind,
    WorkList,
    set_aside,
    take_up,
    undo_set_aside,
    work_list,
)
from tests.coord.cases.making import act, case_in
from tests.coord.making import contact, log
from tests.coord.outcomes.recording import record, scale
from tests.coord.periods.handling import put
from tests.queries import counting
from tests.world import BUILDER, CHEN, HUANG, LIN, NORTH_GROUP, NORTH_MEMBERS, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
HERE = "Asia/Shanghai"


async def _list(**given: object) -> WorkList:
    async with begin(cast.sam, read_only=True) as unit:
        desk = Desk((await posts_of_worker(unit))[0], today(HERE))
        return await work_list(unit, desk, WorkFilter.parse(given))


async def _kinds(**given: object) -> list[WorkKind]:
    """What waits besides months, scales and files of lists, which are there from the first day on."""
    always = {WorkKind.CLOSE_MONTH, WorkKind.SCALE_DUE, WorkKind.INCOMPLETE_CLIENT}
    return [entry.kind for entry in (await _list(**given)).entries if entry.kind not in always]


async def _discharged(client: UUID, days_ago: int) -> UUID:
    async with begin(cast.sam) as unit:
        moment = datetime.now(UTC) - timedelta(days=days_ago)
        return await record_discharge(unit, RecordDischarge.parse({"client": client, "discharged_at": moment}))


@pytest.fixture
async def quiet(database: Database) -> None:
    """A world in which nothing waits: the case that stands open since January is closed."""
    async with begin(BUILDER) as unit:
        for case in await unit.scalars(select(CaseFile)):
            case.closed_on = case.opened_on


async def test_a_discharge_waits_for_contact_until_it_is_made_or_the_client_is_back(quiet: None) -> None:
    assert await _kinds() == []
    lin, _ = await _discharged(LIN, 6), await _discharged(CHEN, 6)
    entries = [entry for entry in (await _list()).entries if entry.kind is WorkKind.FOLLOW_UP]
    assert {(entry.client, entry.told["step"]) for entry in entries} == {(LIN, "D7"), (CHEN, "D7")}
    await log(contact(client=str(CHEN), occurred_on=today(HERE).isoformat()))
    async with begin(cast.sam) as unit:
        await record_readmission(unit, RecordReadmission.parse({"discharge": lin, "readmitted_on": today(HERE)}))
    assert await _kinds() == []


async def test_discharges_are_recorded_once_by_the_care_team_for_their_own(quiet: None) -> None:
    moment = datetime(2026, 9, 1, 3, tzinfo=UTC)
    given = RecordDischarge.parse({"client": LIN, "discharged_at": moment})
    async with begin(cast.sam) as unit:
        await record_discharge(unit, given)
    with pytest.raises(Conflict):
        async with begin(cast.sam) as unit:
            await record_discharge(unit, given)
    for who, refusal in ((cast.nia, NotFound), (cast.ola, NotAllowed)):
        with pytest.raises(refusal):
            async with begin(who) as unit:
                await record_discharge(unit, given)
    with pytest.raises(Invalid):
        await _discharged(CHEN, -1)
    with pytest.raises(NotFound):
        await _discharged(SOUTH_ZHAO, 1)


async def test_a_returned_record_a_planned_session_and_absences_in_a_row_wait(quiet: None) -> None:
    kept = await log(contact())
    async with begin(cast.sun) as unit:
        await return_contact(unit, ReturnContact.parse({"contact": kept.contact_id, "reason": "请补充记录内容"}))
    came = [str(one) for one in NORTH_MEMBERS[1:]]
    for day in ("2026-09-07", "2026-09-14"):
        await log(contact(client=None, service_code="GROUP_SESSION", group=str(NORTH_GROUP), occurred_on=day,
                          attendees=came, absentees=[str(NORTH_MEMBERS[0])]))  # fmt: skip
    async with begin(BUILDER) as unit:
        unit.add(PlannedSession(group_id=NORTH_GROUP, number=3, planned_on=today(HERE)))
    found = {entry.kind: entry for entry in (await _list()).entries}
    assert found[WorkKind.RETURNED_RECORD].subject == kept.contact_id
    assert (found[WorkKind.ABSENT_AGAIN].client, found[WorkKind.ABSENT_AGAIN].told["n"]) == (NORTH_MEMBERS[0], 2)
    assert found[WorkKind.GROUP_SESSION].told["n"] == 3


async def test_an_open_case_without_contact_for_the_programs_days_waits(database: Database) -> None:
    assert await _kinds() == [WorkKind.NO_CONTACT]
    await log(contact(client=str(LIN), occurred_on=today(HERE).isoformat()))
    assert await _kinds() == []


async def test_the_months_before_wait_until_they_are_submitted(quiet: None) -> None:
    months = [str(entry.told["month"]) for entry in (await _list(kind=["CLOSE_MONTH"])).entries]
    assert len(months) == 2
    await put(MonthState.SUBMITTED, months[0])
    assert [entry.told["month"] for entry in (await _list(kind=["CLOSE_MONTH"])).entries] == months[1:]


async def test_what_is_set_aside_is_gone_until_its_day_and_comes_back_when_taken_up(quiet: None) -> None:
    await _discharged(LIN, 6)
    await _discharged(CHEN, 30)
    first, second = [entry.key for entry in (await _list(kind=["FOLLOW_UP"])).entries]
    async with begin(cast.sam) as unit:
        await set_aside(unit, SetAside.parse({"keys": [first, first]}))
        await set_aside(unit, SetAside.parse({"keys": [second], "until": today(HERE) + timedelta(days=2)}))
    assert (await _kinds(), (await _list()).set_aside) == ([], 2)
    async with begin(cast.sam) as unit:
        await set_aside(unit, SetAside.parse({"keys": [second], "until": today(HERE)}))
        await take_up(unit, SetAside.parse({"keys": [first]}))
    assert await _kinds() == [WorkKind.FOLLOW_UP] * 2


async def test_ten_times_the_rows_take_as_many_statements(quiet: None) -> None:
    await _discharged(LIN, 6)
    with counting() as few:
        await _list()
    for n, client in enumerate((CHEN, HUANG, *NORTH_MEMBERS)):
        await _discharged(client, 6 + n)
    with counting() as many:
        await _list()
    assert len(many) == len(few) > 0


async def test_a_scale_waits_for_the_workers_own_open_case_until_it_is_taken(database: Database) -> None:
    (entry,) = (await _list(kind=["SCALE_DUE"])).entries
    assert (entry.client, entry.told["why"]) == (LIN, "FIRST_SCALE")
    await record(scale(taken_on=str(today(HERE))))
    assert (await _list(kind=["SCALE_DUE"])).entries == []


async def test_a_returned_case_a_returned_plan_and_a_look_after_closing_wait(quiet: None) -> None:
    back, planned = await case_in(CaseStatus.RETURNED, CHEN), await case_in(CaseStatus.OPEN, HUANG)
    for event in (CaseEvent.WRITE_PLAN, CaseEvent.SUBMIT_PLAN, CaseEvent.RETURN_PLAN):
        await act(event, planned)
    closed = await case_in(CaseStatus.CLOSED, NORTH_MEMBERS[0])
    async with begin(BUILDER) as unit:
        first = min(await unit.scalars(select(CaseFollowUp)), key=lambda row: row.due_on)
        first.due_on = today(HERE)
    found = {(entry.kind, entry.subject) for entry in (await _list()).entries if entry.subject}
    assert {
        (WorkKind.RETURNED_CASE, back),
        (WorkKind.RETURNED_CASE, planned),
        (WorkKind.CASE_FOLLOW_UP, closed),
    } <= found


async def test_one_press_is_undone_as_a_whole_and_nothing_else_with_it(quiet: None) -> None:
    await _discharged(LIN, 6)
    await _discharged(CHEN, 30)
    first, second = [entry.key for entry in (await _list(kind=["FOLLOW_UP"])).entries]
    async with begin(cast.sam) as unit:
        await set_aside(unit, SetAside.parse({"keys": [first]}))
    async with begin(cast.sam) as unit:
        await set_aside(unit, SetAside.parse({"keys": [second]}))
        moment = unit.started_at
    assert [entry.key for entry in (await _list(aside=True)).entries] == [first, second]
    for who, number in ((cast.nia, 0), (cast.sam, 1), (cast.sam, 0)):
        async with begin(who) as unit:
            assert await undo_set_aside(unit, moment) == number
    assert [entry.key for entry in (await _list(aside=True)).entries] == [first]


async def test_files_that_lack_something_are_one_entry_that_counts_them(quiet: None) -> None:
    (entry,) = [one for one in (await _list()).entries if one.kind is WorkKind.INCOMPLETE_CLIENT]
    assert (entry.told["n"], entry.client) == (13, None)
    async with begin(BUILDER) as unit:
        (await unit.find(Client, LIN)).merged_into_id = CHEN
    (fewer,) = [one for one in (await _list()).entries if one.kind is WorkKind.INCOMPLETE_CLIENT]
    assert (fewer.told["n"], fewer.key == entry.key) == (12, False)
