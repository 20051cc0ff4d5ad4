"""Keys of submissions, one after the other and truly at the same time."""

import asyncio
import uuid

import pytest

from coord.contacts import LogContact, log_contact
from coord.contacts.tables import ServiceContact
from coord.kernel.errors import Conflict
from coord.work import begin
from coord.work.engine import Database
from coord.work.idempotency import remember, replayed
from coord.work.tables import Submission
from tests.coord.making import contact, log, stored
from tests.world import BUILDER, PROGRAM, cast

pytestmark = pytest.mark.anyio
A_MOMENT = 0.3


async def _while_the_first_is_open(first: LogContact, second: LogContact) -> tuple[object, object]:
    """Send the second when the first is written and not yet committed."""
    async with begin(cast.sam) as unit:
        answer = await log_contact(unit, first)
        waiting = asyncio.create_task(log(second))
        await asyncio.sleep(A_MOMENT)
        assert not waiting.done()
    (other,) = await asyncio.gather(waiting, return_exceptions=True)
    return answer, other


async def test_the_second_of_two_at_once_waits_and_gets_the_first_answer(real_database: Database) -> None:
    given = contact()
    first, second = await _while_the_first_is_open(given, given)
    assert (second.contact_id, second.replayed) == (first.contact_id, True)  # type: ignore[attr-defined]
    assert [len(await stored(model)) for model in (ServiceContact, Submission)] == [1, 1]


async def test_the_second_of_two_at_once_with_other_content_is_a_conflict(real_database: Database) -> None:
    key = str(uuid.uuid4())
    given = [contact(idempotency_key=key, duration_minutes=n) for n in (10, 20)]
    _, second = await _while_the_first_is_open(*given)
    assert isinstance(second, Conflict)
    assert [row.duration_minutes for row in await stored(ServiceContact)] == [10]


async def test_a_key_whose_unit_failed_is_free_again(real_database: Database) -> None:
    given = contact()
    with pytest.raises(InterruptedError):
        await _log_and_break(given)
    assert (await log(given)).replayed is False
    assert len(await stored(ServiceContact)) == 1


async def _log_and_break(given: LogContact) -> None:
    async with begin(cast.sam) as unit:
        await log_contact(unit, given)
        raise InterruptedError


async def test_the_system_claims_no_keys(database: Database) -> None:
    given = contact(program=PROGRAM)
    async with begin(BUILDER) as unit:
        assert await remember(unit, given.idempotency_key, given, uuid.uuid4()) is None
        assert await replayed(unit, given.idempotency_key, given) is None
    assert await stored(Submission) == []
