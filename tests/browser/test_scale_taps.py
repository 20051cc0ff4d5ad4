"""The tap budget of a PHQ-9 on a phone, with and without script, and the crisis card that needs no server."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.taps import budget
from tests.world import CHEN, LIN

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
ITEMS = range(1, 10)


async def _answer(page: Page, *answers: int) -> None:
    for item, answer in zip(ITEMS, answers, strict=True):
        await page.tap(f".item_{item} .chip:has([value='{answer}'])")


async def test_a_phq_9_takes_eleven_taps_from_the_start_page(open_page: Open) -> None:
    page = await open_page("sam", "/today")
    async with budget(page, taps=11) as effort:
        await page.tap(f"#due a[href*='{LIN}']")
        await expect(page.locator(".scale-form")).to_be_visible()
        await _answer(page, 1, 1, 1, 1, 1, 1, 1, 1, 0)
        await page.tap(".sheet button")
        await expect(page.locator("#toasts")).to_contain_text("The scale is saved")
    assert (effort.taps, effort.keys) == (11, 0)
    await expect(page.locator("#scales svg.plot >> visible=true")).to_be_visible()


async def test_it_takes_as_many_without_script(open_page: Open) -> None:
    page = await open_page("sam", f"/clients/{CHEN}/scales/PHQ9", java_script_enabled=False)
    await _answer(page, 2, 2, 1, 1, 1, 1, 1, 1, 0)
    await page.tap(".sheet button")
    await expect(page.locator("#toasts")).to_contain_text("The scale is saved")
    await expect(page.locator("#scales")).to_contain_text("PHQ-9 depression over time")


async def test_the_crisis_card_comes_with_the_answer_without_network_and_without_script(open_page: Open) -> None:
    for script in (True, False):
        page = await open_page("sam", f"/clients/{CHEN}/scales/PHQ9", java_script_enabled=script)
        await expect(page.locator(".crisis")).to_be_hidden()
        await page.context.set_offline(offline=True)
        await page.tap(".item_9 .chip:has([value='1'])")
        await expect(page.locator(".crisis")).to_be_in_viewport()
        await page.tap(".item_9 .chip:has([value='0'])")
        await expect(page.locator(".crisis")).to_be_hidden()
