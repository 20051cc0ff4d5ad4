"""Months of the cast's North hospital, moved in as few words as possible."""

from typing import Any

from coord.access import Actor, Grant, Role
from coord.periods import (
    MonthDecision,
    MonthWords,
    approve_month,
    lock_report,
    return_month,
    send_back_month,
    submit_month,
)
from coord.periods.codes import MonthState, Move
from coord.periods.inputs import MonthOf
from coord.periods.places import MonthPlace, month_place
from coord.periods.tables import MonthReport
from coord.programs.tables import MonthLock
from coord.work import begin
from tests.world import BUILDER, FOUNDATION, NORTH, PROGRAM, PROGRAM_ID, cast, fixed

MONTH = "2026-09"
COORDINATOR = Actor.of(fixed("user/petra"), "Petra", "en", [Grant(NORTH, Role.HOSPITAL_COORDINATOR, FOUNDATION)])
_PLACE = {"program": PROGRAM, "hospital": str(NORTH)}
_ACTIONS: dict[Move, Any] = {
    Move.SUBMIT: submit_month,
    Move.RETURN: return_month,
    Move.APPROVE: approve_month,
    Move.SEND_BACK: send_back_month,
    Move.LOCK: lock_report,
}


async def move(actor: Actor, step: Move, month: str = MONTH, **said: Any) -> None:
    """One step of one actor, in a unit of its own."""
    given: dict[str, Any] = {**_PLACE, "month": month, **said}
    if step in {Move.RETURN, Move.SEND_BACK}:
        given = {"note": "请补充签到表", **given}
    parse = MonthWords.parse if step is Move.SUBMIT else MonthDecision.parse
    async with begin(actor) as unit:
        await _ACTIONS[step](unit, parse(given))


async def locked(month: str = MONTH) -> None:
    """A month that went through three pairs of hands."""
    await move(cast.sam, Move.SUBMIT, month)
    await move(cast.sun, Move.APPROVE, month)
    await move(cast.ola, Move.LOCK, month)


async def put(state: MonthState, month: str = MONTH) -> None:
    """A month's report as if it stood there, submitted by nobody of the cast."""
    async with begin(BUILDER) as unit:
        unit.add(MonthReport(program_id=PROGRAM_ID, hospital_id=NORTH, month=month, state=state))
        if state is MonthState.LOCKED:
            unit.add(MonthLock(program_id=PROGRAM_ID, hospital_id=NORTH, month=month))


async def place_of(actor: Actor = cast.sam, month: str = MONTH) -> MonthPlace:
    """The place of a month as an actor sees it."""
    async with begin(actor, read_only=True) as unit:
        return await month_place(unit, MonthOf.parse({**_PLACE, "month": month}))
