"""The social worker's work list."""

import pytest

from coord.cases.tables import CaseFile
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.queries import counting
from tests.web.visit import fields_of, visiting
from tests.world import BUILDER, CHEN, LIN, NORTH_GROUP, fixed

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


async def _scales_due_today() -> str:
    """The page, and that it asked for the cases of one worker only."""
    async with visiting("sam") as sam:
        await sam.get("/today")
        with counting() as sent:
            page = await sam.get("/today")
    asked = [one for one in sent if "FROM case_file JOIN program" in one.replace("\n", "")]
    assert len(asked) == 1
    assert "case_file.worker_id =" in asked[0]
    return page.text


async def test_scales_are_due_for_the_workers_own_cases_only(database: Database) -> None:
    own = f'href="/clients/{LIN}/scales/PHQ9"'
    assert own in await _scales_due_today()
    (case,) = await stored(CaseFile, CaseFile.client_id == LIN)
    async with begin(BUILDER) as unit:
        (await unit.find(CaseFile, case.id)).worker_id = fixed("worker/nia")
    assert own not in await _scales_due_today()
