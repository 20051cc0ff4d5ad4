"""The headers of every route's answer, whoever asks and however it ends; and the names of our cookies."""

import ast
from collections.abc import Iterator

import httpx2
import pytest
from starlette.routing import Route

from coord.work.engine import Database
from tests.injection.reading import usual_path
from tests.odd.pages import all_routes
from tests.walls.tree import calls, parsed, under
from tests.web.test_headers import ALWAYS, FILE, PAGE
from tests.web.test_session import PRODUCTION
from tests.web.visit import visiting, visitor
from web import cookies

pytestmark = pytest.mark.anyio
# What everybody may know.
_KEPT = {"/api/schema.graphql": "public, max-age=300", "/checkpoints/keys.json": "no-cache"}
_CHARSETS = ("text/", "application/json", "application/graphql-response+json", "image/svg+xml")


def _faults(path: str, answer: httpx2.Response) -> Iterator[str]:
    """What is missing, or says more than it should."""
    found = answer.headers
    kind = found.get("content-type", "")
    if wrong := {name for name, value in ALWAYS.items() if found.get(name) != value}:
        yield f"{path}: {sorted(wrong)}"
    is_page = kind.startswith("text/html") or not kind
    allowed = {PAGE, f"{PAGE}; font-src 'self' data:"} if is_page else {FILE}
    if found.get("content-security-policy") not in allowed:
        yield f"{path}: policy {found.get('content-security-policy')}"
    if found.get("cache-control") != (_KEPT.get(path, "no-store") if answer.is_success else "no-store"):
        yield f"{path}: kept {found.get('cache-control')}"
    if kind.startswith(_CHARSETS) and "charset=utf-8" not in kind:
        yield f"{path}: no charset in {kind}"
    if any(name.startswith(("access-control-", "server", "x-powered")) for name in found):
        yield f"{path}: tells too much"
    if (
        not is_page
        and "/export/" in path
        and answer.is_success
        and not found["content-disposition"].startswith("attach")
    ):
        yield f"{path}: shown instead of saved"
    location = found.get("location", "/")
    if not location.startswith("/") or location.startswith(("//", "/\\")):
        yield f"{path}: leads to {location}"


def _asked(place: int, route: Route) -> Iterator[tuple[str, str]]:
    """Who asks a route how: its own methods by somebody, by nobody as well, and now and then one that it has not."""
    yield from (
        ("ola", method) for method in sorted((route.methods or {"GET"}) - {"HEAD"}) if route.path != "/sign-out"
    )
    yield "nobody", "DELETE" if place % 5 == 0 else "GET"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("real_database", ["sqlite"], indirect=True)
async def test_every_answer_of_every_route_has_the_headers_of_its_kind(real_database: Database) -> None:
    wrong: list[str] = []
    seen: set[int] = set()
    async with visiting("ola") as ola, visitor() as nobody:
        who = {"ola": ola, "nobody": nobody}
        for place, route in enumerate(all_routes()):
            for name, method in _asked(place, route):
                answer = await who[name].request(method, usual_path(route))
                seen.add(answer.status_code)
                wrong += _faults(route.path, answer)
    assert {200, 303, 403, 404, 405, 422} <= seen
    assert wrong == []


def test_a_missing_header_a_kept_page_and_a_way_out_are_found() -> None:
    bare = httpx2.Response(303, headers={"content-type": "text/html", "location": "https://evil.example"})
    assert len(list(_faults("/", bare))) == 5


def test_every_cookie_has_a_name_that_browsers_bind_to_our_host(monkeypatch: pytest.MonkeyPatch) -> None:
    named = [call.args[0] for path in under("web", "schema") for call in (*calls(parsed(path), "set_cookie"),
             *calls(parsed(path), "delete_cookie"))]  # fmt: skip
    assert len(named) > 4
    assert [ast.unparse(name) for name in named if not isinstance(name, ast.Call)] == []
    monkeypatch.setattr(cookies, "settings", lambda: PRODUCTION)
    assert cookies.own_name("flash") == "__Host-flash"
