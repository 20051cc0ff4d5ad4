"""A provider without an account, on a phone, in Chinese: the whole loop by one signed link ends as by people and API."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from coord.kernel.clock import today
from coord.referrals.codes import ReferralState
from tests.browser.conftest import Open
from tests.browser.referring import world_of
from tests.browser.watch import axe_violations, layout_faults
from tests.coord.referrals.links import answering_by_link, link
from tests.coord.referrals.making import E, by_source, consent, referral, row, send
from tests.world import NORTH_MEMBERS

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
SMALL = {"width": 360, "height": 780}
CLOSING, DECLINING = NORTH_MEMBERS[3:5]
_NAMES = "组员"


async def _opened(open_page: Open, path: str) -> Page:
    """The link on a small phone, in the dark; Chinese is chosen on the page itself."""
    page = await open_page(None, path, viewport=SMALL, color_scheme="dark")
    await page.tap("button[value='zh-CN']")
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    await page.goto(path)
    return page


async def _looked_at(page: Page, pictures: Path, name: str) -> None:
    await page.screenshot(path=pictures / f"{name}.png", full_page=True)
    assert await axe_violations(page) == []
    assert await layout_faults(page) == []


async def _answered(page: Page, pictures: Path) -> None:
    await _looked_at(page, pictures, "1-sketch")
    await expect(page.locator("main")).to_contain_text("社区康复")
    await expect(page.locator("main")).not_to_contain_text(_NAMES)
    await page.tap("form:has([value='ACCEPT']) button")
    await expect(page.locator("main")).to_contain_text(_NAMES)
    await _looked_at(page, pictures, "2-accepted")


async def _reported(page: Page, pictures: Path) -> None:
    await page.fill("form[action$='/contact'] [name='met_on']", today("Asia/Shanghai").isoformat())
    await page.tap("form[action$='/contact'] button[type=submit]")
    await expect(page.locator("form[action$='/contact']")).to_have_count(0)
    await _looked_at(page, pictures, "3-met")
    await page.tap("form[action$='/feedback'] .chip:has([value='COMPLETED'])")
    await page.fill("form[action$='/feedback'] [name='note']", "目标已达成")
    await page.tap("form[action$='/feedback'] button[type=submit]")
    await expect(page.locator("form[action$='/feedback']")).to_have_count(0)
    await _looked_at(page, pictures, "4-done")


async def test_a_provider_without_an_account_closes_a_loop_on_a_phone(
    database_url: str, open_page: Open, tmp_path: Path
) -> None:
    async with world_of(database_url):
        await answering_by_link()
        await consent(client=str(CLOSING))
        made = await send(referral(client=str(CLOSING)))
        path = f"/r/{(await link(made)).token}"
    page = await _opened(open_page, path)
    await _answered(page, tmp_path)
    await _reported(page, tmp_path)
    async with world_of(database_url):
        await by_source(made, E.ACKNOWLEDGE)
        closed = await row(made)
    assert (closed.state, closed.outcome) == (ReferralState.CLOSED, "COMPLETED")
    assert closed.first_contact_at is not None
    await page.reload()
    await _looked_at(page, tmp_path, "5-closed")


async def test_a_provider_declines_on_a_phone_and_nobody_is_named(
    database_url: str, open_page: Open, tmp_path: Path
) -> None:
    async with world_of(database_url):
        await answering_by_link()
        await consent(client=str(DECLINING))
        made = await send(referral(client=str(DECLINING)))
        path = f"/r/{(await link(made)).token}"
    page = await _opened(open_page, path)
    await page.tap("details:has([value='DECLINE']) summary")
    await page.tap("details:has([value='DECLINE']) button[value='NO_CAPACITY']")
    await expect(page.locator("form:has([value='DECLINE'])")).to_have_count(0)
    await _looked_at(page, tmp_path, "declined")
    await expect(page.locator("main")).not_to_contain_text(_NAMES)
    async with world_of(database_url):
        assert (await row(made)).state is ReferralState.DECLINED
