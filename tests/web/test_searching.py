"""What somebody types to find a person stands in no address: it is posted, and sealed for whoever typed it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from coord.work.engine import Database
from tests.walls.tree import short, text, under
from tests.web.visit import search, visiting
from tests.world import HUANG, NORTH, cast

pytestmark = pytest.mark.anyio
NAME = "陈秀兰"
# Names of organizations are no secret: their filters stay in the address.
_OF_ORGANIZATIONS = ("/hospitals", "/directory")
_FORM = re.compile(r"<form\b(?P<head>.*?)>\n(?P<body>.*?)</form>", re.DOTALL)


@pytest.mark.parametrize("path", ["/clients", "/log", f"/clients/{HUANG}/merge"])
async def test_a_search_leads_to_an_address_that_tells_nothing(database: Database, path: str) -> None:
    async with visiting("sun" if "merge" in path else "sam") as client:
        led = await client.post(f"{path}/search", data={"q": NAME, "hospital": str(NORTH)})
        there = led.headers["location"]
        page = await client.get(there)
        again = await client.get(there)
        plain = await client.get(path, params={"q": NAME})
    assert (led.status_code, led.text) == (303, "")
    assert there.startswith(f"{path}?hospital={NORTH}&found=")
    assert not any(part in there for part in (NAME, "%E9%99%88", "q="))
    assert f'value="{NAME}"' in page.text
    assert f'value="{NAME}"' in again.text
    assert f'value="{NAME}"' not in plain.text


async def test_staff_are_searched_page_by_page_without_their_names_in_the_address(database: Database) -> None:
    async with visiting("adam") as adam:
        page = await search(adam, "/administration", "demo.example")
        alone = await search(adam, "/administration", "sam@demo")
    assert "found=" in str(page.url)
    assert "demo" not in page.url.query.decode()
    assert 'value="demo.example"' in page.text
    assert (cast.sam.name in alone.text, cast.nia.name in alone.text) == (True, False)


async def test_an_address_of_somebody_else_or_a_changed_one_finds_nothing(database: Database) -> None:
    async with visiting("sam") as sam:
        there = (await sam.post("/clients/search", data={"q": NAME})).headers["location"]
        changed = [
            await sam.get(there[:-3] + "abc"),
            await sam.get("/clients?found=%FF~"),
            await sam.get("/clients?found="),
        ]
    async with visiting("nia") as nia:
        page = await nia.get(there)
    assert [answer.status_code for answer in (*changed, page)] == [200] * 4
    assert not any(f'value="{NAME}"' in answer.text for answer in (*changed, page))


async def test_odd_text_is_a_search_and_nothing_typed_is_none(database: Database) -> None:
    async with visiting("sam") as sam:
        odd = await search(sam, "/clients", "x" * 5000 + "\u202e%00")
        none = await sam.post("/clients/search", data={"q": "  "})
    assert odd.status_code == 200
    assert none.headers["location"] == "/clients"


def open_searches(page: str) -> Iterator[str]:
    """Forms whose field for a search goes into the address."""
    for form in _FORM.finditer(page):
        is_search = re.search(r'name="q"', form["body"])
        if (
            is_search
            and 'method="post"' not in form["head"]
            and not any(f'action="{p}"' in form["head"] for p in _OF_ORGANIZATIONS)
        ):
            yield form["head"].strip()


def test_no_form_puts_a_search_for_people_into_an_address() -> None:
    pages = list(under("web/templates", suffix=".html"))
    assert {short(path): found for path in pages if (found := list(open_searches(text(path))))} == {}
    assert sum('name="q"' in text(path) for path in pages) > 4
    assert not any(re.search(r'name="q"[^>]*hx-get="/(clients|log)', text(path)) for path in map(Path, pages))


def test_a_form_that_does_is_found() -> None:
    bad = '<form class="search" action="/clients">\n<input name="q">\n</form>'
    assert list(open_searches(bad)) == ['class="search" action="/clients"']
    assert list(open_searches(bad.replace("<form", '<form method="post"'))) == []
