"""Limits per person as people and programs meet them: when to try again, in their language."""

import pytest

from coord.work import pace
from coord.work.engine import Database
from coord.work.pace import Pace
from schema.ids import global_id
from tests.schema.api import token_of
from tests.web.visit import HTMX, search, visiting, visitor
from tests.world import LIN, cast

pytestmark = pytest.mark.anyio
NAMES = f'{{ node(id: "{global_id("Client", LIN)}") {{ ... on Client {{ identity {{ name }} }} }} }}'


@pytest.fixture(autouse=True)
def one_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """One search and two names an hour."""
    limits = {Pace.NAMES: 2, Pace.SEARCHES: 1, Pace.EXPORTS: 1, Pace.IMPORTS: 1}
    monkeypatch.setattr(pace, "limit_of", lambda kind: limits[kind])


async def test_a_page_says_when_to_search_again(database: Database) -> None:
    async with visiting("sam") as sam:
        first = await search(sam, "/clients", "nobody")
        second = await search(sam, "/clients", "nobody")
        part = await search(sam, "/clients", "nobody", **HTMX)
    assert (first.status_code, second.status_code, part.status_code) == (200, 429, 429)
    assert 3590 <= int(second.headers["retry-after"]) <= 3600
    assert "You have searched 1 times within an hour. Try again in 60 min." in second.text
    assert "toast" in part.headers["hx-trigger"]


async def test_the_api_shares_the_count_with_the_pages_and_says_the_same(database: Database) -> None:
    headers = {"Authorization": f"Bearer {await token_of(cast.sam)}"}
    async with visitor() as http:
        answers = [
            (await http.post("/graphql", json={"query": query}, headers=headers)).json()
            for query in ('{ clients(search: "x") { totalCount } }', '{ clients(search: "x") { totalCount } }')
        ]
        names = [(await http.post("/graphql", json={"query": NAMES}, headers=headers)).json() for _ in range(3)]
    async with visiting("sam") as sam:
        page = await search(sam, "/clients", "nobody")
    (error,) = answers[1]["errors"]
    assert "errors" not in answers[0]
    assert (error["extensions"]["code"], page.status_code) == ("RATE_LIMITED", 429)
    assert error["message"] == "You have searched 1 times within an hour. Try again in 60 min."
    assert 3590 <= error["extensions"]["retryAfter"] <= 3600
    assert [("errors" in answer) for answer in names] == [False, False, True]


async def test_an_export_is_refused_in_the_readers_language(database: Database) -> None:
    async with visiting("ola") as ola:
        assert (await ola.post("/me/preferences", data={"language": "ko", "theme": "dark"})).status_code == 303
        first, second = [await ola.get("/export/contacts.xlsx") for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 429)
    assert "내려받을 수 있는 파일 1개" in second.text
