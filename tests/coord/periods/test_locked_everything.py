"""After the lock nothing is dated into a month: not a case's steps, not a scale, not a consent, not an attempt."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import pytest

from coord.cases import assess_case, rate_goals, start_case, submit_closing
from coord.cases.codes import CaseStatus
from coord.cases.inputs import AssessCase, RateGoals, StartCase, SubmitClosing
from coord.cases.tables import CaseFile
from coord.clients.consents import record_consent
from coord.clients.consents.tables import Consent
from coord.kernel.errors import Invalid
from coord.outcomes import record_scale
from coord.outcomes.tables import ScaleScore
from coord.programs.tables import MonthLock
from coord.work import Unit, begin
from coord.work.engine import Database
from tests.coord.cases.making import INTAKE, TODAY, case_in, given
from tests.coord.clients.test_consents import sharing
from tests.coord.making import stored
from tests.coord.outcomes.recording import DANGER, scale
from tests.world import BUILDER, CHEN, HUANG, NORTH, NORTH_MEMBERS, PROGRAM_ID, SOUTH, cast

pytestmark = pytest.mark.anyio
Verb = Callable[[Unit], Awaitable[Any]]


async def _lock(month: str, hospital: Any = NORTH) -> None:
    async with begin(BUILDER) as unit:
        unit.add(MonthLock(program_id=PROGRAM_ID, hospital_id=hospital, month=month))


async def _refused(verb: Verb, field: str, month: str) -> None:
    with pytest.raises(Invalid) as refused:
        async with begin(cast.sam) as unit:
            await verb(unit)
    assert [(p.field, p.code, p.arguments) for p in refused.value.problems] == [
        (field, "MONTH_LOCKED", {"month": month})
    ]


def _started(day: date) -> Verb:
    return lambda unit: start_case(unit, given(StartCase, client=HUANG, received_on=day, **INTAKE))


def _scale(day: date) -> Verb:
    return lambda unit: record_scale(unit, scale(DANGER, taken_on=str(day)))


def _consent(day: date) -> Verb:
    return lambda unit: record_consent(unit, sharing(given_on=str(day)))


@pytest.mark.parametrize(
    ("verb", "field", "table"),
    [(_scale, "taken_on", ScaleScore), (_consent, "given_on", Consent)],
)
async def test_of_two_days_the_one_in_the_locked_month_is_refused(
    database: Database, verb: Callable[[date], Verb], field: str, table: Any
) -> None:
    locked = TODAY.replace(day=1) - timedelta(days=1)
    await _lock(f"{locked:%Y-%m}")
    before = len(await stored(table))
    await _refused(verb(locked), field, f"{locked:%Y-%m}")
    assert len(await stored(table)) == before
    async with begin(cast.sam) as unit:
        await verb(TODAY)(unit)
    assert len(await stored(table)) == before + 1


async def test_the_month_of_another_hospital_locks_nothing_here(database: Database) -> None:
    await _lock(f"{TODAY:%Y-%m}", SOUTH)
    async with begin(cast.sam) as unit:
        started = await _started(TODAY)(unit)
    assert [row.id for row in await stored(CaseFile, CaseFile.client_id == HUANG)] == [started]


async def test_nobody_is_taken_in_on_a_day_of_a_locked_month(database: Database) -> None:
    await _lock(f"{TODAY:%Y-%m}")
    await _refused(_started(TODAY), "received_on", f"{TODAY:%Y-%m}")


async def test_no_step_of_a_case_is_dated_into_a_locked_month(database: Database) -> None:
    assessed, worked = await case_in(CaseStatus.ASSESSING, HUANG), await case_in(CaseStatus.INTERVENING, CHEN)
    opened, month = await case_in(CaseStatus.OPEN, NORTH_MEMBERS[0]), f"{TODAY:%Y-%m}"
    await _lock(month)
    closing = {"closure": "ENDED_BY_CLIENT", "ends_on": TODAY, "summary": "按计划完成"}
    rating = [{"goal": str(worked), "attainment": 80}]
    refused: list[tuple[Verb, str]] = [
        (lambda u: assess_case(u, given(AssessCase, case=assessed, assessed_on=TODAY, needs="睡眠")), "assessed_on"),
        (lambda u: rate_goals(u, given(RateGoals, case=worked, rated_on=TODAY, ratings=rating)), "rated_on"),
        (lambda u: submit_closing(u, given(SubmitClosing, case=opened, **closing)), "ends_on"),
    ]
    for verb, field in refused:
        await _refused(verb, field, month)
