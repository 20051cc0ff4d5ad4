"""Pages, files and documents that read many rows: few at once for each person, told with a time to come again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from starlette.responses import Response

from coord.access import Actor
from coord.kernel.errors import TooSlow
from coord.work import places, walls
from coord.work.engine import Database
from coord.work.places import PLACES
from schema import running
from tests.schema.api import GRAPHQL, asking_as
from tests.web.visit import HTMX, visiting
from tests.world import cast
from web import exporting as files

pytestmark = pytest.mark.anyio
FIGURES = "{ viewer { id } }"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits."""
    monkeypatch.setattr(PLACES, "_patience", 0.0)


@asynccontextmanager
async def busy(actor: Actor) -> AsyncIterator[None]:
    """Somebody who has as many large things under way as one may."""
    async with AsyncExitStack() as stack:
        for _ in range(places.EACH):
            await stack.enter_async_context(PLACES.place(actor.user_id))
        yield


async def test_a_page_says_what_to_wait_for_and_others_go_on(database: Database) -> None:
    async with visiting("ola") as ola, visiting("nia") as nia:
        async with busy(cast.ola):
            page, part = await ola.get("/numbers"), await ola.get("/numbers", headers=HTMX)
            light, of_another = await ola.get("/me"), await nia.get("/numbers")
        after = await ola.get("/numbers")
    assert (page.status_code, part.status_code) == (429, 429)
    assert int(page.headers["retry-after"]) > 0
    assert "2 large pages or files of yours are still being made." in page.text
    assert "toast" in part.headers["hx-trigger"]
    assert (light.status_code, of_another.status_code, after.status_code) == (200, 200, 200)


async def test_a_file_waits_for_a_place(real_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    full, go_on = asyncio.Event(), asyncio.Event()
    number = 0

    async def slow(*_: object, **__: object) -> Response:
        nonlocal number
        number += 1
        if number == places.EACH:
            full.set()
        await go_on.wait()
        return Response()

    # After the unit of work: none is open while one waits here.
    monkeypatch.setattr(files, "table_file", slow)
    monkeypatch.setattr(PLACES, "_patience", 60.0)
    async with visiting("ola") as ola, asyncio.TaskGroup() as group:
        asked = [group.create_task(ola.get("/export/hospitals.csv")) for _ in range(places.EACH + 2)]
        await full.wait()
        await asyncio.sleep(0)
        at_once = number
        go_on.set()
    assert at_once == places.EACH
    assert [(await one).status_code for one in asked] == [200] * (places.EACH + 2)


async def test_a_dear_document_waits_and_a_cheap_one_does_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asking_as(cast.ola) as api, busy(cast.ola):
        cheap = await api.post({"query": FIGURES}, Accept=GRAPHQL)
        monkeypatch.setattr(running, "HEAVY_COST", 0)
        dear = await api.post({"query": FIGURES}, Accept=GRAPHQL)
    assert (cheap.status_code, dear.status_code) == (200, 429)
    assert dear.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert int(dear.headers["retry-after"]) == dear.json()["errors"][0]["extensions"]["retryAfter"]
    assert "data" not in dear.json()


async def test_what_takes_too_long_is_a_page_that_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(*_: object) -> object:
        raise TooSlow

    monkeypatch.setattr(files, "export_hospitals", slow)
    async with visiting("ola") as ola:
        answer = await ola.get("/export/hospitals.csv")
    assert answer.status_code == 503
    assert "Ask for a shorter time or for fewer hospitals." in answer.text
    assert "retry-after" in answer.headers


def test_the_limits_are_those_of_the_reference() -> None:
    assert (places.EACH, places.WHOLE, places.PATIENCE_SECONDS) == (2, 8, 5.0)
    assert (running.HEAVY_COST, walls.LONGEST_SECONDS) == (1000, 30.0)
