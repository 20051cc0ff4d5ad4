"""Requests from other sites and for other hosts."""

from collections.abc import Iterator, Mapping

import httpx2
import pytest
from starlette.routing import Route

from coord.settings import settings
from coord.work.engine import Database
from tests.queries import counting, queries
from tests.schema.api import token_of
from tests.web.test_session import PRODUCTION
from tests.web.visit import visiting, visitor
from tests.world import cast
from web import security
from web.asgi import build, routes
from web.security import is_our_host

pytestmark = pytest.mark.anyio

OURS = settings().base_url
COOKIE = {"cookie": "sid=nobody"}
BEARER = {"authorization": "Bearer coord_nobody"}
SAFE = {"GET", "HEAD", "OPTIONS"}
# What is sent, whether a change passes, whether a question to the API passes.
CASES: Mapping[str, tuple[Mapping[str, str], bool, bool]] = {
    "our own page": ({**COOKIE, "sec-fetch-site": "same-origin"}, True, True),
    "our own page, with an origin that it does not tell": (
        {**COOKIE, "sec-fetch-site": "same-origin", "origin": "null"}, True, True,
    ),
    "typed, or a bookmark": ({**COOKIE, "sec-fetch-site": "none"}, False, True),
    "a sister site": ({**COOKIE, "sec-fetch-site": "same-site"}, False, False),
    "another site": ({**COOKIE, "sec-fetch-site": "cross-site"}, False, False),
    "another site that names our origin": ({**COOKIE, "sec-fetch-site": "cross-site", "origin": OURS}, False, False),
    "a word that no browser says": ({**COOKIE, "sec-fetch-site": "Same-Origin "}, False, False),
    "an old browser on our page": ({**COOKIE, "origin": OURS}, True, True),
    "an old browser that tells no origin": ({**COOKIE, "origin": "null"}, False, False),
    "an old browser on another site": ({**COOKIE, "origin": "https://evil.example"}, False, False),
    "an origin that begins like ours": ({**COOKIE, "origin": f"{OURS}.evil.example"}, False, False),
    "our origin without encryption, or with": ({**COOKIE, "origin": OURS.replace("http:", "https:")}, False, False),
    "no origin, and a cookie": (COOKIE, False, False),
    "no origin, a cookie and a token": ({**COOKIE, **BEARER}, False, False),
    "a token from another site, and no cookie": ({**BEARER, "sec-fetch-site": "cross-site"}, True, True),
    "a token, and no cookie": (BEARER, True, True),
    "nothing at all": ({}, True, True),
    "a visitor of another site's page": ({"sec-fetch-site": "cross-site"}, False, True),
}  # fmt: skip


def unsafe() -> Iterator[tuple[str, str]]:
    """Every method and address that may change something."""
    for route in routes():
        if isinstance(route, Route):
            methods = route.methods or {"POST", "PUT", "PATCH", "DELETE"}
            yield from ((method, route.path.replace("{", "").replace("}", "")) for method in sorted(methods - SAFE))


async def status(sent: Mapping[str, str], method: str, path: str) -> tuple[int, str]:
    """What becomes of a request with exactly these headers."""
    transport = httpx2.ASGITransport(app=build())
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        request = client.build_request(method, path)
        request.headers = httpx2.Headers({"host": "127.0.0.1:8000", "accept": "*/*", **sent})
        answer = await client.send(request)
    return answer.status_code, answer.text


def is_refusal(found: tuple[int, str]) -> bool:
    """Whether the request was refused for where it came from, and for nothing else."""
    return found[0] == 403 and "其他网站" in found[1]


@pytest.mark.parametrize("name", CASES)
async def test_every_route_that_may_change_something_refuses_other_sites(database: Database, name: str) -> None:
    sent, passes, _ = CASES[name]
    found = {f"{method} {path}": await status(sent, method, path) for method, path in unsafe()}
    assert len(found) > 30
    assert {route for route, answer in found.items() if is_refusal(answer) is passes} == set()


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("path", ["/graphql", "/graphql?query={viewer{name}}", "/graphql%0A?query={viewer{name}}"])
async def test_a_question_to_the_api_that_a_cookie_answers_for_is_ours_too(
    database: Database, name: str, path: str
) -> None:
    sent, _, passes = CASES[name]
    assert is_refusal(await status(sent, "GET", path)) is not passes


async def test_the_api_refuses_in_its_own_form(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/graphql", json={"query": "{ viewer { name } }"}, headers={"Sec-Fetch-Site": "none"})
    assert (answer.status_code, list(answer.json())) == (403, ["errors"])
    assert answer.json()["errors"][0]["extensions"] == {"code": "CROSS_SITE"}


async def test_the_page_of_the_api_opens_from_a_link_in_a_mail(database: Database) -> None:
    async with visiting("sam") as sam:
        sent = {"Sec-Fetch-Site": "cross-site", "Accept": "text/html,*/*;q=0.8"}
        page = await sam.get("/graphql", headers=sent)
        asked = await sam.get("/graphql?%71uery={viewer{name}}", headers=sent)
    assert (page.status_code, asked.status_code) == (200, 403)


async def test_a_refused_request_reaches_no_database(database: Database) -> None:
    async with visiting("sam") as sam:
        with counting() as counted:
            await sam.get("/me")
        with queries(0):
            answer = await sam.post("/me/preferences", headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, len(counted) > 0) == (403, True)


async def test_a_foreign_post_changes_nothing(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post(
            "/me/preferences", data={"language": "ko", "theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        page = (await sam.get("/me")).text
    assert answer.status_code == 403
    assert '<html lang="en"' in page


async def test_nothing_is_changed_by_get_or_head(database: Database) -> None:
    reading = {route.path for route in routes() if isinstance(route, Route) and "GET" in (route.methods or ())}
    async with visiting("sam") as sam:
        answers = {path: await sam.get(path) for path in ("/sign-out", "/language", "/me/preferences")}
        headers = await sam.head("/me")
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(answers, 405)
    assert headers.status_code == 200
    assert reading.isdisjoint(answers)


async def test_a_token_in_a_program_needs_no_header_of_a_browser(database: Database) -> None:
    token = await token_of(cast.sam)
    transport = httpx2.ASGITransport(app=build())
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as program:
        answer = await program.post(
            "/graphql", json={"query": "{ viewer { name } }"}, headers={"Authorization": f"Bearer {token}"}
        )
    assert answer.json()["data"] == {"viewer": {"name": "Sam"}}


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("coord.example", True),
        ("COORD.example", True),
        ("coord.example:443", True),
        ("coord.example:80", False),
        ("coord.example.evil.example", False),
        ("evil.example", False),
        ("127.0.0.1:8000", False),
        ("localhost", False),
        ("coord.example@evil.example", False),
        ("[", False),
        ("", False),
    ],
)
def test_in_production_only_the_configured_host_is_ours(
    monkeypatch: pytest.MonkeyPatch, host: str, is_ours: bool
) -> None:
    monkeypatch.setattr(security, "settings", lambda: PRODUCTION)
    assert is_our_host(host) is is_ours


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "127.0.0.1", "localhost:9000", "[::1]:8000", "LOCALHOST"])
def test_while_developing_every_port_of_this_machine_is_ours(host: str) -> None:
    assert is_our_host(host)


@pytest.mark.parametrize("sent", [["evil.example"], ["127.0.0.1:8000", "evil.example"], [], ["127.0.0.1.evil.example"]])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/graphql", "/static/coord.css", "/nowhere"])
async def test_another_host_is_refused_on_every_address(database: Database, sent: list[str], path: str) -> None:
    answered: list[int] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Mapping[str, object]) -> None:
        if message["type"] == "http.response.start":
            answered.append(int(str(message["status"])))

    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "root_path": "", "scheme": "http",
        "query_string": b"", "headers": [(b"host", host.encode()) for host in sent], "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 1), "http_version": "1.1",
    }  # fmt: skip
    await build()(scope, receive, send)
    assert answered == [400]


async def test_machines_of_the_operator_may_ask_by_address(database: Database) -> None:
    async with visitor(Host="10.0.0.7:8000") as balancer:
        found = {path: (await balancer.get(path)).status_code for path in ("/healthz", "/readyz", "/metrics")}
    assert found == {"/healthz": 200, "/readyz": 200, "/metrics": 200}


@pytest.mark.parametrize(("origin", "status_code"), [("http://127.0.0.1", 403), ("https://coord.example", 303)])
async def test_in_production_only_the_configured_origin_is_trusted(
    monkeypatch: pytest.MonkeyPatch, origin: str, status_code: int
) -> None:
    monkeypatch.setattr(security, "settings", lambda: PRODUCTION)
    async with visitor(Host="coord.example", Origin=origin) as nobody:
        del nobody.headers["Sec-Fetch-Site"]
        answer = await nobody.post("/language", data={"language": "en"})
    assert answer.status_code == status_code


async def test_each_answer_has_a_request_id_and_keeps_a_given_one(database: Database) -> None:
    async with visitor() as nobody:
        own = await nobody.get("/healthz")
        given = await nobody.get("/healthz", headers={"X-Request-ID": "abcdef-12345678"})
        bad = await nobody.get("/healthz", headers={"X-Request-ID": "<script>"})
    assert len(own.headers["x-request-id"]) == len(bad.headers["x-request-id"]) == 32
    assert given.headers["x-request-id"] == "abcdef-12345678"


async def test_metrics_name_routes_not_people(database: Database) -> None:
    async with visiting("sam") as sam:
        await sam.get("/clients/79167bc5-45ff-53a2-9c9f-0d94e2277464")
        answer = await sam.get("/metrics")
    assert 'route="/clients/{client}"' in answer.text
    assert "79167bc5" not in answer.text
