"""My records."""

import pytest

from coord.contacts import ContactFilter, contacts_on_page
from coord.kernel.clock import today
from coord.work import begin
from coord.work.engine import Database
from tests.web.foundation import logged
from tests.web.visit import HTMX, count_of, visiting
from tests.world import CHEN, LIN, cast

pytestmark = pytest.mark.anyio


async def test_only_own_records_are_listed_with_their_person_times(database: Database) -> None:
    await logged(cast.sam, client=str(LIN), family_present=2)
    async with visiting("sam") as sam:
        own = (await sam.get("/records")).text
    async with visiting("nia") as nia:
        other = (await nia.get("/records")).text
    assert "1 record" in own
    assert '<td role="cell" class="num" data-l="person-times">3</td>' in own
    assert "0 records" in other
    assert "NORTH" not in other


async def test_filters_stand_in_the_url_and_narrow(database: Database) -> None:
    await logged(cast.sam, client=str(LIN), occurred_on="2026-09-03")
    await logged(cast.sam, client=str(CHEN), occurred_on="2026-10-03", service_code="HOME_VISIT")
    async with visiting("sam") as sam:
        home = await sam.get("/records?service_code=HOME_VISIT&from_day=2026-10-01", headers=HTMX)
        none = await sam.get("/records?to_day=2026-08-31")
    assert home.text.strip().startswith('<div id="rows"')
    assert ("陈秀兰NORTH" in home.text, "林芳NORTH" in home.text) == (True, False)
    assert "No record fits." in none.text


async def test_a_filter_that_cannot_be_read_is_said_so(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get("/records?from_day=yesterday&page=-7")
    assert answer.status_code == 200
    assert 'id="from_day-wrong"' in answer.text


async def test_withdrawing_asks_first_and_then_counts_nowhere(database: Database) -> None:
    contact = await logged(cast.sam, client=str(LIN), occurred_on=today("Asia/Shanghai").isoformat())
    async with visiting("sam") as sam:
        listed = (await sam.get("/records")).text
        asked = await sam.get(f"/records/{contact}/withdraw", headers=HTMX)
        answer = await sam.post(f"/records/{contact}/withdraw")
    assert f'href="/records/{contact}/withdraw"' in listed
    assert "Withdraw this record?" in asked.text
    assert answer.headers["location"] == "/records"
    assert await count_of() == 0


@pytest.mark.parametrize("who", ["nia", "ola", "fatima"])
async def test_nobody_withdraws_for_others(database: Database, who: str) -> None:
    contact = await logged(cast.sam, client=str(LIN))
    async with visiting(who) as person:
        asked = await person.get(f"/records/{contact}/withdraw")
        answer = await person.post(f"/records/{contact}/withdraw")
    assert asked.status_code in {403, 404}
    assert answer.status_code in {403, 404}
    async with begin(cast.sam, read_only=True) as unit:
        rows = await contacts_on_page(unit, ("id",), ContactFilter(), page=1, size=5)
    assert [row["id"] for row in rows] == [contact]
