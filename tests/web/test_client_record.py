"""The record of a person on the pages: registered with it, shown, corrected; scales withdrawn; lists imported and undone."""

import re

import pytest

from coord.clients.record.tables import ClientRecord
from coord.clients.tables import Client
from coord.outcomes.codes import ScoreStatus
from coord.outcomes.tables import ScaleScore
from coord.work.engine import Database
from tests.coord.importing.test_people import ZENG, people
from tests.coord.making import stored
from tests.coord.outcomes.recording import record, scale
from tests.web.test_imports import done
from tests.web.visit import fields_of, visiting
from tests.world import CHEN, LIN, NORTH, PROGRAM
from workers.jobs.rights import undo_import

pytestmark = pytest.mark.anyio
FACTS = {"birth_date": ["1949-12-31"], "id_type": ["ID_CARD"], "id_number": ["11010519491231002X"],
         "gender": ["FEMALE"], "district": ["海淀区"], "insurance_type": ["EMPLOYEE"], "diagnosis": ["F32.1"], "source": ["COMMUNITY"]}  # fmt: skip


async def test_a_person_is_registered_with_the_record_and_its_page_shows_it(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get("/clients/new"), "/clients/new")
        made = await sam.post("/clients/new", data=form | {"name": ["曾小雨"], **FACTS})
        page = (await sam.get(f"{made.headers['location']}/record")).text
    for said in ("1949-12-31", "002X", "Employees' insurance".lower(), "F32.1"):
        assert said in page.replace("&#39;", "'").lower().replace("f32.1", "F32.1").replace("002x", "002X"), said
    assert ("11010519491231002X" in page, "Still missing" in page) == (False, False)


async def test_an_empty_record_says_what_is_missing_and_leads_to_filling_it_in(database: Database) -> None:
    async with visiting("sam") as sam:
        page = (await sam.get(f"/clients/{LIN}/record")).text
        path = f"/clients/{LIN}/rights"
        assert ("Still missing" in page, f'href="{path}#correct"' in page) == (True, True)
        form = fields_of(await sam.get(path), f"{path}/correct")
        await sam.post(f"{path}/correct", data=form | FACTS | {"birth_year": [""], "reason": ["补充档案"]})
        page = (await sam.get(f"/clients/{LIN}/record")).text
    assert ("F32.1" in page, "Still missing" in page) == (True, False)
    (row,) = await stored(ClientRecord)
    assert row.id == LIN


async def test_what_is_wrong_in_the_record_keeps_it_open_and_what_was_typed(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get("/clients/new"), "/clients/new")
        answer = await sam.post("/clients/new", data=form | {"name": ["曾小雨"], **FACTS, "id_number": ["123"]})
    assert (answer.status_code, 'value="F32.1"' in answer.text, "check digit" in answer.text) == (422, True, True)
    assert re.search(r'<details class="more" open>', answer.text)


@pytest.mark.parametrize("who", ["nia", "ola", "cai", "fatima", "petra"])
async def test_nobody_else_sees_the_record(database: Database, who: str) -> None:
    async with visiting(who) as person:
        assert (await person.get(f"/clients/{LIN}/record")).status_code in {403, 404}


async def test_a_withdrawn_scale_is_crossed_out_on_the_chart_and_restored(database: Database) -> None:
    await record(scale([2] * 8 + [0], taken_on="2026-08-03"))
    mistaken = (await record(scale([1] * 8 + [0], taken_on="2026-09-03"))).score_id
    path = f"/clients/{LIN}/scale-results/{mistaken}/withdraw"
    async with visiting("sam") as sam:
        assert (await sam.get(f"/clients/{LIN}")).text.count('class="dot"') == 4
        assert (await sam.post(path, data={"reason": ""})).status_code == 422
        await sam.post(path, data={"reason": "录到了别人名下"})
        page = (await sam.get(f"/clients/{LIN}")).text
        assert (page.count('class="dot"'), page.count('class="crossed"'), 'class="line"' in page) == (2, 2, False)
        assert ("<s>8</s>" in page, "录到了别人名下" in page) == (True, True)
        assert (await sam.get(f"/clients/{CHEN}/scale-results/{mistaken}/withdraw")).status_code == 404
        await sam.post(f"/scale-results/{mistaken}/restore")
        assert (await sam.get(f"/clients/{LIN}")).text.count('class="dot"') == 4
    assert {row.status for row in await stored(ScaleScore)} == {ScoreStatus.COMPLETE}


async def test_a_list_of_people_is_tried_imported_and_taken_back_on_the_pages(database: Database) -> None:
    before = len(await stored(Client))
    async with visiting("sam") as sam:
        form = (await sam.get("/imports?kind=CLIENTS")).text
        assert ("list of clients" in form, "/imports/template/CLIENTS.xlsx" in form) == (True, True)
        tried = await done(sam, people(ZENG, "2,N-2,,,,,,,,,,,,"), kind="CLIENTS", dry_run="true")
        shown = (await sam.get(tried)).text
        assert ("The name is missing" in shown, len(await stored(Client))) == (True, before)
        path = await done(sam, people(ZENG), kind="CLIENTS")
        shown = (await sam.get(f"{path}?fate=ALL")).text
        assert ("N-1" in shown, "Take this import back" in shown) == (True, True)
        await sam.post(f"{path}/undo")
        assert "being taken back" in (await sam.get(path)).text
        await undo_import(path.rsplit("/", 1)[1])
        assert "1 people are out again" in (await sam.get(path)).text
        assert (await sam.post(f"{path}/undo")).status_code == 409
        template = await sam.get("/imports/template/CLIENTS.csv")
        assert template.text.lstrip("\ufeff").startswith("序号,服务对象编号,姓名")
    async with visiting("ola") as ola:
        page = await ola.get("/imports")
        assert (page.status_code, f"{PROGRAM}/{NORTH}" in page.text, 'value="CLIENTS"' in page.text) == (
            200,
            True,
            False,
        )
        assert (await ola.post(f"{path}/undo")).status_code == 403
