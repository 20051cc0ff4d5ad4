"""Two submissions at the same time, on databases that really commit."""

import asyncio
import uuid
from collections.abc import Sequence

import pytest

from coord.clients import RegisterClient, register_client
from coord.clients.tables import Client
from coord.contacts import LogContact
from coord.contacts.actions import Logged
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.errors import Conflict
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob, Submission
from tests.coord.making import DEMANDED, contact, log, stored
from tests.world import PROGRAM, cast

pytestmark = pytest.mark.anyio


async def _at_once(*given: LogContact) -> Sequence[Logged | BaseException]:
    return await asyncio.gather(*(log(one) for one in given), return_exceptions=True)


async def test_the_same_submission_many_times_at_once_is_one_contact_and_one_answer(real_database: Database) -> None:
    given = contact()
    answers = await _at_once(*[given] * 6)
    logged = [answer for answer in answers if isinstance(answer, Logged)]
    assert len(logged) == 6, answers
    assert len({answer.contact_id for answer in logged}) == 1
    assert sorted(answer.replayed for answer in logged) == [False, *[True] * 5]
    assert [len(await stored(m)) for m in (ServiceContact, Presence, Submission, OutboxJob)] == [1, 1, 1, 1]


async def test_one_key_with_two_contents_at_once_is_one_contact_and_one_conflict(real_database: Database) -> None:
    key = str(uuid.uuid4())
    answers = await _at_once(*(contact(idempotency_key=key, duration_minutes=n) for n in (10, 20)))
    refused = [answer for answer in answers if not isinstance(answer, Logged)]
    assert [type(answer) for answer in refused] == [Conflict]
    assert len(await stored(ServiceContact)) == 1


async def test_different_submissions_at_once_are_all_taken(real_database: Database) -> None:
    answers = await _at_once(*(contact(duration_minutes=n) for n in range(1, 13)))
    assert all(isinstance(answer, Logged) for answer in answers), answers
    assert sorted(row.duration_minutes for row in await stored(ServiceContact)) == list(range(1, 13))


async def test_people_registered_at_once_get_different_codes(real_database: Database) -> None:
    async def register(name: str) -> uuid.UUID:
        given = {"idempotency_key": uuid.uuid4(), "program": PROGRAM, "name": name, **DEMANDED}
        async with begin(cast.sam) as unit:
            return await register_client(unit, RegisterClient.parse(given))

    made = await asyncio.gather(*(register(f"新人{n}NORTH") for n in range(5)))
    codes = {row.code for row in await stored(Client) if row.id in made}
    assert (len(set(made)), len(codes)) == (5, 5)
