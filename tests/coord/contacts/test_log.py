"""Logging one contact."""

import uuid
from typing import Any

import pytest

from coord.contacts import LogContact, log_contact
from coord.kernel.errors import Conflict, Invalid, NotAllowed
from coord.measures import MeasureQuery, measure_table
from coord.work import begin
from coord.work.engine import Database
from tests.world import LIN, PROGRAM, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


def contact(**changed: Any) -> LogContact:
    """A valid contact of Sam with Lin, changed where a test needs it."""
    given = {
        "idempotency_key": str(uuid.uuid4()),
        "program": PROGRAM,
        "client": str(LIN),
        "service_code": "CASE_CONTACT",
        "occurred_on": "2026-09-03",
        "duration_minutes": 30,
    }
    return LogContact.parse({**given, **changed})


async def person_times() -> int:
    async with begin(cast.ola, read_only=True) as unit:
        query = MeasureQuery(program=PROGRAM, from_day="2026-01-01", to_day="2026-12-31", group_by=("MONTH", "TARGET"))
        return (await measure_table(unit, query)).total["person_times"]


async def test_a_logged_contact_is_one_person_time_for_the_foundation(database: Database) -> None:
    async with begin(cast.sam) as unit:
        await log_contact(unit, contact())
    assert await person_times() == 1


async def test_the_same_key_and_content_gives_the_first_answer_and_adds_nothing(database: Database) -> None:
    given = contact()
    async with begin(cast.sam) as unit:
        first = await log_contact(unit, given)
    async with begin(cast.sam) as unit:
        second = await log_contact(unit, given)
    assert (second.contact_id, second.replayed) == (first.contact_id, True)
    assert await person_times() == 1


async def test_the_same_key_with_other_content_is_a_conflict(database: Database) -> None:
    key = str(uuid.uuid4())
    async with begin(cast.sam) as unit:
        await log_contact(unit, contact(idempotency_key=key))
    with pytest.raises(Conflict):
        async with begin(cast.sam) as unit:
            await log_contact(unit, contact(idempotency_key=key, duration_minutes=45))
    assert await person_times() == 1


async def test_a_client_of_another_hospital_is_refused_and_nothing_is_written(database: Database) -> None:
    with pytest.raises(Invalid) as refused:
        async with begin(cast.sam) as unit:
            await log_contact(unit, contact(client=str(SOUTH_ZHAO)))
    assert [(p.field, p.code) for p in refused.value.problems] == [("client", "NO_SUCH_CLIENT")]
    assert await person_times() == 0


async def test_a_sponsor_may_not_log(database: Database) -> None:
    with pytest.raises(NotAllowed):
        async with begin(cast.fatima) as unit:
            await log_contact(unit, contact())
    assert await person_times() == 0
