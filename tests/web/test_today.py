"""The social worker's work list."""

import pytest

from coord.work.engine import Database
from tests.web.visit import fields_of, visiting
from tests.world import CHEN, LIN, NORTH_GROUP

pytestmark = pytest.mark.anyio


async def test_counts_are_of_today_and_the_last_person_stands_first(database: Database) -> None:
    async with visiting("sam") as sam:
        for client in (CHEN, LIN):
            form = fields_of(await sam.get(f"/log?client={client}"), "/log")
            await sam.post("/log", data=form | {"family_present": ["1"]})
        page = (await sam.get("/today")).text
    assert "I logged 2 · hospital 4 person-times · 0 group sessions" in page
    assert 0 < page.index(f"/log?client={LIN}") < page.index(f"/log?client={CHEN}")


async def test_a_group_is_one_tap_away(database: Database) -> None:
    async with visiting("sam") as sam:
        page = (await sam.get("/today")).text
    assert f'href="/groups/{NORTH_GROUP}/session"' in page
    assert "session 1 of 6 · 10 members" in page


async def test_the_worker_of_south_sees_nothing_of_north(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/log?client={LIN}"), "/log")
        await sam.post("/log", data=form)
    async with visiting("nia") as nia:
        page = (await nia.get("/today")).text
    assert "NORTH" not in page
    assert "I logged 0 · hospital 0 person-times" in page


@pytest.mark.parametrize("name", ["ola", "fatima", "petra"])
async def test_others_may_not_open_it(database: Database, name: str) -> None:
    async with visiting(name) as person:
        answer = await person.get("/today")
    assert answer.status_code == 403
    assert "North" not in answer.text


async def test_pages_with_people_are_never_stored(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get("/today")
    assert answer.headers["cache-control"] == "no-store"
    assert "HX-Request" in answer.headers["vary"]
