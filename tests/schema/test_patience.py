"""What takes too long is ended: a statement by the database, an operation by the clock."""

import asyncio
import math
from typing import Any

import pytest
from sqlalchemy import func, select, true
from sqlalchemy.orm import aliased

from coord.access import system
from coord.kernel.errors import TooSlow
from coord.organizations.tables import Organization
from coord.work import Unit, begin, walls
from coord.work.engine import Database
from coord.work.listing import Listing
from schema import running, viewer
from tests.schema.api import GRAPHQL, asking_as
from tests.schema.test_line import LOG, contact
from tests.world import cast

pytestmark = pytest.mark.anyio

COUNTER = system("test", "counts for long", "program.list")
ME = "{ viewer { name memberships { role } } }"


def pairs(times: int) -> Any:
    """Every organization with every organization, as often as asked for: little to say, much to count."""
    many = [aliased(Organization) for _ in range(times)]
    statement = select(func.count(many[0].id))  # type: ignore[arg-type]  # a column on the class
    for other in many[1:]:
        statement = statement.join(other, true())
    return statement


async def count_for_minutes(unit: Unit) -> Any:
    """Something that a defect might do."""
    return await unit.scalar(pairs(20))


async def sleep_for_minutes(_: Unit) -> Any:
    """Something else that a defect might do."""
    await asyncio.sleep(600)


async def test_a_statement_is_ended_and_the_connection_goes_on(real_database: Database) -> None:
    with pytest.raises(TooSlow):
        async with begin(cast.sam, read_only=True, statement_seconds=0.1) as unit:
            await count_for_minutes(unit)
    async with begin(cast.sam, read_only=True) as unit:
        assert await unit.scalar(pairs(1)) > 1


async def test_a_unit_of_a_person_that_says_nothing_has_half_a_minute_and_the_system_its_time(
    real_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert walls.LONGEST_SECONDS == 30
    monkeypatch.setattr(walls, "LONGEST_SECONDS", 0.1)
    with pytest.raises(TooSlow):
        async with begin(cast.sam) as unit:
            await count_for_minutes(unit)
    async with begin(COUNTER, read_only=True) as unit:
        times = math.ceil(math.log(10_000_000, await unit.scalar(pairs(1))))
        assert await unit.scalar(pairs(times)) > 0


async def test_only_a_unit_that_says_so_is_in_a_hurry(real_database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        seen = await unit.scalar(pairs(1))
        times = math.ceil(math.log(1_000_000, seen))
    with pytest.raises(TooSlow):
        async with begin(cast.sam, read_only=True, statement_seconds=0.001) as unit:
            await unit.scalar(pairs(times))
    async with begin(cast.sam, read_only=True) as unit:
        assert await unit.scalar(pairs(times)) == seen**times


@pytest.mark.parametrize("slow", [count_for_minutes, sleep_for_minutes])
async def test_a_question_that_takes_too_long_is_told_so(
    real_database: Database, monkeypatch: pytest.MonkeyPatch, slow: Any
) -> None:
    monkeypatch.setattr(running, "STATEMENT_SECONDS", 0.1)
    monkeypatch.setattr(running, "SECONDS", 0.5)
    async with asking_as(cast.sam) as api:
        with monkeypatch.context() as patched:
            patched.setattr(viewer, "read_viewer", slow)
            answer = await api.post({"query": ME}, Accept=GRAPHQL)
        after = await api.data(ME)
    assert (answer.status_code, answer.json()["data"]) == (200, None)
    assert [error["extensions"] for error in answer.json()["errors"]] == [{"code": "TIMEOUT"}]
    assert after["viewer"]["name"] == "Sam"


def test_the_limits_are_those_that_were_promised() -> None:
    assert (running.STATEMENT_SECONDS, running.SECONDS) == (2.0, 5.0)


async def test_a_change_is_not_promised_when_what_is_read_after_it_fails(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> dict[Any, int]:
        raise RuntimeError("the database lost the transaction")

    more = LOG.replace("client { code district }", "client { serviceContacts(first: 1) { totalCount } }")
    async with asking_as(cast.sam) as api:
        with monkeypatch.context() as patched:
            patched.setattr(Listing, "totals", fail)
            answer = await api.ask(more, input=contact())
        total = (await api.data("{ serviceContacts { totalCount } }"))["serviceContacts"]["totalCount"]
    assert answer["data"] is None
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["INTERNAL"]
    assert total == 0
