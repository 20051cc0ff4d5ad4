"""Cases for tests: one in any state, and every event as somebody would cause it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord.access import Actor
from coord.cases import (
    advance_case,
    assess_case,
    assign_case,
    decide_case,
    rate_goals,
    record_follow_up,
    start_case,
    submit_closing,
    write_intake,
    write_plan,
)
from coord.cases.codes import CaseEvent, CaseStatus
from coord.cases.inputs import (
    AssessCase,
    AssignCase,
    MoveCase,
    RateGoals,
    RecordFollowUp,
    StartCase,
    SubmitClosing,
    WriteIntake,
    WritePlan,
)
from coord.cases.tables import CaseFile, CaseFollowUp, CaseGoal
from coord.kernel.clock import today
from coord.kernel.sql import select
from coord.work import Unit, begin
from tests.world import AGENCY, BUILDER, CHEN, NORTH, PROGRAM_ID, SAM_WORKER, cast

TODAY = today("Asia/Shanghai")
SOON = TODAY + timedelta(days=30)
INTAKE = {"source": "COMMUNITY", "urgency": "ROUTINE", "risk": "NONE_SEEN", "decision": "OPEN",
          "presenting_issue": "失眠NORTH三个月"}  # fmt: skip
GOAL = {"statement": "每周外出三次", "indicator": "外出记录", "baseline": "0 次", "target": "3 次", "due_on": str(SOON)}


def given(model: Any, **fields: Any) -> Any:
    """An input as a door would parse it."""
    return model.parse({name: str(v) if isinstance(v, (UUID, date)) else v for name, v in fields.items()})


async def filed(client: UUID = CHEN, **facts: Any) -> UUID:
    """A case as it lies in the database, whoever brought it there."""
    row = CaseFile(**{
        "program_id": PROGRAM_ID, "hospital_id": NORTH, "agency_id": AGENCY, "client_id": client, "worker_id": SAM_WORKER,
        "status": CaseStatus.INTERVENING, "received_on": facts.get("opened_on", TODAY), **facts,
    })  # fmt: skip
    async with begin(BUILDER) as unit:
        unit.add(row)
    return row.id


async def closed_case(client: UUID, opened_on: date, closed_on: date, closure: str) -> UUID:
    """A case that came to its end."""
    return await filed(client, opened_on=opened_on, closed_on=closed_on, closure=closure, status=CaseStatus.CLOSED)


async def start(actor: Actor = cast.sam, client: UUID = CHEN, **changed: Any) -> UUID:
    """A draft of somebody."""
    async with begin(actor) as unit:
        return await start_case(unit, given(StartCase, client=client, received_on=TODAY, **{**INTAKE, **changed}))


async def _goal_of(unit: Unit, case: UUID) -> UUID:
    found = await unit.scalar(select(CaseGoal.id).where(col(CaseGoal.case_id) == case))
    return found or case


async def _follow_up_of(unit: Unit, case: UUID) -> UUID:
    statement = select(CaseFollowUp.id).where(col(CaseFollowUp.case_id) == case).order_by(col(CaseFollowUp.due_on))
    return await unit.scalar(statement) or case


def _moving(verb: Any, event: CaseEvent) -> Callable[[Unit, UUID], Awaitable[UUID]]:
    async def move(unit: Unit, case: UUID) -> UUID:
        moved: UUID = await verb(unit, given(MoveCase, case=case, event=event, reason="请补充材料"))
        return moved

    return move


async def _intake(unit: Unit, case: UUID) -> UUID:
    return await write_intake(unit, given(WriteIntake, case=case, **INTAKE))


async def _assess(unit: Unit, case: UUID) -> UUID:
    return await assess_case(unit, given(AssessCase, case=case, assessed_on=TODAY, needs="睡眠"))


async def _plan(unit: Unit, case: UUID) -> UUID:
    wanted = {"review_on": SOON, "client_agrees": True, "goals": [GOAL]}
    return await write_plan(unit, given(WritePlan, case=case, **wanted))


async def _rate(unit: Unit, case: UUID) -> UUID:
    rating = {"goal": str(await _goal_of(unit, case)), "attainment": 80}
    return await rate_goals(unit, given(RateGoals, case=case, rated_on=TODAY, ratings=[rating]))


async def _close(unit: Unit, case: UUID) -> UUID:
    said = {"closure": "ENDED_BY_CLIENT", "ends_on": TODAY, "summary": "按计划完成", "adequate_treatment": "REACHED"}
    return await submit_closing(unit, given(SubmitClosing, case=case, **said))


async def _follow(unit: Unit, case: UUID) -> UUID:
    said = {"follow_up": await _follow_up_of(unit, case), "done_on": TODAY, "status": "REACHED", "method": "PHONE"}
    return await record_follow_up(unit, given(RecordFollowUp, **said))


async def _assign(unit: Unit, case: UUID) -> UUID:
    return await assign_case(unit, given(AssignCase, case=case, worker=SAM_WORKER))


DO: Mapping[CaseEvent, Callable[[Unit, UUID], Awaitable[UUID]]] = {
    CaseEvent.WRITE_INTAKE: _intake,
    CaseEvent.ASSESS: _assess,
    CaseEvent.WRITE_PLAN: _plan,
    CaseEvent.RATE_GOALS: _rate,
    CaseEvent.SUBMIT_CLOSING: _close,
    CaseEvent.RECORD_FOLLOW_UP: _follow,
    CaseEvent.ASSIGN: _assign,
    **{
        event: _moving(advance_case, event)
        for event in (CaseEvent.SUBMIT_INTAKE, CaseEvent.TAKE, CaseEvent.SUBMIT_OPENING, CaseEvent.RESUME,
                      CaseEvent.SUBMIT_PLAN, CaseEvent.REOPEN)
    },
    **{
        event: _moving(decide_case, event)
        for event in (CaseEvent.APPROVE_OPENING, CaseEvent.DECLINE_OPENING, CaseEvent.RETURN, CaseEvent.APPROVE_PLAN,
                      CaseEvent.RETURN_PLAN, CaseEvent.APPROVE_CLOSING)
    },
}  # fmt: skip

_TO_OPEN = (CaseEvent.SUBMIT_INTAKE, CaseEvent.TAKE, CaseEvent.ASSESS, CaseEvent.SUBMIT_OPENING,
            CaseEvent.APPROVE_OPENING)  # fmt: skip
_TO_WORK = (*_TO_OPEN, CaseEvent.WRITE_PLAN, CaseEvent.SUBMIT_PLAN, CaseEvent.APPROVE_PLAN)
_TO_CLOSE = (*_TO_WORK, CaseEvent.RATE_GOALS, CaseEvent.SUBMIT_CLOSING)
PATHS: Mapping[CaseStatus, tuple[CaseEvent, ...]] = {
    CaseStatus.DRAFT: (),
    CaseStatus.WAITING_ASSIGNMENT: _TO_OPEN[:1],
    CaseStatus.ASSESSING: _TO_OPEN[:3],
    CaseStatus.OPENING_REVIEW: _TO_OPEN[:4],
    CaseStatus.OPEN: _TO_OPEN,
    CaseStatus.NOT_OPENED: (*_TO_OPEN[:4], CaseEvent.DECLINE_OPENING),
    CaseStatus.INTERVENING: _TO_WORK,
    CaseStatus.CLOSING_REVIEW: _TO_CLOSE,
    CaseStatus.CLOSED: (*_TO_CLOSE, CaseEvent.APPROVE_CLOSING),
    CaseStatus.FOLLOW_UP: (*_TO_CLOSE, CaseEvent.APPROVE_CLOSING, CaseEvent.RECORD_FOLLOW_UP),
    CaseStatus.RETURNED: (*_TO_OPEN[:4], CaseEvent.RETURN),
}
_DECIDED = {CaseEvent.APPROVE_OPENING, CaseEvent.DECLINE_OPENING, CaseEvent.RETURN, CaseEvent.APPROVE_PLAN,
            CaseEvent.RETURN_PLAN, CaseEvent.APPROVE_CLOSING, CaseEvent.ASSIGN, CaseEvent.TRANSFER}  # fmt: skip


async def act(event: CaseEvent, case: UUID, actor: Actor | None = None) -> UUID:
    """Cause an event in a unit of its own, as whoever usually does it."""
    who = actor or (cast.sun if event in _DECIDED else cast.sam)
    async with begin(who) as unit:
        return await DO[event](unit, case)


async def case_in(status: CaseStatus, client: UUID = CHEN) -> UUID:
    """A case that was led into a state, step by step."""
    case = await start(client=client)
    for event in PATHS[status]:
        await act(event, case)
    return case
