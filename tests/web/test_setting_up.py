"""Programs and posts of the administration: what was typed stays, what is wrong is said beside it."""

import re

import pytest

from coord.programs.tables import Program
from coord.work.engine import Database
from tests.coord.making import stored
from tests.web.visit import fields_of, visiting
from tests.world import AGENCY, CENTER, NORTH, PROGRAM_ID, fixed

pytestmark = pytest.mark.anyio
PROGRAM = f"/administration/programs/{PROGRAM_ID}"
NEW_POST = {"program_id": str(PROGRAM_ID), "hospital_id": str(NORTH), "employer_id": str(AGENCY)}


async def test_a_refused_program_keeps_its_name_and_none_is_started(database: Database) -> None:
    given = {"code": "TWO", "name": "Second", "starts_on": "2026-05-01", "ends_on": "2026-04-01"}
    async with visiting("adam") as adam:
        answer = await adam.post("/administration/programs", data=given)
        taken = await adam.post("/administration/programs", data=given | {"code": "DIP", "ends_on": ""})
    assert (answer.status_code, taken.status_code) == (422, 422)
    assert 'id="ends_on-wrong"' in answer.text
    assert 'id="code-wrong"' in taken.text
    assert fields_of(answer, "/administration/programs")["name"] == ["Second"]
    assert [row.code for row in await stored(Program)] == ["DIP"]


async def test_who_takes_part_is_listed_and_nobody_joins_twice_as_the_same(database: Database) -> None:
    given = {"organization_id": str(CENTER), "part": "ASSOCIATION", "starts_on": "2026-01-01"}
    async with visiting("adam") as adam:
        assert PROGRAM in (await adam.get("/administration/programs")).text
        assert "· association ·" not in (await adam.get(PROGRAM)).text
        assert (await adam.post(f"{PROGRAM}/partners", data=given)).headers["location"] == PROGRAM
        assert "· association ·" in (await adam.get(PROGRAM)).text
        assert (await adam.post(f"{PROGRAM}/partners", data=given)).status_code == 422


async def test_a_post_is_opened_taken_and_left(database: Database) -> None:
    async with visiting("adam") as adam:
        await adam.post("/administration/posts/new", data=NEW_POST | {"starts_on": "2026-05-01"})
        listed = (await adam.get("/administration/posts")).text
        path = re.findall(r'href="(/administration/posts/[0-9a-f-]{36})"', listed)[0]
        refused = await adam.post(f"{path}/fill", data={"user_id": str(fixed("user/nia")), "starts_on": "2026-05-01"})
        assert "no social worker at the hospital" in refused.text
        await adam.post(f"{path}/fill", data={"user_id": str(fixed("user/sam")), "starts_on": "2026-05-01"})
        assert "0 vacant posts" in (await adam.get("/administration/posts")).text
        early = await adam.post(f"{path}/end", data={"last_day": "2026-04-01", "stays_vacant": "true"})
        assert 'id="last_day-wrong"' in early.text
        await adam.post(f"{path}/end", data={"last_day": "2026-05-31", "stays_vacant": "true"})
        assert "1 vacant post" in (await adam.get("/administration/posts")).text


async def test_a_training_is_recorded_once_for_all_posts_of_a_person(database: Database) -> None:
    async with visiting("adam") as adam:
        listed = (await adam.get("/administration/posts")).text
        sams = next(
            path
            for path, said in re.findall(r'href="(/administration/posts/[0-9a-f-]{36})".*?<b[^>]*>(\w+)<', listed)
            if said == "Sam"
        )
        assert "not trained before the post" in (await adam.get(sams)).text
        future = await adam.post(f"{sams}/train", data={"trained_on": "2099-01-01"})
        assert (future.status_code, 'id="trained_on-wrong"' in future.text) == (422, True)
        await adam.post(f"{sams}/train", data={"trained_on": "2025-12-20"})
        assert fields_of(await adam.get(sams), f"{sams}/train")["trained_on"] == ["2025-12-20"]
        assert "trained before the post" in (await adam.get(sams)).text.replace("not trained before the post", "")
        await adam.post("/administration/posts/new", data=NEW_POST | {"starts_on": "2026-05-01"})
        vacant = re.findall(
            r'href="(/administration/posts/[0-9a-f-]{36})"', (await adam.get("/administration/posts")).text
        )[0]
        assert (await adam.post(f"{vacant}/train", data={"trained_on": "2026-01-01"})).status_code == 409
        await adam.post(f"{vacant}/fill", data={"user_id": str(fixed("user/sam")), "starts_on": "2026-05-01"})
        assert "20 Dec 2025" in (await adam.get(vacant)).text
        await adam.post("/administration/posts/new", data=NEW_POST | {"starts_on": "2026-06-01"})
        other = re.findall(
            r'href="(/administration/posts/[0-9a-f-]{36})"', (await adam.get("/administration/posts")).text
        )[0]
        filling = {"user_id": str(fixed("user/sam")), "starts_on": "2026-06-01", "trained_on": "2026-05-20"}
        await adam.post(f"{other}/fill", data=filling)
        assert ["20 May 2026" in (await adam.get(path)).text for path in (other, vacant, sams)] == [True] * 3
    async with visiting("ola") as ola:
        assert (await ola.post(f"{vacant}/train", data={"trained_on": ""})).status_code == 403


async def test_a_refused_post_keeps_what_was_typed(database: Database) -> None:
    given = NEW_POST | {"starts_on": "2026-05-01", "ends_on": "2026-04-01", "department": "院办"}
    async with visiting("adam") as adam:
        answer = await adam.post("/administration/posts/new", data=given)
    assert answer.status_code == 422
    assert fields_of(answer, "/administration/posts/new")["department"] == ["院办"]


async def test_without_a_hospital_in_the_program_the_page_leads_to_its_partners(database: Database) -> None:
    given = {"code": "TWO", "name": "Second", "starts_on": "2026-05-01"}
    async with visiting("adam") as adam:
        path = (await adam.post("/administration/programs", data=given)).headers["location"]
        page = (await adam.get(f"/administration/posts/new?program_id={path.rpartition('/')[2]}")).text
    assert f'href="{path}"' in page
    assert f"/administration/posts/new?program_id={PROGRAM_ID}" in page


@pytest.mark.parametrize("name", ["sam", "ola", "petra"])
async def test_nobody_else_opens_these_pages(database: Database, name: str) -> None:
    async with visiting(name) as someone:
        for path in ("/administration/programs", "/administration/posts", "/administration/posts/new", PROGRAM):
            assert (await someone.get(path)).status_code == 403, path
        assert (
            await someone.post("/administration/posts/new", data=NEW_POST | {"starts_on": "2026-05-01"})
        ).status_code == 403


async def test_addresses_that_lead_nowhere_are_not_found(database: Database) -> None:
    async with visiting("adam") as adam:
        for path in ("/administration/programs/x", f"/administration/posts/{fixed('nothing')}"):
            assert (await adam.get(path)).status_code == 404, path
