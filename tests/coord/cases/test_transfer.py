"""Handing a case over: all of it at once, both sides told, the figures of the old place untouched."""

from typing import Any
from uuid import UUID

import pytest

from coord.cases import case_view
from coord.cases.codes import CaseEvent, CaseOrigin, CaseStatus
from coord.cases.exporting import export_case
from coord.cases.inputs import TransferCase
from coord.cases.tables import CaseFile
from coord.cases.transferring import transfer_case, transfer_impact
from coord.clients import find_clients
from coord.clients.tables import Client
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.notices.tables import Notice
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import TODAY, act, case_in, given
from tests.coord.making import contact, log, stored, total
from tests.world import CHEN, EVE_WORKER, NIA_WORKER, NORTH, SAM_WORKER, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio


def to(case: UUID, worker: UUID, hospital: UUID | None = None) -> TransferCase:
    said: TransferCase = given(TransferCase, case=case, worker=worker, hospital=hospital or "", reason="驻点调整")
    return said


async def hand_over(*asked: Any) -> UUID:
    async with begin(cast.sun) as unit:
        return await transfer_case(unit, to(*asked))


async def test_within_a_hospital_the_worker_changes_and_the_old_one_works_on_it_no_more(database: Database) -> None:
    case = await case_in(CaseStatus.INTERVENING)
    await hand_over(case, EVE_WORKER)
    (row,) = await stored(CaseFile, CaseFile.id == case)
    assert (row.worker_id, row.status, row.origin) == (EVE_WORKER, CaseStatus.INTERVENING, CaseOrigin.NEW)
    with pytest.raises(Conflict):
        await act(CaseEvent.RATE_GOALS, case)
    assert [notice.user_id for notice in await stored(Notice)] == [fixed("user/sam")]
    with pytest.raises(Invalid):
        await hand_over(case, EVE_WORKER)


async def test_to_another_hospital_everything_goes_along_and_the_old_figures_stay(database: Database) -> None:
    await log(contact(client=str(CHEN)))
    case = await case_in(CaseStatus.INTERVENING)
    before = await total()
    async with begin(cast.sun) as unit:
        impact = await transfer_impact(unit, to(case, NIA_WORKER, SOUTH))
    assert (impact.contacts_kept, impact.begins_new_file) == (1, True)
    assert {name: number for name, number in impact.moved.items() if name in {"case_plan", "case_goal"}} == {
        "case_plan": 1, "case_goal": 1,
    }  # fmt: skip
    await hand_over(case, NIA_WORKER, SOUTH)
    rows = {row.hospital_id: row for row in await stored(CaseFile, CaseFile.client_id == CHEN)}
    assert (rows[NORTH].closure, rows[NORTH].closed_on, rows[NORTH].worker_id) == ("TRANSFERRED", TODAY, SAM_WORKER)
    assert (rows[SOUTH].id, rows[SOUTH].origin, rows[SOUTH].previous_id) == (case, "TAKEN_OVER", rows[NORTH].id)
    async with begin(cast.nia) as unit:
        view = await case_view(unit, case)
        assert [goal.words["statement"] for goal in view.goals] == ["每周外出三次"]
        assert [card.id for card in await find_clients(unit, "陈秀兰")] == [CHEN]
    with pytest.raises(NotFound):
        async with begin(cast.sam) as unit:
            await case_view(unit, case)
    after = await total()
    assert (after["person_times"], after["persons"]) == (before["person_times"], before["persons"])
    assert after["cases_active"] == before["cases_active"]
    assert {notice.user_id for notice in await stored(Notice)} == {fixed("user/sam"), fixed("user/nia")}


async def test_a_code_that_is_taken_at_the_other_hospital_becomes_the_next_free_one(database: Database) -> None:
    case = await case_in(CaseStatus.ASSESSING)
    await hand_over(case, NIA_WORKER, SOUTH)
    (client,) = await stored(Client, Client.id == CHEN)
    assert (client.hospital_id, client.code) == (SOUTH, "NORTH-0231")
    assert len(await stored(CaseFile, CaseFile.client_id == CHEN)) == 1


async def test_who_may_not_and_where_it_does_not_fit_nothing_moves(database: Database) -> None:
    case = await case_in(CaseStatus.OPENING_REVIEW)
    with pytest.raises(Conflict):
        await hand_over(case, EVE_WORKER)
    with pytest.raises(NotAllowed):
        async with begin(cast.sam) as unit:
            await transfer_case(unit, to(case, EVE_WORKER))
    await act(CaseEvent.RETURN, case)
    for worker, hospital in ((NIA_WORKER, NORTH), (EVE_WORKER, SOUTH), (fixed("nobody"), NORTH)):
        with pytest.raises(Invalid):
            await hand_over(case, worker, hospital)
    (row,) = await stored(CaseFile, CaseFile.id == case)
    assert (row.worker_id, row.hospital_id) == (SAM_WORKER, NORTH)


async def test_a_case_file_as_a_table_holds_every_form(database: Database) -> None:
    case = await case_in(CaseStatus.FOLLOW_UP)
    async with begin(cast.sam) as unit:
        _, lines = await export_case(unit, case)
    assert {part for part, _, _ in lines} == {
        "record",
        "intake",
        "assessment",
        "plan",
        "goals",
        "closing",
        "follow_up",
        "history",
    }
    assert ("intake", "presenting_issue", "失眠NORTH三个月") in lines
    assert not any(isinstance(value, bytes) for _, _, value in lines)
