"""People served."""

import pytest

from coord.clients import find_clients
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import DEMANDED
from tests.web.visit import HTMX, fields_of, search, visiting
from tests.world import CHEN, LIN, cast

pytestmark = pytest.mark.anyio


async def test_the_list_shows_the_own_hospitals_people_only(database: Database) -> None:
    async with visiting("nia") as nia:
        page = (await nia.get("/clients")).text
    assert "赵梦琪SOUTH" in page
    assert "NORTH" not in page


async def test_the_search_answers_htmx_with_the_found_people(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await search(sam, "/clients", "chenxl", **HTMX)
    assert answer.text.strip().startswith('<div id="found"')
    assert f"/clients/{CHEN}" in answer.text
    assert "1 person found" in answer.text


async def test_the_page_of_a_person_shows_contacts_with_their_notes(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/log?client={LIN}"), "/log")
        await sam.post("/log", data=form | {"note": ["准备出院 <script>"]})
        page = (await sam.get(f"/clients/{LIN}")).text
    assert "准备出院 &lt;script&gt;" in page
    assert "Consent given" in page
    assert "林芳NORTH" in page


@pytest.mark.parametrize("who", ["nia", "ola", "fatima", "petra"])
async def test_others_do_not_see_the_person(database: Database, who: str) -> None:
    async with visiting(who) as person:
        answer = await person.get(f"/clients/{LIN}")
    assert answer.status_code in {403, 404}
    assert "林芳" not in answer.text


async def test_registering_leads_on_to_the_record_when_it_came_from_there(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get("/clients/new?then=log"), "/clients/new")
        answer = await sam.post(
            "/clients/new", data=form | {"name": ["欧阳·小曼"], **DEMANDED, "birth_date": ["1990-03-04"]}
        )
        page = await sam.get(answer.headers["location"])
    assert answer.headers["location"].startswith("/log?client=")
    assert "欧阳·小曼" in page.text
    assert "36 years" in page.text


async def test_registering_twice_with_the_same_form_is_one_person(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get("/clients/new"), "/clients/new") | {"name": ["双重点击"], **DEMANDED}
        first = await sam.post("/clients/new", data=form)
        second = await sam.post("/clients/new", data=form)
    assert first.headers["location"] == second.headers["location"]
    async with begin(cast.sam) as unit:
        assert len(await find_clients(unit, "双重点击")) == 1


async def test_a_taken_code_and_a_missing_name_keep_what_was_typed(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get("/clients/new"), "/clients/new")
        taken = await sam.post("/clients/new", data=form | {"name": ["某某"], "code": ["NORTH-0001"], **DEMANDED})
        nameless = await sam.post("/clients/new", data=form | {"bed": ["7楼12床"]})
    assert (taken.status_code, nameless.status_code) == (422, 422)
    assert fields_of(taken, "/clients/new")["name"] == ["某某"]
    assert fields_of(nameless, "/clients/new")["bed"] == ["7楼12床"]


async def test_what_every_file_must_say_is_demanded_and_lists_show_who_lacks_it(database: Database) -> None:
    async with visiting("sam") as sam, visiting("nia") as nia:
        form = fields_of(await sam.get("/clients/new"), "/clients/new")
        refused = await sam.post("/clients/new", data=form | {"name": ["某某"], "bed": ["7-12"]})
        listed = (await sam.get("/clients?lacking=1")).text
        person = (await sam.get(f"/clients/{LIN}")).text
        elsewhere = (await nia.get("/clients?lacking=1")).text
    assert (refused.status_code, refused.text.count('class="wrong"')) == (422, 4)
    assert fields_of(refused, "/clients/new")["bed"] == ["7-12"]
    assert (f'href="/clients/{LIN}/record"' in listed, "Still missing: Gender, Date of birth" in listed) == (True, True)
    assert "Still missing" in person
    assert "NORTH" not in elsewhere


@pytest.mark.parametrize("after", ["nonsense", "W10", "x" * 5000])
async def test_a_broken_cursor_is_refused(database: Database, after: str) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get("/clients", params={"after": after})
    assert answer.status_code == 422
