"""The worked example of the counting rules, number by number.

January, one hospital. Ms. L. has 3 case contacts; her husband is present in 1. A group of 4 sessions
with attendance 9, 11, 10, 8 (12 distinct people including Ms. L.). One lobby lecture with 60 anonymous
people. One no-show. February: Ms. L. has 2 contacts.
"""

from collections.abc import Mapping

import pytest

from coord.clients import RegisterClient, register_client
from coord.kernel.ids import uuid7
from coord.measures import identified_share
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import DEMANDED, cells, contact, log, total, without_client
from tests.world import LIN, NORTH_GROUP, NORTH_MEMBERS, PROGRAM, cast

pytestmark = pytest.mark.anyio
JANUARY, TO_FEBRUARY = ("2026-01-01", "2026-01-31"), ("2026-01-01", "2026-02-28")


async def _newcomer() -> str:
    async with begin(cast.sam) as unit:
        given = {"idempotency_key": uuid7(), "program": PROGRAM, "name": "新组员NORTH", **DEMANDED}
        return str(await register_client(unit, RegisterClient.parse(given)))


async def _january() -> None:
    for day, husband in (("2026-01-05", 0), ("2026-01-12", 1), ("2026-01-19", 0)):
        await log(contact(occurred_on=day, family_present=husband))
    twelve = [str(LIN), *map(str, NORTH_MEMBERS), await _newcomer()]
    for day, came in (("06", twelve[:9]), ("13", twelve[:11]), ("20", twelve[2:]), ("27", twelve[:8])):
        session = {"client": None, "service_code": "GROUP_SESSION", "group": str(NORTH_GROUP)}
        await log(contact(**session, attendees=came, occurred_on=f"2026-01-{day}"))
    lecture = {"service_code": "COMMUNITY_EVENT", "anonymous_count": 60}
    await log(without_client(**lecture, occurred_on="2026-01-15"))
    await log(contact(attendance="NO_SHOW", duration_minutes=0, occurred_on="2026-01-26"))


async def _february() -> None:
    for day in ("2026-02-02", "2026-02-09"):
        await log(contact(occurred_on=day))


def _of(figures: Mapping[str, int], *names: str) -> list[int]:
    return [figures[name] for name in names]


async def test_january_of_the_worked_example_holds_number_by_number(database: Database) -> None:
    await _january()
    january = await total(JANUARY)
    by_service = await cells("SERVICE_CODE", days=JANUARY)
    services = ("CASE_CONTACT", "GROUP_SESSION", "COMMUNITY_EVENT")
    assert [by_service[(service,)]["person_times"] for service in services] == [4, 38, 60]
    by_target = await cells("SERVICE_CODE", "TARGET", days=JANUARY)
    case = [by_target[("CASE_CONTACT", target)]["person_times"] for target in ("PATIENT", "FAMILY")]
    assert case == [3, 1]
    assert _of(january, "person_times", "persons", "cases_active") == [102, 13, 1]
    assert _of(january, "groups", "sessions", "events", "attempts_not_delivered") == [1, 4, 1, 1]
    assert january["identified_heads"] == 42
    assert identified_share(january) == 42 / 102


async def test_february_adds_person_times_and_no_person(database: Database) -> None:
    await _january()
    await _february()
    to_date = await total(TO_FEBRUARY)
    assert _of(to_date, "person_times", "persons", "identified_heads", "cases_active") == [104, 13, 44, 1]
    assert identified_share(to_date) == 44 / 104
    by_month = await cells("MONTH", days=TO_FEBRUARY)
    assert [by_month[(month,)]["persons"] for month in ("2026-01", "2026-02")] == [13, 1]


async def test_without_person_times_there_is_no_identified_share(database: Database) -> None:
    assert identified_share(await total()) is None
