"""Every step of a month by every member of the cast from every state: the table, and nothing else."""

import asyncio
from collections.abc import Mapping

import pytest

from coord.access import Actor
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.periods.codes import MonthState, Move
from coord.periods.tables import MonthReport, MonthSnapshot, MonthStep
from coord.programs.tables import MonthLock
from coord.work.engine import Database
from tests.coord.making import stored
from tests.coord.periods.handling import COORDINATOR, MONTH, move, put
from tests.world import NORTH, SOUTH, cast

pytestmark = pytest.mark.anyio
S, M = MonthState, Move
_WHO: Mapping[str, Actor] = {
    "sam": cast.sam, "coordinator": COORDINATOR, "sun": cast.sun, "ola": cast.ola, "nia": cast.nia, "cai": cast.cai,
    "fatima": cast.fatima, "adam": cast.adam,
}  # fmt: skip
_MAY = {
    M.SUBMIT: {"sam", "coordinator"}, M.RETURN: {"sun", "coordinator"}, M.APPROVE: {"sun", "coordinator"},
    M.SEND_BACK: {"ola"}, M.LOCK: {"ola"},
}  # fmt: skip
_LEADS = {
    (S.OPEN, M.SUBMIT): S.SUBMITTED, (S.RETURNED, M.SUBMIT): S.SUBMITTED, (S.SUBMITTED, M.RETURN): S.RETURNED,
    (S.SUBMITTED, M.APPROVE): S.APPROVED, (S.APPROVED, M.SEND_BACK): S.RETURNED, (S.APPROVED, M.LOCK): S.LOCKED,
}  # fmt: skip
_CASES = [(state, step, who) for state in S for step in M for who in _WHO]


def _expected(state: MonthState, step: Move, who: str) -> MonthState | type[Exception]:
    if who == "nia" and step is M.SUBMIT:
        return NotFound
    if who not in _MAY[step]:
        return NotAllowed
    return _LEADS.get((state, step), Conflict)


async def test_every_step_by_everybody_from_every_state(database: Database) -> None:
    for number, (state, step, who) in enumerate(_CASES):
        month = f"{1990 + number // 12:04d}-{number % 12 + 1:02d}"
        await put(state, month)
        expected = _expected(state, step, who)
        if isinstance(expected, MonthState):
            await move(_WHO[who], step, month)
        else:
            with pytest.raises(expected):
                await move(_WHO[who], step, month)
            expected = state
        (report,) = await stored(MonthReport, MonthReport.month == month)
        assert report.state is expected, (state, step, who)
    moved = sum(isinstance(_expected(*case), MonthState) for case in _CASES)
    assert (len(_CASES), moved, len(await stored(MonthStep))) == (200, 10, 10)
    assert len(await stored(MonthSnapshot)) == 1


async def test_who_submitted_neither_approves_nor_locks_and_a_third_one_locks(database: Database) -> None:
    await move(COORDINATOR, M.SUBMIT)
    for step in (M.APPROVE, M.RETURN):
        with pytest.raises(Conflict) as refused:
            await move(COORDINATOR, step)
        assert refused.value.problems[0].code == "ANOTHER_PERSON_MUST"
    await move(cast.sun, M.APPROVE)
    await move(cast.ola, M.LOCK)
    (report,) = await stored(MonthReport)
    assert (report.submitted_by_id, report.approved_by_id, report.locked_by_id) == (
        COORDINATOR.user_id, cast.sun.user_id, cast.ola.user_id,
    )  # fmt: skip
    assert [(lock.hospital_id, lock.month) for lock in await stored(MonthLock)] == [(NORTH, MONTH)]


async def test_giving_back_needs_a_reason_and_the_way_is_kept(database: Database) -> None:
    await move(cast.sam, M.SUBMIT, words="本月服务平稳")
    with pytest.raises(Invalid):
        await move(cast.sun, M.RETURN, note=" ")
    await move(cast.sun, M.RETURN, note="缺签到表")
    await move(cast.sam, M.SUBMIT)
    steps = [(step.from_state, step.to_state, step.note) for step in await stored(MonthStep)]
    assert steps == [
        (S.OPEN, S.SUBMITTED, None),
        (S.SUBMITTED, S.RETURNED, "缺签到表"),
        (S.RETURNED, S.SUBMITTED, None),
    ]


async def test_another_hospitals_month_is_not_found(database: Database) -> None:
    for who in (cast.sam, COORDINATOR):
        with pytest.raises(NotFound):
            await move(who, M.SUBMIT, hospital=str(SOUTH))
    assert await stored(MonthReport) == []


async def test_a_running_month_is_not_submitted(database: Database) -> None:
    with pytest.raises(Conflict) as refused:
        await move(cast.sam, M.SUBMIT, "2199-01")
    assert refused.value.problems[0].code == "MONTH_NOT_OVER"


async def test_of_a_hundred_approvals_and_returns_at_once_one_wins(real_database: Database) -> None:
    await put(S.SUBMITTED)
    pairs = [move(actor, step) for _ in range(50) for actor, step in ((cast.sun, M.APPROVE), (COORDINATOR, M.RETURN))]
    answers = await asyncio.gather(*pairs, return_exceptions=True)
    assert [answer for answer in answers if answer is not None and not isinstance(answer, Conflict)] == []
    assert answers.count(None) == 1
    ((step,), (report,)) = (await stored(MonthStep), await stored(MonthReport))
    assert step.to_state is report.state
    assert report.state in {S.APPROVED, S.RETURNED}
