"""What people type is text: it comes back as it was typed, and means nothing to the browser or the server."""

import html

import pytest

from coord.work.engine import Database
from tests.web.visit import fields_of, visiting, visitor

pytestmark = pytest.mark.anyio
TEXTS = (
    "%2527%253Cscript%253E",
    "&amp;lt;script&amp;gt;",
    "<script>alert(1)</script>",
    "<svg onload=x>",
    "{{ 7*7 }}",
    "${7*7}",
)
# Compatibility forms become half width before they are kept: then they are angle brackets, and only escaping helps.
WIDE = "＜script＞"


async def test_typed_text_comes_back_as_it_was_typed(database: Database) -> None:
    async with visiting("adam") as adam:
        for text in (*TEXTS, WIDE):
            given = {"code": "TWO", "name": text, "starts_on": "2026-05-01", "ends_on": "2026-04-01"}
            answer = await adam.post("/administration/programs", data=given)
            assert answer.status_code == 422, text
            assert fields_of(answer, "/administration/programs")["name"] == [text]
            assert f'value="{html.escape(text)}"'.replace("&#x27;", "&#39;") in answer.text
        await adam.post("/administration/programs", data={"code": "TWO", "name": TEXTS[2], "starts_on": "2026-05-01"})
        await adam.post("/administration/programs", data={"code": "THREE", "name": WIDE, "starts_on": "2026-05-01"})
        listed = (await adam.get("/administration/programs")).text
    assert html.escape(TEXTS[2]) in listed
    assert "<script>" not in listed


async def test_password_fields_are_hidden_and_let_managers_help(database: Database) -> None:
    async with visitor() as nobody:
        page = (await nobody.get("/sign-in")).text
    assert 'name="password" type="password" value="" autocomplete="current-password"' in page
    assert 'name="email" type="email" value="" autocomplete="username"' in page
    assert "onpaste" not in page


async def test_nothing_but_our_own_routes_and_files_is_served(database: Database) -> None:
    async with visitor() as nobody:
        for path in (
            "/.git/config",
            "/.env",
            "/static/",
            "/static/../pyproject.toml",
            "/static/%2e%2e/asgi.py",
            "/docs",
        ):
            assert (await nobody.get(path)).status_code == 404, path
        for path in ("/", "/sign-in", "/graphql"):
            assert (await nobody.request("TRACE", path)).status_code == 405, path


async def test_of_a_repeated_parameter_the_last_counts(database: Database) -> None:
    async with visiting("adam") as adam:
        given = {
            "code": ["ONE", "TWO"],
            "name": ["First", "Second"],
            "starts_on": "2026-05-01",
            "ends_on": "2026-04-01",
        }
        answer = await adam.post("/administration/programs", data=given)
        asked = await adam.get("/administration?organization=x&organization=")
    fields = fields_of(answer, "/administration/programs")
    assert (fields["code"], fields["name"]) == (["TWO"], ["Second"])
    assert asked.status_code == 200
