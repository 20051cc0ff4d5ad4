"""The foundation's view of the loop, the terms of a program and the pages of webhooks: languages, themes, widths, axe."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from playwright.async_api import Page

from coord.kernel.clock import now
from coord.webhooks import AddEndpoint, add_endpoint, ping_endpoint
from coord.work import begin
from tests.browser.conftest import DESKTOP, Open
from tests.browser.referring import referred, world_of
from tests.browser.watch import axe_violations, layout_faults
from tests.world import CENTER, NORTH_MEMBERS, cast

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
PHONE_360 = {"width": 360, "height": 780}
_LOOKS = (
    ("zh-CN", "light", DESKTOP),
    ("zh-CN", "dark", PHONE_360),
    ("ko", "light", PHONE_360),
    ("en", "dark", DESKTOP),
)


async def _looked_at(page: Page, path: str, language: str, theme: str, picture: Path) -> list[str]:
    await page.context.request.post(
        "/me/preferences", form={"language": language, "theme": theme}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    await page.goto(path)
    await page.screenshot(path=picture, full_page=True)
    return [*await axe_violations(page), *await layout_faults(page)]


@pytest.mark.parametrize(("language", "theme", "size"), _LOOKS)
async def test_the_loop_and_its_terms(
    database_url: str, open_page: Open, tmp_path: Path, language: str, theme: str, size: dict[str, Any]
) -> None:
    late = now() - timedelta(days=12)
    async with world_of(database_url):
        with time_machine.travel(late, tick=True):
            await _sent_once()
    page = await open_page("ola", "/", viewport=size, has_touch=size is PHONE_360)
    for name in ("loop", "settings"):
        picture = tmp_path / f"{name}-{language}-{theme}.png"
        assert await _looked_at(page, f"/{name}", language, theme, picture) == []


async def _sent_once() -> None:
    """One overdue referral in the shared world, however often this module asks."""
    if not hasattr(_sent_once, "path"):
        _sent_once.__dict__["path"] = await referred(NORTH_MEMBERS[2])


@pytest.mark.parametrize(("language", "theme", "size"), _LOOKS)
async def test_the_pages_of_webhooks(
    database_url: str, open_page: Open, tmp_path: Path, language: str, theme: str, size: dict[str, Any]
) -> None:
    url = f"https://hooks.example.org/{language}/{theme}/a-rather-long-address-of-a-partner-system"
    given = AddEndpoint.parse({"organization": str(CENTER), "url": url, "kinds": ["referral.sent"]})
    async with world_of(database_url):
        async with begin(cast.adam) as unit:
            key, _ = await add_endpoint(unit, given)
        async with begin(cast.adam) as unit:
            await ping_endpoint(unit, key)
    page = await open_page("adam", "/", viewport=size, has_touch=size is PHONE_360)
    for path in ("/administration/webhooks", f"/administration/webhooks/{key}"):
        picture = tmp_path / f"{len(path)}-{language}-{theme}.png"
        assert await _looked_at(page, path, language, theme, picture) == []
