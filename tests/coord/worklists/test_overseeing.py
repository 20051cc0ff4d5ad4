"""The lists of those who oversee: what a supervisor has to decide, what an officer has to see to."""

from datetime import timedelta

import pytest

from coord.access import Actor
from coord.cases.codes import CaseEvent, CaseStatus
from coord.kernel.errors import NotAllowed
from coord.periods.codes import MonthState, Move
from coord.programs import program_by_code
from coord.programs.tables import ProgramSetting, Setting
from coord.work import begin
from coord.work.engine import Database
from coord.worklists import Entry, Watch, WorkFilter, WorkKind, watch_list
from tests.coord.cases.making import TODAY, act, case_in, filed
from tests.coord.contacts.test_reviews import flag
from tests.coord.making import contact, log
from tests.coord.periods.handling import move, put
from tests.queries import counting
from tests.world import BUILDER, CHEN, HUANG, NORTH, NORTH_MEMBERS, PROGRAM, PROGRAM_ID, cast

pytestmark = pytest.mark.anyio
LAST_MONTH = f"{TODAY.replace(day=1) - timedelta(days=1):%Y-%m}"
K = WorkKind


async def _watched(actor: Actor, **given: object) -> list[Entry]:
    async with begin(actor, read_only=True) as unit:
        watch = Watch(await program_by_code(unit, PROGRAM), TODAY)
        return list((await watch_list(unit, watch, WorkFilter.parse(given))).entries)


async def _kinds(actor: Actor) -> list[WorkKind]:
    return sorted(entry.kind for entry in await _watched(actor))


async def test_a_supervisor_sees_what_waits_for_a_decision(database: Database) -> None:
    assert await _kinds(cast.sun) == []
    opening, planned = await case_in(CaseStatus.OPENING_REVIEW, CHEN), await case_in(CaseStatus.OPEN, HUANG)
    for event in (CaseEvent.WRITE_PLAN, CaseEvent.SUBMIT_PLAN):
        await act(event, planned)
    await flag((await log(contact())).contact_id)
    await move(cast.sam, Move.SUBMIT, LAST_MONTH)
    found = await _watched(cast.sun)
    waiting = {(entry.subject, entry.told["what"]) for entry in found if entry.kind is K.REVIEW_CASE}
    assert waiting == {(opening, "OPENING_REVIEW"), (planned, "PLAN")}
    assert {entry.due_on - TODAY for entry in found if entry.kind is K.REVIEW_CASE} <= {
        timedelta(days=days) for days in range(5, 12)
    }
    (records,) = [entry for entry in found if entry.kind is K.REVIEW_RECORDS]
    assert (records.told["code"], records.told["n"]) == ("H001", 1)
    (month,) = [entry for entry in found if entry.kind is K.REVIEW_MONTH]
    assert (month.subject, month.told["month"]) == (NORTH, LAST_MONTH)
    await act(CaseEvent.APPROVE_OPENING, opening)
    assert (await _kinds(cast.sun)).count(K.REVIEW_CASE) == 1


async def test_an_officer_sees_months_and_loads_and_no_case(database: Database) -> None:
    await case_in(CaseStatus.OPENING_REVIEW, CHEN)
    late = TODAY.day > 3
    assert (await _kinds(cast.ola)).count(K.MISSING_MONTH) == (2 if late else 0)
    await put(MonthState.APPROVED, LAST_MONTH)
    async with begin(BUILDER) as unit:
        unit.add(ProgramSetting(program_id=PROGRAM_ID, setting=Setting.CASELOAD, value=1, valid_from=TODAY))
    for client in NORTH_MEMBERS[:2]:
        await filed(client, status=CaseStatus.INTERVENING, opened_on=TODAY)
    found = {entry.kind: entry for entry in await _watched(cast.ola)}
    assert (found[K.LOCK_MONTH].subject, found[K.CASELOAD_OVER].told) == (
        NORTH, {"worker": "Sam", "n": 3, "ratio": 1},
    )  # fmt: skip
    assert K.REVIEW_CASE not in found


@pytest.mark.parametrize("name", ["cai", "fatima", "petra", "adam"])
async def test_others_have_no_such_list(database: Database, name: str) -> None:
    async with begin(cast.ola, read_only=True) as unit:
        watch = Watch(await program_by_code(unit, PROGRAM), TODAY)
    async with begin(getattr(cast, name), read_only=True) as unit:
        with pytest.raises(NotAllowed):
            await watch_list(unit, watch, WorkFilter())


async def test_ten_times_the_rows_take_as_many_statements(database: Database) -> None:
    await case_in(CaseStatus.OPENING_REVIEW, CHEN)
    with counting() as few:
        await _watched(cast.sun)
    for client in NORTH_MEMBERS[:5]:
        await case_in(CaseStatus.OPENING_REVIEW, client)
        await flag((await log(contact(client=str(client)))).contact_id)
    with counting() as many:
        found = await _watched(cast.sun)
    assert (len(many), sum(entry.kind is K.REVIEW_CASE for entry in found)) == (len(few), 6)
