"""Doubles on pages: seen while typing, asked for elsewhere by name of the organization alone, merged and undone."""

import re

import pytest

from coord.work.engine import Database
from tests.coord.making import DEMANDED
from tests.web.visit import HTMX, search, visiting
from tests.world import CHEN, HUANG, SOUTH_ZHAO

pytestmark = pytest.mark.anyio


async def test_a_double_is_shown_while_a_name_is_typed(database: Database) -> None:
    async with visiting("sam") as sam, visiting("nia") as nia:
        shown = (
            await sam.post("/clients/doubles", data={"name": "陈秀兰NORTH", "birth_year": "1980"}, headers=HTMX)
        ).text
        half = await sam.post("/clients/doubles", data={"name": ""}, headers=HTMX)
        foreign = (await nia.post("/clients/doubles", data={"name": "陈秀兰NORTH"}, headers=HTMX)).text
    assert (f"/clients/{CHEN}" in shown, half.status_code, "NORTH" in foreign) == (True, 200, False)


async def test_elsewhere_tells_an_organization_and_nothing_of_anybody(database: Database) -> None:
    async with visiting("sam") as sam, visiting("nia") as nia:
        form = {"name": "曾小雨", "phone": "13912345678", **DEMANDED}
        page = await sam.get("/clients/new")
        key = re.search('name="idempotency_key" value="([^"]+)"', page.text)
        assert key is not None
        await sam.post("/clients/new", data={**form, "idempotency_key": key[1], "program": "DIP"})
        told = (await nia.post("/clients/doubles", data={**form, "elsewhere": "1"}, headers=HTMX)).text
    assert "北岸医院 North" in told
    assert not any(word in told for word in ("曾小雨", "1391", "/clients/0", "C-0"))


async def test_files_are_merged_kept_apart_and_taken_apart_on_a_page(database: Database) -> None:
    async with visiting("sun") as sun, visiting("nia") as nia:
        path = f"/clients/{CHEN}/merge"
        found = (await search(sun, path, "黄涛")).text
        await sun.post(path, data={"other": str(HUANG), "what": "merge"})
        page = (await sun.get(path)).text
        undo = re.search(rf"{path}/[0-9a-f-]+/undo", page)
        assert undo is not None
        await sun.post(undo[0])
        again = await sun.post(undo[0])
        await sun.post(path, data={"other": str(HUANG), "what": "apart"})
        never = await sun.post(path, data={"other": str(HUANG), "what": "merge"})
        foreign = await sun.post(path, data={"other": str(SOUTH_ZHAO), "what": "merge"})
        hidden = await nia.get(path)
    assert str(HUANG) in found
    assert (again.status_code, never.status_code, foreign.status_code, hidden.status_code) == (409, 422, 422, 404)
