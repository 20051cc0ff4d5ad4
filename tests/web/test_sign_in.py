"""Signing in and out."""

import pytest

from coord.work.engine import Database
from tests.conftest import DATABASES
from tests.web.visit import HTMX, events, fields_of, visiting, visitor
from web.asgi import routes
from web.routes import Access, Page

pytestmark = pytest.mark.anyio
SAM = {"email": "sam@demo.example", "password": "demo-password-1"}


async def test_the_right_password_starts_a_session_and_leads_home(database: Database) -> None:
    async with visitor() as nobody:
        answer = await nobody.post("/sign-in", data=SAM)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert (await nobody.get("/")).headers["location"] == "/today"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sid=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


@pytest.mark.parametrize("who", [{"password": "wrong"}, {"email": "nobody@demo.example"}])
async def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    database: Database, who: dict[str, str]
) -> None:
    async with visitor() as nobody:
        answer = await nobody.post("/sign-in", data=SAM | who)
    assert answer.status_code == 422
    assert "set-cookie" not in answer.headers
    assert 'id="password-wrong"' in answer.text
    assert fields_of(answer, "/sign-in")["email"] == [(SAM | who)["email"]]
    assert fields_of(answer, "/sign-in")["password"] == [""]


async def test_after_signing_in_the_page_that_was_wanted_opens(database: Database) -> None:
    async with visitor() as nobody:
        asked = await nobody.get("/records?page=2")
        assert asked.status_code == 303
        form = fields_of(await nobody.get(asked.headers["location"]), "/sign-in")
        answer = await nobody.post("/sign-in", data=form | SAM)
    assert answer.headers["location"] == "/records?page=2"


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-in", "javascript:1"]
)
async def test_next_never_leads_to_another_site(database: Database, path: str) -> None:
    async with visitor() as nobody:
        answer = await nobody.post("/sign-in", data=SAM | {"next": path})
    assert answer.headers["location"] == "/"


async def test_signing_out_ends_the_session_for_good(database: Database) -> None:
    async with visiting("sam") as sam:
        secret = sam.cookies["sid"]
        await sam.post("/sign-out")
        sam.cookies.clear()
        sam.cookies.set("sid", secret)
        answer = await sam.get("/today")
    assert answer.headers["location"].startswith("/sign-in")


async def test_a_new_sign_in_ends_the_old_session(database: Database) -> None:
    async with visiting("sam") as sam:
        old = sam.cookies["sid"]
        await sam.post("/sign-in", data=SAM)
    async with visitor() as thief:
        thief.cookies.set("sid", old)
        answer = await thief.get("/today")
    assert answer.status_code == 303


async def test_the_dialog_signs_in_without_leaving_the_page(database: Database) -> None:
    async with visitor() as nobody:
        dialog = await nobody.get("/sign-in/again", headers=HTMX)
        wrong = await nobody.post("/sign-in/again", data=SAM | {"password": "x"}, headers=HTMX)
        right = await nobody.post("/sign-in/again", data=SAM, headers=HTMX)
        page = await nobody.get("/today")
    assert dialog.text.strip().startswith("<div")
    assert "<html" not in dialog.text
    assert (wrong.status_code, right.status_code, page.status_code) == (422, 204, 200)
    assert events(right)["closeModal"] is True


async def test_a_visitor_chooses_a_language(database: Database) -> None:
    async with visitor() as nobody:
        await nobody.post("/language", data={"language": "ko", "next": "/sign-in"})
        page = await nobody.get("/sign-in")
    assert '<html lang="ko"' in page.text
    assert "로그인" in page.text


async def test_an_unknown_language_is_refused(database: Database) -> None:
    async with visitor() as nobody:
        answer = await nobody.post("/language", data={"language": "xx"})
    assert answer.status_code == 422


async def test_a_kept_form_that_we_did_not_make_is_refused(database: Database) -> None:
    async with visitor() as nobody:
        for kept in ("nonsense", '["//evil.example/", []]', "[1, 2]"):
            answer = await nobody.post("/sign-in", data=SAM | {"kept": kept})
            assert answer.status_code == 422, kept


# Every page of everybody: what stands in its frame does not depend on the database.
@pytest.mark.parametrize("database", DATABASES[:1], indirect=True)
@pytest.mark.parametrize("name", ["sam", "sun", "ola", "adam", "cai", "fatima", "petra"])
async def test_signing_out_stands_on_every_page(database: Database, name: str) -> None:
    paths = {
        route.path
        for route in routes()
        if isinstance(route, Page) and route.access is Access.SIGNED_IN and "{" not in route.path
    }
    seen = 0
    async with visiting(name) as client:
        for path in sorted(paths):
            page = await client.get(path)
            if page.headers.get("content-type", "").startswith("text/html") and "<html" in page.text:
                assert '<form class="leave" method="post" action="/sign-out">' in page.text, path
                seen += 1
        left = await client.post("/sign-out")
        after = await client.get("/me")
    assert seen > 5
    assert (left.headers["location"], after.headers["location"]) == ("/sign-in", "/sign-in?next=%2Fme")
