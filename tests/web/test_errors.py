"""Refusals and failures."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import pytest
import structlog
from starlette.requests import Request
from starlette.responses import Response

from coord.kernel.logs import set_up_logs
from coord.work import engine
from coord.work.engine import Database
from tests.web.visit import HTMX, events, fields_of, search, visiting, visitor
from tests.world import LIN
from web import today
from web.routes import signed_in

pytestmark = pytest.mark.anyio


_LAST_WORD = 0.1
"""Seconds: the thread of a connection that could not be opened still answers its event loop, which must be there."""


@pytest.fixture
async def away(database: Database, tmp_path: Path) -> AsyncIterator[None]:
    """The database is away: a folder stands where its file should be."""
    (tmp_path / "gone").mkdir()
    engine.use(Database(f"sqlite:///{tmp_path / 'gone'}", pooled=False))
    yield
    engine.use(database)
    await anyio.sleep(_LAST_WORD)


async def test_an_unknown_address_is_a_page_in_the_visitors_language(database: Database) -> None:
    async with visitor(**{"Accept-Language": "ko-KR,ko;q=0.9"}) as nobody:
        answer = await nobody.get("/nowhere")
    assert answer.status_code == 404
    assert "페이지를 찾을 수 없습니다" in answer.text


async def test_members_keep_their_menu_on_an_error_page(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get("/nowhere")
    assert (answer.status_code, 'href="/groups"' in answer.text) == (404, True)


async def test_htmx_gets_a_toast_and_leaves_the_page_as_it_is(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get("/nowhere", headers=HTMX)
    assert (answer.status_code, answer.text) == (404, "")
    assert events(answer)["toast"] == {"text": "This page does not exist, or it is outside your work.", "bad": True}


async def test_a_wrong_method_says_which_are_right(database: Database) -> None:
    async with visitor() as nobody:
        answer = await nobody.delete("/sign-in")
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


async def test_a_refusal_names_what_the_role_cannot_do(database: Database) -> None:
    async with visiting("fatima") as fatima:
        answer = await fatima.get("/clients")
    assert answer.status_code == 403
    assert "permission." not in answer.text


@pytest.mark.usefixtures("away")
async def test_without_a_database_pages_say_so_and_ask_to_retry() -> None:
    async with visitor() as nobody:
        nobody.cookies.set("sid", "some-session")
        page, htmx = await nobody.get("/today"), await nobody.post("/log", data={"note": "x"}, headers=HTMX)
        ready, alive = await nobody.get("/readyz"), await nobody.get("/healthz")
    assert (page.status_code, htmx.status_code, ready.status_code, alive.status_code) == (503, 503, 503, 200)
    assert page.headers["retry-after"] == "5"
    assert "cannot be reached" in page.text
    assert "cannot be reached" in events(htmx)["toast"]["text"]
    assert ready.json()["database"] == "unavailable"


async def test_it_recovers_by_itself(database: Database, tmp_path: Path) -> None:
    async with visiting("sam") as sam:
        (tmp_path / "gone").mkdir()
        engine.use(Database(f"sqlite:///{tmp_path / 'gone'}", pooled=False))
        during = await sam.get("/today")
        await anyio.sleep(_LAST_WORD)
        engine.use(database)
        after = await sam.get("/today")
        ready = await sam.get("/readyz")
    assert (during.status_code, after.status_code) == (503, 200)
    assert ready.json() == {"status": "ok", "database": "ok", "queue": "embedded", "alerts": "stale"}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page with a defect."""

    async def fail(_: Request) -> Response:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(today, "ROUTES", [signed_in("/today", fail)])


@pytest.fixture
def json_logs() -> Iterator[None]:
    """Log lines as a server writes them."""
    set_up_logs()
    yield
    structlog.reset_defaults()


@pytest.mark.usefixtures("broken", "json_logs")
async def test_a_defect_is_a_500_page_without_its_details_and_with_our_headers(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get("/today")
        logged = capsys.readouterr().out
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "content-security-policy" in answer.headers
    assert "ZeroDivisionError" in logged


async def test_a_body_that_is_too_large_is_refused(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post(
            "/log", content=b"note=" + b"a" * 3_000_000, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
    assert answer.status_code == 413


async def test_too_many_fields_and_files_are_refused(database: Database) -> None:
    async with visiting("sam") as sam:
        many = await sam.post("/log", data={f"f{n}": "1" for n in range(2000)})
        file = await sam.post("/log", files={"note": ("a.txt", b"hello")})
    assert (many.status_code, file.status_code) == (400, 400)


@pytest.mark.usefixtures("json_logs")
async def test_the_log_holds_neither_names_nor_addresses(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/log?client={LIN}"), "/log")
        await sam.post("/log", data=form | {"note": ["林芳说"]})
        await search(sam, "/clients", "林芳")
        await sam.get(f"/clients/{LIN}")
    written = capsys.readouterr().out
    assert '"route": "/clients/{client}"' in written
    assert not any(word in written for word in ("林芳", "sam@", "Sam", str(LIN)))


async def test_a_poll_without_a_session_is_answered_in_silence(database: Database) -> None:
    async with visitor() as nobody:
        answer = await nobody.get("/today", headers=HTMX | {"X-Quiet": "1"})
    assert (answer.status_code, "HX-Trigger" in answer.headers) == (204, False)
