"""The second step through the pages: nothing opens before it, and what was typed survives it."""

import re
from collections.abc import Iterator

import httpx2
import pytest
import time_machine

from coord.audit.tables import AuditEntry
from coord.identity.factor.codes import code_at
from coord.identity.tables import SecondFactor
from coord.kernel.clock import now
from coord.settings import settings
from coord.work.engine import Database
from tests.coord.making import stored
from tests.web.visit import HTMX, fields_of, visitor

pytestmark = pytest.mark.anyio
SAM = {"email": "sam@demo.example", "password": "demo-password-1"}


@pytest.fixture(autouse=True)
def _required(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COORD_SECOND_FACTOR", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def _shared(page: str) -> str:
    found = re.search(r'id="secret">([^<]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


async def _enrol(client: httpx2.AsyncClient) -> tuple[str, list[str]]:
    page = await client.get("/sign-in/enrol")
    shared = _shared(page.text)
    # The code of the present half minute, which does not end here.
    with time_machine.travel(now(), tick=False):
        form = fields_of(page, "/sign-in/enrol") | {"code": code_at(shared, now()), "next": "/today"}
        done = await client.post("/sign-in/enrol", data=form)
    assert done.status_code == 200
    return shared, re.findall(r'<li class="secret">([^<]+)</li>', done.text)


async def test_a_password_leads_to_the_second_step_and_to_nothing_else(database: Database) -> None:
    async with visitor() as sam:
        answer = await sam.post("/sign-in", data=SAM | {"next": "/records"})
        assert answer.headers["location"] == "/sign-in/enrol?next=%2Frecords"
        for path in ("/today", "/clients", "/me", "/me/security"):
            assert (await sam.get(path)).headers["location"].startswith("/sign-in?"), path
        assert (await sam.get("/sign-in")).headers["location"].startswith("/sign-in/enrol")
        asked = await sam.post("/graphql", json={"query": "{ viewer { name } }"})
        assert asked.status_code == 401


async def test_enrolling_shows_codes_once_and_opens_the_house(database: Database) -> None:
    async with visitor() as sam:
        await sam.post("/sign-in", data=SAM)
        _, codes = await _enrol(sam)
        assert len(codes) == 10
        assert (await sam.get("/today")).status_code == 200
        assert (await sam.get("/sign-in/enrol")).headers["location"] == "/me/security"
        page = (await sam.get("/me/security")).text
    assert codes[0] not in page
    assert "10 recovery codes left" in page


async def test_a_wrong_first_code_keeps_the_same_picture(database: Database) -> None:
    async with visitor() as sam:
        await sam.post("/sign-in", data=SAM)
        page = await sam.get("/sign-in/enrol")
        refused = await sam.post("/sign-in/enrol", data=fields_of(page, "/sign-in/enrol") | {"code": "000000"})
    assert refused.status_code == 422
    assert _shared(refused.text) == _shared(page.text)


async def test_looking_at_the_picture_changes_nothing(database: Database) -> None:
    async with visitor() as sam:
        await sam.post("/sign-in", data=SAM)
        before = len(await stored(AuditEntry))
        shown = {_shared((await sam.get("/sign-in/enrol")).text) for _ in range(2)}
    assert len(shown) == 2
    assert await stored(SecondFactor) == []
    assert len(await stored(AuditEntry)) == before


async def test_a_recovery_code_completes_and_leads_where_one_wanted(database: Database) -> None:
    async with visitor() as sam:
        await sam.post("/sign-in", data=SAM)
        _, codes = await _enrol(sam)
    async with visitor() as again:
        answer = await again.post("/sign-in", data=SAM | {"next": "/records?page=2"})
        assert answer.headers["location"] == "/sign-in/code?next=%2Frecords%3Fpage%3D2"
        form = fields_of(await again.get(answer.headers["location"]), "/sign-in/code")
        refused = await again.post("/sign-in/code", data=form | {"code": "aaaaa-bbbbb"})
        assert refused.status_code == 422
        assert 'id="code-wrong"' in refused.text
        done = await again.post("/sign-in/code", data=form | {"code": codes[0]})
        assert done.headers["location"] == "/records?page=2"
        assert (await again.get("/today")).status_code == 200


async def test_a_form_typed_while_the_session_ended_survives_both_steps(database: Database) -> None:
    async with visitor() as sam:
        await sam.post("/sign-in", data=SAM)
        _, codes = await _enrol(sam)
    async with visitor() as sam:
        asked = await sam.post("/log", data={"note": "long and careful"})
        first = await sam.post("/sign-in", data=fields_of(asked, "/sign-in") | SAM)
        second = await sam.post("/sign-in/code", data=fields_of(first, "/sign-in/code") | {"code": codes[0]})
    assert fields_of(second, "/log")["note"] == ["long and careful"]


async def test_the_dialog_asks_for_both_steps(database: Database) -> None:
    async with visitor() as sam:
        await sam.post("/sign-in", data=SAM)
        _, codes = await _enrol(sam)
    async with visitor() as sam:
        first = await sam.post("/sign-in/again", data=SAM, headers=HTMX)
        assert "/sign-in/again/code" in first.text
        wrong = await sam.post("/sign-in/again/code", data={"code": "000000"}, headers=HTMX)
        assert wrong.status_code == 422
        done = await sam.post("/sign-in/again/code", data={"code": codes[0]}, headers=HTMX)
        assert "closeModal" in done.headers["HX-Trigger"]
        assert (await sam.get("/today")).status_code == 200


async def test_visitors_get_no_picture_and_no_code_field(database: Database) -> None:
    async with visitor() as nobody:
        assert (await nobody.get("/sign-in/enrol")).headers["location"].startswith("/sign-in?")
        assert (await nobody.get("/sign-in/code")).headers["location"] == "/"
        refused = await nobody.post("/sign-in/code", data={"code": "123456"})
    assert refused.status_code in {303, 401}
