"""Passkeys with the browser's own (virtual) authenticator, under the real content-security policy."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.browser.watch import WATCH, Watched, axe_violations, layout_faults
from tests.world import PASSWORD

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
ARRIVED = re.compile(r"\d/me$")
OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
async def context(chromium: Browser, address: str) -> AsyncIterator[BrowserContext]:
    """A fresh profile at the named host."""
    host = address.replace("127.0.0.1", "localhost")
    made = await chromium.new_context(base_url=host, locale="en", viewport={"width": 390, "height": 844})
    made.set_default_timeout(10_000)
    await made.add_init_script(WATCH)
    yield made
    await made.close()


async def _device(page: Page) -> tuple[CDPSession, str]:
    """A virtual authenticator in the page's browser."""
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    made: dict[str, Any] = await tools.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})
    return tools, made["authenticatorId"]


async def _looks_right(page: Page) -> None:
    assert await axe_violations(page) == []
    assert await layout_faults(page) == []


async def _password(page: Page) -> None:
    """Nia, whom no other browser test signs in: from now on her password alone does not let anybody in."""
    await page.goto("/sign-in?next=/me")
    await page.locator("#email").fill("nia@demo.example")
    await page.locator("#password").fill(PASSWORD)
    await page.locator("#sign-in button").click()


async def _make(page: Page) -> None:
    await page.goto("/me/security")
    await page.locator("#passkeys a").click()
    await _looks_right(page)
    await page.get_by_role("button", name="Make the passkey").click()
    await expect(page.locator("#recovery-codes li")).to_have_count(10)
    await page.goto("/me/security")
    await expect(page.locator("#passkeys .row .tag")).to_have_text("Signs in alone")
    await _looks_right(page)


async def _alone(page: Page) -> None:
    await page.goto("/sign-in?next=/me")
    await _looks_right(page)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await page.wait_for_url(ARRIVED)


async def test_a_passkey_is_made_and_signs_in_alone_and_after_the_password(context: BrowserContext) -> None:
    page = await context.new_page()
    watched = Watched(page)
    tools, device = await _device(page)
    await _password(page)
    await _make(page)
    await context.clear_cookies()
    await _alone(page)
    await context.clear_cookies()
    await _password(page)
    await tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.locator("[data-failed]")).to_be_visible()
    await tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    await page.get_by_role("button", name="Use a passkey").click()
    await page.wait_for_url(ARRIVED)
    kept = await tools.send("WebAuthn.getCredentials", {"authenticatorId": device})
    assert [found["signCount"] for found in kept["credentials"]] == [3]
    assert await watched.faults() == []
