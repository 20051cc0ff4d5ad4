"""Passkeys through the pages: the form that the script fills is a form like any other."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import pytest

from coord.identity.tables import Passkey
from coord.settings import settings
from coord.work.engine import Database
from tests.authenticator import Device
from tests.coord.making import stored
from tests.web.visit import HTMX, fields_of, visiting, visitor

pytestmark = pytest.mark.anyio
SAM = {"email": "sam@demo.example", "password": "demo-password-1"}
ENROL = "/sign-in/enrol/passkey"


@pytest.fixture(autouse=True)
def _at_localhost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COORD_BASE_URL", "http://localhost")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


async def _asked(client: httpx2.AsyncClient, path: str) -> str:
    answer = await client.post(path)
    assert answer.headers["content-type"].startswith("application/json")
    return answer.text


async def _enrol(client: httpx2.AsyncClient, **more: str) -> tuple[Device, httpx2.Response]:
    device = Device()
    form = fields_of(await client.get(f"{ENROL}?next=/me/security"), ENROL)
    made = device.create(await _asked(client, f"{ENROL}/ask"))
    return device, await client.post(ENROL, data=form | {"answer": made, "name": "Phone", **more})


async def test_a_passkey_is_made_named_used_and_removed(database: Database) -> None:
    async with visiting("sam") as sam:
        device, done = await _enrol(sam)
        assert len(re.findall(r'<li class="secret">', done.text)) == 10
        page = (await sam.get("/me/security")).text
        assert "Phone" in page
        (rename,) = re.findall(r'action="(/me/security/passkeys/[^"]+/name)"', page)
        await sam.post(rename, data={"name": "Old phone"})
        assert (await sam.post(rename, data={"name": ""})).status_code == 422
        assert "Old phone" in (await sam.get("/me/security")).text
    async with visitor() as sam:
        await sam.post("/sign-in", data=SAM)
        form = fields_of(await sam.get("/sign-in/code?next=/records"), "/sign-in/code/passkey")
        wrong = await sam.post("/sign-in/code/passkey", data=form | {"answer": "{}"})
        assert (wrong.status_code, "not accepted" in wrong.text) == (422, True)
        given = {"answer": device.get(await _asked(sam, "/sign-in/code/ask"))}
        assert (await sam.post("/sign-in/code/passkey", data=form | given)).headers["location"] == "/records"
        assert (await sam.post(rename.replace("/name", "/remove"))).headers["location"] == "/me/security"
    assert await stored(Passkey) == []


async def test_alone_it_opens_the_page_that_was_wanted(database: Database) -> None:
    async with visiting("sam") as sam:
        device, _ = await _enrol(sam)
    async with visitor() as sam:
        form = fields_of(await sam.get("/sign-in?next=/records"), "/sign-in/passkey")
        given = {"answer": device.get(await _asked(sam, "/sign-in/passkey/ask"))}
        async with visitor() as thief:
            assert (await thief.post("/sign-in/passkey", data=form | given)).status_code == 422
        assert (await sam.post("/sign-in/passkey", data=form | given)).headers["location"] == "/records"
        assert (await sam.get("/today")).status_code == 200
        confirmed = {"answer": device.get(await _asked(sam, "/confirm/ask")), "next": "/me/tokens"}
        assert (await sam.post("/confirm/passkey", data=confirmed)).headers["location"] == "/me/tokens"


async def test_the_dialog_takes_it_for_the_second_step_and_for_both(database: Database) -> None:
    async with visiting("sam") as sam:
        device, _ = await _enrol(sam)
    async with visitor() as sam:
        first = await sam.post("/sign-in/again", data=SAM, headers=HTMX)
        assert 'data-passkey="/sign-in/code/ask"' in first.text
        wrong = await sam.post("/sign-in/again/code/passkey", data={"answer": "{}"}, headers=HTMX)
        assert wrong.status_code == 422
        given = {"answer": device.get(await _asked(sam, "/sign-in/code/ask"))}
        done = await sam.post("/sign-in/again/code/passkey", data=given, headers=HTMX)
        assert "closeModal" in done.headers["HX-Trigger"]
    async with visitor() as sam:
        given = {"answer": device.get(await _asked(sam, "/sign-in/passkey/ask"))}
        done = await sam.post("/sign-in/again/passkey", data=given, headers=HTMX)
        assert "closeModal" in done.headers["HX-Trigger"]
        assert (await sam.post("/sign-in/again/passkey", data=given, headers=HTMX)).status_code == 422


async def test_what_was_typed_stays_and_nobody_else_may_ask(database: Database) -> None:
    async with visiting("sam") as sam:
        _, refused = await _enrol(sam, answer="{}")
        assert (refused.status_code, fields_of(refused, ENROL)["name"]) == (422, ["Phone"])
    async with visitor() as nobody:
        for path in ("/sign-in/code/ask", "/confirm/ask", f"{ENROL}/ask"):
            assert (await nobody.post(path)).status_code in {303, 401}, path
        assert urlsplit((await nobody.get(ENROL)).headers["location"]).path == "/sign-in"


async def test_without_a_named_host_no_page_offers_passkeys(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COORD_BASE_URL", "http://127.0.0.1:8000")
    settings.cache_clear()
    async with visiting("sam") as sam:
        pages = [(await sam.get(path)).text for path in ("/me/security", "/sign-in/enrol", "/confirm")]
        assert (await sam.post(f"{ENROL}/ask")).status_code == 422
    async with visitor() as nobody:
        pages.append((await nobody.get("/sign-in")).text)
    assert not any("data-passkey" in page or ENROL in page for page in pages)
