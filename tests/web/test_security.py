"""Headers and requests from other sites."""

import pytest
from starlette.datastructures import Headers

from coord.settings import settings
from coord.work.engine import Database
from tests.web.visit import visiting, visitor
from web.security import CONTENT_SECURITY_POLICY, is_foreign

pytestmark = pytest.mark.anyio
OURS = "http://testserver"


@pytest.mark.parametrize(
    ("sent", "is_refused"),
    [
        ({}, False),
        ({"sec-fetch-site": "same-origin"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"sec-fetch-site": "same-site"}, True),
        ({"sec-fetch-site": "cross-site", "origin": "https://evil.example"}, True),
        ({"origin": OURS}, False),
        ({"origin": "https://evil.example"}, True),
        ({"origin": "null"}, True),
        ({"sec-fetch-site": "cross-site", "origin": settings().base_url}, False),
        ({"sec-fetch-site": "cross-site", "authorization": "Bearer x"}, False),
        ({"sec-fetch-site": "cross-site", "authorization": "Bearer x", "cookie": "sid=1"}, True),
    ],
)
def test_changing_requests_of_other_sites_are_told_apart(sent: dict[str, str], is_refused: bool) -> None:
    assert is_foreign(Headers({"host": "testserver", **sent}), [settings().base_url]) is is_refused


async def test_a_foreign_post_changes_nothing(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post(
            "/me/preferences", data={"language": "ko", "theme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        page = (await sam.get("/me")).text
    assert answer.status_code == 403
    assert '<html lang="en"' in page


@pytest.mark.parametrize("path", ["/sign-in", "/nowhere", "/static/coord.css", "/healthz", "/today"])
async def test_every_answer_carries_the_strict_policy(database: Database, path: str) -> None:
    async with visitor() as nobody:
        answer = await nobody.get(path)
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_the_explorer_may_load_its_icon_font_and_nothing_more(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.get("/graphql", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == f"{CONTENT_SECURITY_POLICY}; font-src 'self' data:"


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
