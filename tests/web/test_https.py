"""Production answers nothing that came without TLS, and tells the operator's networks alone how it is doing."""

import pytest

from coord.work.engine import Database
from tests.web.test_session import PRODUCTION
from tests.web.visit import visitor
from web import health, https, security

pytestmark = pytest.mark.anyio
BROWSER = {"Accept": "text/html,*/*;q=0.8"}
OPEN = {"X-Forwarded-Proto": "http"}


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of production for the doors that look at how a request came."""
    for module in (https, security, health):
        monkeypatch.setattr(module, "settings", lambda: PRODUCTION)


async def test_a_page_leads_to_its_https_address(production: None) -> None:
    async with visitor(Host="coord.example", **BROWSER, **OPEN) as nobody:
        answer = await nobody.get("/sign-in?next=/today%0d%0aX: y")
    assert answer.status_code == 308
    assert answer.headers["location"].startswith("https://coord.example/sign-in?next=")
    assert "\n" not in answer.headers["location"]


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/graphql?query={viewer{name}}", {**BROWSER, **OPEN}),
        ("POST", "/graphql", OPEN),
        ("GET", "/api/schema.graphql", {**BROWSER, **OPEN}),
        ("POST", "/sign-in", {**BROWSER, **OPEN}),
        ("GET", "/sign-in", {**OPEN, "Accept": "*/*"}),
        # A proxy that does not tell would be led in a circle.
        ("GET", "/sign-in", BROWSER),
    ],
)
async def test_everything_else_is_refused_and_led_nowhere(
    production: None, method: str, path: str, headers: dict[str, str]
) -> None:
    async with visitor(Host="coord.example", **headers) as nobody:
        answer = await nobody.request(method, path)
    assert (answer.status_code, "location" in answer.headers) == (403, False)
    assert "HTTPS" in answer.text


async def test_health_is_asked_without_tls(database: Database, production: None) -> None:
    async with visitor() as balancer:
        assert (await balancer.get("/healthz")).status_code == 200


async def test_development_needs_no_tls() -> None:
    async with visitor(**BROWSER, **OPEN) as nobody:
        assert (await nobody.get("/sign-in")).status_code == 200


async def test_only_the_operators_networks_see_metrics_and_details(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with visitor() as nobody:
        near = (await nobody.get("/metrics")).status_code, (await nobody.get("/readyz")).json().keys()
        monkeypatch.setattr(health, "is_inside", lambda *_: False)
        far = (await nobody.get("/metrics")).status_code, (await nobody.get("/readyz")).json().keys()
    assert near == (200, {"status", "database", "queue", "alerts"})
    assert far == (404, {"status"})


@pytest.mark.parametrize(
    ("host", "networks", "status"),
    [
        ("127.0.0.1:8000", "127.0.0.0/8", 200),
        ("10.0.0.7:8000", "127.0.0.1/32", 200),
        ("127.0.0.1:8000", "10.0.0.0/8", 404),
        ("127.0.0.1:8000", "", 404),
        # A proxy of this machine that does not pass on who asks: the public name is for everybody.
        ("coord.example", "127.0.0.0/8", 404),
    ],
)
async def test_in_production_the_public_name_shows_no_metrics(
    production: None, monkeypatch: pytest.MonkeyPatch, host: str, networks: str, status: int
) -> None:
    given = PRODUCTION.model_copy(update={"monitoring_networks": networks})
    monkeypatch.setattr(health, "settings", lambda: given)
    async with visitor(Host=host, **OPEN) as asked:
        assert (await asked.get("/metrics")).status_code == status
