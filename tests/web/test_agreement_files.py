"""Money as files for other systems, one click from the agreements."""

import pytest

from coord.work.engine import Database
from tests.coord.agreements.making import active, gift
from tests.coord.releases.making import published, seen
from tests.web.visit import visiting
from tests.world import PROGRAM

pytestmark = pytest.mark.anyio
FILES = {"grants.json": "application/json", "iati.xml": "application/xml"}


@pytest.mark.parametrize("name", ["ola", "fatima"])
async def test_both_files_are_one_click_from_the_list_for_who_sees_an_agreement(database: Database, name: str) -> None:
    await seen()
    await published()
    await active(gift=str(await gift()))
    async with visiting(name) as person:
        page = (await person.get("/agreements")).text
        for file, kind in FILES.items():
            assert f'href="/agreements/{file}?program={PROGRAM}"' in page
            answer = await person.get(f"/agreements/{file}?program={PROGRAM}")
            assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)
            assert f'filename="coord-{file}"' in answer.headers["content-disposition"]


@pytest.mark.parametrize(("name", "status"), [("sam", 403), ("adam", 403), ("petra", 403)])
async def test_others_get_none(database: Database, name: str, status: int) -> None:
    await seen()
    await published()
    await active()
    async with visiting(name) as person:
        for file in FILES:
            assert (await person.get(f"/agreements/{file}?program={PROGRAM}")).status_code == status


async def test_what_is_not_there_yet_is_not_offered(database: Database) -> None:
    async with visiting("ola") as ola:
        assert "/agreements/grants.json" not in (await ola.get("/agreements")).text
        await active()
        page = (await ola.get("/agreements")).text
    assert "/agreements/grants.json" in page
    assert "/agreements/iati.xml" not in page
