"""The whole loop by three people in Chinese: a hospital's worker on a phone, the center, the foundation's officer."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESKTOP, Open
from tests.browser.referring import met, world_of
from tests.coord.referrals.making import consent
from tests.world import CENTER, HUANG

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
_HEAD = ".head"


async def in_chinese(page: Page, path: str) -> Page:
    await page.context.request.post(
        "/me/preferences", form={"language": "zh-CN", "theme": "auto"}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    await page.goto(path)
    return page


async def _sent(page: Page, pictures: Path) -> str:
    await page.tap(f"a[href*='/referrals/new?client={HUANG}']")
    await page.tap(f"label:has([name='target'][value='{CENTER}'])")
    await page.tap(".chip:has-text('出院后需要社区康复')")
    await page.screenshot(path=pictures / "1-send.png", full_page=True)
    await page.tap("button[value='send']")
    await expect(page.locator("#toasts")).to_contain_text("转介已发出。")
    return str(page.url).rpartition(":")[2].partition("/")[2]


async def _answered(cai: Page, path: str, pictures: Path) -> None:
    """Nobody is named before the acceptance."""
    for place, name in (("/referrals", "2-received"), (path, "3-sketch")):
        await cai.goto(place)
        await expect(cai.locator("main")).not_to_contain_text("黄涛")
        await cai.screenshot(path=pictures / f"{name}.png", full_page=True)
    await cai.tap(f"form[action='{path}/move/accept'] button")
    await expect(cai.locator("main")).to_contain_text("黄涛")


async def _reported(cai: Page, path: str, pictures: Path) -> None:
    await cai.goto(path)
    await cai.screenshot(path=pictures / "4-accepted.png", full_page=True)
    await cai.tap(f"form[action='{path}/contact'] button")
    await expect(cai.locator(_HEAD)).to_contain_text("首次接触")
    await cai.goto(f"{path}?feedback#feedback")
    await cai.tap("#feedback .chip:has([value='COMPLETED'])")
    await cai.tap("#feedback button[type=submit]")
    await expect(cai.locator("#toasts")).to_contain_text("反馈已发送。")


async def test_three_people_close_a_loop(database_url: str, open_page: Open, tmp_path: Path) -> None:
    async with world_of(database_url):
        await consent(client=str(HUANG))
    sam = await in_chinese(await open_page("sam", "/today"), f"/clients/{HUANG}")
    path = "/" + await _sent(sam, tmp_path)

    cai = await in_chinese(await open_page("cai", "/"), "/referrals")
    await _answered(cai, path, tmp_path)
    async with world_of(database_url):
        await met(HUANG)
    await _reported(cai, path, tmp_path)

    await sam.goto("/referrals?box=OUT&show=feedback")
    await sam.screenshot(path=tmp_path / "5-feedback.png", full_page=True)
    await sam.tap(f"form[action='{path}/move/acknowledge'] button")
    await expect(sam.locator(_HEAD)).to_contain_text("已闭环")
    await sam.screenshot(path=tmp_path / "6-closed.png", full_page=True)

    ola = await in_chinese(await open_page("ola", "/", viewport=DESKTOP, has_touch=False), path)
    await expect(ola.locator(_HEAD)).to_contain_text("已闭环")
    await expect(ola.locator("main")).not_to_contain_text("黄涛")
    await ola.screenshot(path=tmp_path / "7-foundation.png", full_page=True)
