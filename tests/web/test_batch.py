"""SVC-2: several contacts at once: each row stands for itself, and sent twice it adds nothing."""

import uuid
from typing import Any

import pytest

from coord.contacts.batch import log_contacts
from coord.contacts.inputs import MAX_BATCH
from coord.contacts.tables import ServiceContact
from coord.kernel.errors import Invalid, NotAllowed
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.web.visit import count_of, fields_of, visiting
from tests.world import CHEN, HUANG, LIN, PROGRAM, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio


def _row(number: int, **changed: Any) -> dict[str, Any]:
    usual = {
        "idempotency_key": str(uuid.uuid4()),
        "program": PROGRAM,
        "client": str(LIN),
        "service_code": "BEDSIDE_VISIT",
    }
    return {**usual, "occurred_on": f"2026-09-{number % 28 + 1:02d}", "duration_minutes": 10 + number % 50, **changed}


async def test_two_hundred_rows_twice_add_nothing_and_one_bad_row_keeps_the_others(database: Database) -> None:
    rows = [_row(n) for n in range(MAX_BATCH)]
    rows[77] = _row(77, client=str(SOUTH_ZHAO))
    async with begin(cast.sam) as unit:
        first = await log_contacts(unit, rows)
    assert [n for n, out in enumerate(first) if out.problems] == [77]
    assert [problem.code for problem in first[77].problems] == ["NO_SUCH_CLIENT"]
    async with begin(cast.sam) as unit:
        again = await log_contacts(unit, rows)
    assert [out.contact_id for out in again] == [out.contact_id for out in first]
    assert [out.replayed for out in again] == [n != 77 for n in range(MAX_BATCH)]
    assert len(await stored(ServiceContact)) == MAX_BATCH - 1


async def test_a_batch_has_an_end_and_is_for_workers(database: Database) -> None:
    with pytest.raises(Invalid):
        async with begin(cast.sam) as unit:
            await log_contacts(unit, [_row(n) for n in range(MAX_BATCH + 1)])
    with pytest.raises(NotAllowed):
        async with begin(cast.ola) as unit:
            await log_contacts(unit, [_row(1)])
    assert await stored(ServiceContact) == []


async def test_the_grid_saves_what_it_can_and_gives_the_rest_back(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get("/batch"), "/batch")
        assert len(fields["idempotency_key"]) == 5
        chosen = (
            fields
            | {"service_code": ["BEDSIDE_VISIT"] * 5}
            | {
                "client": [str(LIN), str(CHEN), "", str(HUANG), ""],
                "duration_minutes": ["20", "zehn", "", "0", ""],
            }
        )
        answer = await sam.post("/batch", data=chosen)
        left = fields_of(answer, "/batch")
        assert (answer.status_code, left["client"], left["duration_minutes"]) == (
            422,
            [str(CHEN), str(HUANG)],
            ["zehn", "0"],
        )
        assert await count_of() == 1
        await sam.post("/batch", data=chosen)
        assert await count_of() == 1
        done = await sam.post("/batch", data=left | {"duration_minutes": ["10", "15"]})
    assert (done.headers["location"], await count_of()) == ("/today", 3)


async def test_more_rows_keep_what_was_typed(database: Database) -> None:
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get("/batch"), "/batch")
        answer = await sam.post("/batch", data=fields | {"note": ["第一行", "", "", "", ""], "do": ["more"]})
    more = fields_of(answer, "/batch")
    assert (len(more["idempotency_key"]), len(set(more["idempotency_key"])), more["note"][0]) == (10, 10, "第一行")
    assert await count_of() == 0
