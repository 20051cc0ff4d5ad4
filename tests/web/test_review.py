"""The pages of the quarterly review and of somebody's account."""

import re

import httpx2
import pytest

from coord.people.tables import AccessReview
from coord.work.engine import Database
from tests.coord.making import stored
from tests.web.visit import fields_of, visiting
from tests.world import AGENCY, FOUNDATION, NORTH, fixed

pytestmark = pytest.mark.anyio
PLACE = f"/administration/review/{NORTH}"
SAM = f"/administration/people/{fixed('user/sam')}"


def _fields(page: httpx2.Response) -> list[str]:
    return sorted(set(re.findall(r'name="(role-[^"]+)"', page.text)))


async def test_one_page_confirms_everybody_of_an_organization(database: Database) -> None:
    path = f"/administration/review/{FOUNDATION}"
    async with visiting("adam") as adam:
        assert "7 roles to confirm" in (await adam.get("/administration")).text
        assert path in (await adam.get("/administration/review")).text
        page = await adam.get(path)
        fields = _fields(page)
        assert len(fields) == 2
        assert fields_of(page, path) == {}
        done = await adam.post(path, data=dict.fromkeys(fields, "keep"))
        assert done.headers["location"] == "/administration/review"
        after = await adam.get(path)
        assert (_fields(after), after.text.count("by Adam")) == ([], 2)
        assert "5 roles to confirm" in (await adam.get("/administration/review")).text


async def test_a_role_is_ended_from_the_review_and_another_is_left_open(database: Database) -> None:
    async with visiting("adam") as adam, visiting("sam") as sam:
        (field,) = _fields(await adam.get(PLACE))
        assert (await adam.post(PLACE, data={field: ""})).status_code == 303
        assert (await sam.get("/clients")).status_code == 200
        await adam.post(PLACE, data={field: "end"})
        assert (await sam.get("/clients")).status_code == 403
        assert (await adam.get(PLACE)).status_code == 404
    assert [row.verdict.value for row in await stored(AccessReview)] == ["ENDED"]


async def test_ones_own_role_is_not_offered_to_be_ended(database: Database) -> None:
    path = f"/administration/review/{FOUNDATION}"
    async with visiting("adam") as adam:
        page = await adam.get(path)
        fields = _fields(page)
        assert page.text.count('value="end"') == len(fields) - 1
        refused = await adam.post(path, data=dict.fromkeys(fields, "end"))
    assert refused.status_code == 422
    assert "Ask another administrator" in refused.text
    assert await stored(AccessReview) == []


@pytest.mark.parametrize("field", ["role-x", f"role-{fixed('no membership')}"])
async def test_a_role_that_is_not_there_is_not_reviewed(database: Database, field: str) -> None:
    async with visiting("adam") as adam:
        answer = await adam.post(f"/administration/review/{AGENCY}", data={field: "keep"})
    assert answer.status_code in {404, 422}
    assert await stored(AccessReview) == []


async def test_an_administrator_signs_somebody_out_closes_and_opens_the_account(database: Database) -> None:
    async with visiting("adam") as adam, visiting("sam") as sam:
        assert SAM in (await adam.get("/administration")).text
        assert "sam@demo.example" in (await adam.get(SAM)).text
        assert (await adam.post(f"{SAM}/sign-out")).headers["location"] == SAM
        assert (await sam.get("/today")).headers["location"].startswith("/sign-in")
        await adam.post(f"{SAM}/close")
        closed = (await adam.get(SAM)).text
        assert "account disabled" in closed
        assert f"{SAM}/close" not in closed
        assert "account disabled" in (await adam.get("/administration")).text
        given = {"email": "sam@demo.example", "password": "demo-password-1"}
        assert (await sam.post("/sign-in", data=given)).status_code == 422
        await adam.post(f"{SAM}/open")
        assert (await sam.post("/sign-in", data=given)).status_code == 303


async def test_ones_own_account_stays_open(database: Database) -> None:
    own = f"/administration/people/{fixed('user/adam')}"
    async with visiting("adam") as adam:
        assert f"{own}/close" not in (await adam.get(own)).text
        refused = await adam.post(f"{own}/close")
        assert (refused.status_code, "your own account" in refused.text) == (409, True)
        assert (await adam.get("/administration")).status_code == 200


@pytest.mark.parametrize("name", ["sam", "ola", "petra"])
async def test_nobody_else_opens_these_pages(database: Database, name: str) -> None:
    async with visiting(name) as someone:
        for path in ("/administration/review", PLACE, SAM):
            assert (await someone.get(path)).status_code == 403, path
        for path in (PLACE, f"{SAM}/close", f"{SAM}/open", f"{SAM}/sign-out"):
            assert (await someone.post(path)).status_code == 403, path


async def test_somebody_without_a_role_here_is_not_found(database: Database) -> None:
    async with visiting("adam") as adam:
        assert (await adam.get(f"/administration/people/{fixed('user/petra')}")).status_code == 404
        assert (await adam.get("/administration/people/x")).status_code == 404
