"""The headers that every answer carries."""

from collections.abc import Mapping

import pytest

from coord.settings import settings
from coord.work.engine import Database
from tests.web.test_session import PRODUCTION
from tests.web.visit import visiting, visitor
from web import headers

pytestmark = pytest.mark.anyio

PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; worker-src 'self'; manifest-src 'self'; "
    "object-src 'none'"
)
FILE = "default-src 'none'; sandbox"
ALWAYS: Mapping[str, str] = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Address, status, type, policy, how long it may be kept: for somebody who is signed in.
ANSWERS = [
    ("/me", 200, "text/html; charset=utf-8", PAGE, "no-store"),
    ("/clients", 200, "text/html; charset=utf-8", PAGE, "no-store"),
    ("/nowhere", 404, "text/html; charset=utf-8", PAGE, "no-store"),
    ("/static/nowhere.css", 404, "text/html; charset=utf-8", PAGE, "no-store"),
    ("/healthz", 200, "application/json; charset=utf-8", FILE, "no-store"),
    ("/readyz", 200, "application/json; charset=utf-8", FILE, "no-store"),
    ("/metrics", 200, "text/plain; version=1.0.0; charset=utf-8", FILE, "no-store"),
    ("/graphql?query={viewer{name}}", 200, "application/json; charset=utf-8", FILE, "no-store"),
    ("/graphql", 400, "application/json; charset=utf-8", FILE, "no-store"),
    ("/api/schema.graphql", 200, "text/plain; charset=utf-8", FILE, "public, max-age=300"),
    ("/static/coord.css", 200, "text/css; charset=utf-8", PAGE, "no-cache"),
    ("/static/icon.svg", 200, "image/svg+xml; charset=utf-8", PAGE, "no-cache"),
]


@pytest.mark.parametrize(("path", "status", "kind", "policy", "kept"), ANSWERS)
async def test_every_answer_carries_exactly_these_headers(
    database: Database, path: str, status: int, kind: str, policy: str, kept: str
) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get(path)
    found = answer.headers
    assert (answer.status_code, found["content-type"]) == (status, kind)
    assert (found["content-security-policy"], found["cache-control"]) == (policy, kept)
    assert {name: found[name] for name in ALWAYS} == ALWAYS
    assert "strict-transport-security" not in found
    assert not any(name.startswith("access-control-") for name in found)


async def test_a_file_is_saved_and_never_shown(database: Database) -> None:
    async with visiting("ola") as ola:
        answer = await ola.get("/export/hospitals.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert (answer.headers["content-security-policy"], answer.headers["cache-control"]) == (FILE, "no-store")


async def test_the_explorer_may_load_its_icon_font_and_nothing_more(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get("/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == f"{PAGE}; font-src 'self' data:"


@pytest.mark.parametrize("path", ["/healthz", "/sign-in", "/nowhere", "/static/coord.css"])
async def test_production_insists_on_https_for_two_years(
    database: Database, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(headers, "settings", lambda: PRODUCTION)
    async with visitor() as nobody:
        answer = await nobody.get(path)
    assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/graphql", "/me", "/nowhere"])
async def test_an_address_with_a_query_is_told_to_nobody_and_no_other_origin_is_invited(
    database: Database, path: str
) -> None:
    async with visitor(Origin="https://evil.example") as nobody:
        answer = await nobody.options(path, headers={"Access-Control-Request-Method": "POST"})
    assert not any(name.startswith("access-control-") for name in answer.headers)
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_the_addresses_of_a_file_carry_its_content_so_it_is_never_asked_for_again(database: Database) -> None:
    async with visitor() as nobody:
        page = (await nobody.get("/sign-in")).text
        address = page.split('<link rel="stylesheet" href="')[1].split('"')[0]
        answer, other = await nobody.get(address), await nobody.get(f"{address}0")
    assert address.startswith("/static/coord.css?v=")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert other.headers["cache-control"] == "no-cache"


def test_the_address_of_these_tests_is_the_configured_one() -> None:
    assert settings().base_url.startswith("http://127.0.0.1")
