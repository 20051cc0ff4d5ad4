"""The explorer page, and its saved queries, which all run."""

import html
import json
import re

import pytest

from coord.work.engine import Database
from schema.explorer import POLICY
from schema.trusted import saved_queries
from tests.coord.releases.making import published
from tests.schema import filling
from tests.schema.api import asking_as, door
from tests.world import cast

pytestmark = pytest.mark.anyio

FOR_SPONSORS = ("9-impact-report", "10-impact-total", "11-impact-by-sex-and-age", "12-reports-published")
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def opened(language: str = "zh-CN", **query: str) -> str:
    async with door() as client:
        answer = await client.get("/graphql", params=query, headers={**BROWSER, "Accept-Language": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == POLICY
    return answer.text


async def test_a_browser_gets_the_page_from_our_own_files_without_inline_code(database: Database) -> None:
    page = await opened()
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert all(source.startswith("/") and not source.startswith("//") for source in sources)
    assert re.findall(r"<script(?![^>]*src=)|<style|style=|onclick=", page) == []


async def test_the_page_holds_the_saved_queries_the_named_one_first(database: Database) -> None:
    def queries(page: str) -> list[str]:
        found = re.search(r'data-queries="([^"]*)"', page)
        assert found is not None
        read: list[str] = json.loads(html.unescape(found.group(1)))
        return read

    assert queries(await opened()) == list(saved_queries().values())
    assert queries(await opened(saved="5-latest-contacts"))[0] == saved_queries()["5-latest-contacts"]


@pytest.mark.parametrize(
    ("language", "title"), [("zh-CN", "GraphQL 查询"), ("en", "GraphQL explorer"), ("ko", "GraphQL 탐색기")]
)
async def test_the_page_speaks_the_visitors_language_and_asks_to_sign_in(
    database: Database, language: str, title: str
) -> None:
    page = await opened(language)
    assert f"<title>{title} · coord</title>" in page
    assert f'<html lang="{language}">' in page
    assert "/sign-in?next=/graphql" in page


async def test_a_signed_in_person_is_not_asked_to_sign_in(database: Database) -> None:
    async with asking_as(cast.ola) as api:
        page = (await api.http.get("/graphql", headers={**BROWSER, **api.headers})).text
    assert "/sign-in" not in page
    assert '<html lang="en">' in page


def test_there_are_at_least_eight_saved_queries_each_explained_in_three_languages() -> None:
    assert len([text for text in saved_queries().values() if "\nmutation" not in text]) >= 8
    for query in saved_queries().values():
        chinese, english, korean, *_ = query.splitlines()
        assert re.match(r"# .*[\u4e00-\u9fff]", chinese)
        assert re.match(r"# [ -~]+$", english)
        assert re.match(r"# .*[\uac00-\ud7a3]", korean)


@pytest.mark.parametrize("name", saved_queries())
async def test_every_saved_query_runs(database: Database, name: str) -> None:
    await filling.contacts(2)
    who = cast.sam if name.endswith(("log-a-contact", "clients-with-contacts")) else cast.ola
    if name in FOR_SPONSORS:
        await published()
        who = cast.fatima
    async with asking_as(who) as api:
        answer = await api.ask(saved_queries()[name])
    assert "errors" not in answer
    assert "Rejected" not in str(answer)
    assert "problems" not in str(answer)
    assert all(answer["data"].values())
