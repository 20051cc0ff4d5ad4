"""The session cookie, in development and in production."""

import pytest
from pydantic import SecretStr
from starlette.responses import Response

from coord.settings import Environment, Settings
from tests.web.visit import visitor
from web import health, session

PRODUCTION = Settings(
    env=Environment.PRODUCTION,
    secret_key=SecretStr("k" * 40),
    sealing_keys=SecretStr("s" * 40),
    vault_keys=SecretStr("v" * 40),
    checkpoint_keys=SecretStr("c" * 40),
    search_key=SecretStr("n" * 40),
    base_url="https://coord.example",
)


def test_production_binds_the_cookie_to_host_and_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "settings", lambda: PRODUCTION)
    response = Response()
    session.start(response, "secret")
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-sid=secret;")
    assert all(part in cookie for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"))
    assert "Domain" not in cookie


@pytest.mark.anyio
async def test_production_refuses_the_cookie_of_development(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "settings", lambda: PRODUCTION)
    async with visitor() as nobody:
        nobody.cookies.set("sid", "anything")
        answer = await nobody.get("/me")
    assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
async def test_a_queue_that_is_away_is_reported_but_pages_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "settings", lambda: Settings(redis_url="redis://127.0.0.1:1/0"))
    async with visitor() as nobody:
        answer = await nobody.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok", "database": "ok", "queue": "unavailable", "alerts": "stale",
    }  # fmt: skip
