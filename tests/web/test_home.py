"""Where the day begins."""

import pytest

from coord.work.engine import Database
from tests.web.visit import visiting, visitor

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("name", "home"),
    [
        ("sam", "/today"),
        ("ola", "/hospitals"),
        ("sun", "/clients"),
        ("cai", "/referrals"),
        ("adam", "/administration"),
        ("fatima", "/grants"),
    ],
)
async def test_everybody_starts_at_their_own_work_list(database: Database, name: str, home: str) -> None:
    async with visiting(name) as person:
        answer = await person.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, home)


@pytest.mark.parametrize("name", ["petra"])
async def test_people_without_a_work_list_are_told_what_they_can_do(database: Database, name: str) -> None:
    async with visiting(name) as person:
        answer = await person.get("/")
    assert answer.status_code == 200
    assert f"Welcome, {name.title()}" in answer.text
    assert "NORTH" not in answer.text


async def test_somebody_without_a_membership_is_told_whom_to_ask(database: Database) -> None:
    async with visiting("petra") as petra:
        answer = await petra.get("/")
    assert "does not belong to an organization yet" in answer.text


async def test_visitors_see_a_public_page(database: Database) -> None:
    async with visitor() as nobody:
        answer = await nobody.get("/")
    assert answer.status_code == 200
    assert 'href="/sign-in"' in answer.text
