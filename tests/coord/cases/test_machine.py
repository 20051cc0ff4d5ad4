"""Every event by every role from every state: what the table does not hold is refused and writes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from coord.access import Actor, Grant, Role
from coord.audit.tables import AuditEntry
from coord.cases.codes import CaseEvent, CaseStatus
from coord.cases.rules import TABLE, who_does
from coord.cases.tables import CaseAssessment, CaseFile, CaseGoal, CasePlan, CaseStep
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import DO, act, case_in, start
from tests.world import BUILDER, FOUNDATION, NORTH, cast, fixed

pytestmark = pytest.mark.anyio
S, E = CaseStatus, CaseEvent
# Written down apart from the code, from the description of the field: who may do what from where.
WORKER: Mapping[CaseStatus, Mapping[CaseEvent, CaseStatus]] = {
    S.DRAFT: {E.WRITE_INTAKE: S.DRAFT, E.SUBMIT_INTAKE: S.WAITING_ASSIGNMENT},
    S.WAITING_ASSIGNMENT: {E.TAKE: S.ASSESSING},
    S.ASSESSING: {E.WRITE_INTAKE: S.ASSESSING, E.ASSESS: S.ASSESSING, E.SUBMIT_OPENING: S.OPENING_REVIEW},
    S.OPEN: {E.WRITE_PLAN: S.OPEN, E.SUBMIT_CLOSING: S.CLOSING_REVIEW},
    S.INTERVENING: {E.WRITE_PLAN: S.INTERVENING, E.RATE_GOALS: S.INTERVENING},
    S.RETURNED: {E.RESUME: S.ASSESSING},
    S.CLOSED: {E.RECORD_FOLLOW_UP: S.FOLLOW_UP, E.REOPEN: S.CLOSED},
    S.FOLLOW_UP: {E.RECORD_FOLLOW_UP: S.FOLLOW_UP, E.REOPEN: S.FOLLOW_UP},
}
SUPERVISOR: Mapping[CaseStatus, Mapping[CaseEvent, CaseStatus]] = {
    S.WAITING_ASSIGNMENT: {E.ASSIGN: S.ASSESSING},
    S.OPENING_REVIEW: {E.APPROVE_OPENING: S.OPEN, E.DECLINE_OPENING: S.NOT_OPENED, E.RETURN: S.RETURNED},
    S.CLOSING_REVIEW: {E.APPROVE_CLOSING: S.CLOSED, E.RETURN: S.RETURNED},
}
COORDINATOR = Actor.of(fixed("user/c"), "C", "en", [Grant(NORTH, Role.HOSPITAL_COORDINATOR, FOUNDATION)])
COLLEAGUE = Actor.of(fixed("user/d"), "D", "en", [Grant(NORTH, Role.SOCIAL_WORKER, FOUNDATION)])
OTHERS: Mapping[str, Actor] = {
    "another hospital": cast.nia, "foundation": cast.ola, "sponsor": cast.fatima, "community": cast.cai,
    "administrator": cast.adam, "outsider": cast.petra, "coordinator": COORDINATOR, "colleague without a post": COLLEAGUE,
}  # fmt: skip
REFUSALS = (Conflict, Invalid, NotAllowed, NotFound)
_TABLES: Sequence[Any] = (CaseFile, CaseAssessment, CasePlan, CaseGoal, CaseStep, AuditEntry)


async def picture() -> list[list[dict[str, Any]]]:
    """Everything that a step could write."""
    async with begin(BUILDER, read_only=True) as unit:
        return [[row.model_dump() for row in await unit.scalars(select(table))] for table in _TABLES]


async def state_of(case: Any) -> CaseStatus:
    async with begin(BUILDER, read_only=True) as unit:
        return (await unit.find(CaseFile, case)).status


async def all_refused(events: Sequence[CaseEvent], case: Any, actor: Actor) -> None:
    """Every one of these is refused. The unit is kept, so that anything half written would stay."""
    async with begin(actor) as unit:
        for event in events:
            with pytest.raises(REFUSALS):
                await DO[event](unit, case)


async def stands(case: Any, status: CaseStatus, *, ask_all: bool = False) -> None:
    """The case is where it should be, and nothing but what the table says can happen to it there."""
    assert await state_of(case) is status
    before = await picture()
    for actor, table in ((cast.sam, WORKER), (cast.sun, SUPERVISOR)):
        await all_refused([event for event in DO if event not in table.get(status, {})], case, actor)
    for actor in OTHERS.values() if ask_all else ():
        await all_refused(list(DO), case, actor)
    assert await picture() == before


WALK: Sequence[tuple[CaseEvent, CaseStatus]] = (
    (E.WRITE_INTAKE, S.DRAFT), (E.SUBMIT_INTAKE, S.WAITING_ASSIGNMENT), (E.TAKE, S.ASSESSING), (E.ASSESS, S.ASSESSING),
    (E.WRITE_INTAKE, S.ASSESSING), (E.SUBMIT_OPENING, S.OPENING_REVIEW), (E.RETURN, S.RETURNED), (E.RESUME, S.ASSESSING),
    (E.SUBMIT_OPENING, S.OPENING_REVIEW), (E.APPROVE_OPENING, S.OPEN), (E.WRITE_PLAN, S.OPEN), (E.SUBMIT_PLAN, S.OPEN),
    (E.RETURN_PLAN, S.OPEN), (E.SUBMIT_PLAN, S.OPEN), (E.APPROVE_PLAN, S.INTERVENING), (E.RATE_GOALS, S.INTERVENING),
    (E.WRITE_PLAN, S.INTERVENING), (E.SUBMIT_PLAN, S.INTERVENING), (E.RETURN_PLAN, S.INTERVENING),
    (E.SUBMIT_PLAN, S.INTERVENING), (E.APPROVE_PLAN, S.INTERVENING), (E.RATE_GOALS, S.INTERVENING),
    (E.SUBMIT_CLOSING, S.CLOSING_REVIEW), (E.RETURN, S.RETURNED), (E.RESUME, S.INTERVENING),
    (E.SUBMIT_CLOSING, S.CLOSING_REVIEW), (E.APPROVE_CLOSING, S.CLOSED), (E.RECORD_FOLLOW_UP, S.FOLLOW_UP),
    (E.RECORD_FOLLOW_UP, S.FOLLOW_UP),
)  # fmt: skip
ASK_ALL = {S.ASSESSING, S.OPENING_REVIEW, S.FOLLOW_UP}


async def test_a_whole_life_and_at_each_place_everything_else_is_refused(database: Database) -> None:
    case, met = await start(), {S.RETURNED}
    await stands(case, S.DRAFT)
    for event, status in WALK:
        await act(event, case)
        if event in {E.RESUME, E.WRITE_PLAN, E.RATE_GOALS} or status in met:
            assert await state_of(case) is status
            continue
        await stands(case, status, ask_all=status in ASK_ALL)
        met.add(status)
    again = await act(E.REOPEN, case)
    assert (await state_of(case), await state_of(again)) == (S.FOLLOW_UP, S.ASSESSING)
    await all_refused([E.REOPEN], case, cast.sam)


async def test_a_case_is_declined_and_the_person_may_come_again(database: Database) -> None:
    case = await start()
    with pytest.raises(Conflict):
        await start()
    await act(E.SUBMIT_INTAKE, case)
    await act(E.ASSIGN, case)
    await all_refused([E.SUBMIT_OPENING], case, cast.sam)
    await act(E.ASSESS, case)
    await act(E.SUBMIT_OPENING, case)
    await act(E.DECLINE_OPENING, case)
    await stands(case, S.NOT_OPENED)
    assert await state_of(await start()) is S.DRAFT


async def test_a_returned_opening_cannot_be_closed_and_a_file_without_a_plan_can(database: Database) -> None:
    case = await case_in(S.OPEN)
    await all_refused([E.APPROVE_PLAN, E.RETURN_PLAN, E.SUBMIT_PLAN], case, cast.sam)
    await act(E.SUBMIT_CLOSING, case)
    await act(E.RETURN, case)
    await stands(case, S.RETURNED)
    await act(E.RESUME, case)
    assert await state_of(case) is S.OPEN


def test_every_event_is_in_the_table_and_has_one_kind_of_person() -> None:
    assert {line.event for line in TABLE} == set(CaseEvent)
    assert all(line.who is who_does(line.event) for line in TABLE)
    keys = [(line.source, line.event, line.target) for line in TABLE]
    assert len(keys) == len(set(keys))
