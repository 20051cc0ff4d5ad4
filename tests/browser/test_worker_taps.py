"""The tap budgets of a social worker's day, on a phone."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.taps import budget
from tests.world import CHEN, LIN, NORTH_GROUP

pytestmark = [pytest.mark.anyio, pytest.mark.browser]


async def saved(page: Page, text: str = "Saved.") -> None:
    """The job is done when the page says so."""
    await expect(page.locator("#toasts")).to_contain_text(text)


async def test_somebody_seen_recently_takes_two_taps_when_the_form_is_right(open_page: Open) -> None:
    page = await open_page("sam", "/today")
    async with budget(page, taps=4) as effort:
        await page.tap(f"#recent a[href*='{LIN}']")
        await page.tap("text=Save >> nth=-1")
        await saved(page)
    assert (effort.taps, effort.keys) == (2, 0)


async def test_somebody_seen_recently_with_two_changes_takes_four_taps(open_page: Open) -> None:
    page = await open_page("sam", "/today")
    async with budget(page, taps=4) as effort:
        await page.tap(f"#recent a[href*='{LIN}']")
        await page.tap(".chip:has([value='BEDSIDE_VISIT'])")
        await page.tap(".chip:has([name='duration_minutes'][value='45'])")
        await page.tap("button[value='done']")
        await saved(page)
    assert effort.taps == 4


async def test_somebody_else_takes_six_taps_and_four_keys(open_page: Open) -> None:
    page = await open_page("sam", "/today")
    async with budget(page, taps=6, keys=4):
        await page.tap("text=Log a contact")
        await expect(page.locator("#q")).to_be_focused()
        await page.keyboard.type("cxl")
        await page.tap(f"#found a[href*='{CHEN}']")
        await page.tap(".chip:has([value='BEDSIDE_VISIT'])")
        await page.tap(".chip:has([name='duration_minutes'][value='20'])")
        await page.tap("button[value='done']")
        await saved(page)


async def test_the_next_in_a_row_takes_three_taps_and_keeps_what_was_set(open_page: Open) -> None:
    page = await open_page("sam", f"/log?client={LIN}&duration_minutes=45&service_code=BEDSIDE_VISIT")
    await page.tap("button[value='next']")
    await saved(page)
    async with budget(page, taps=3) as effort:
        await page.tap(f"#recent a[href*='{LIN}']")
        assert await page.is_checked("[name='duration_minutes'][value='45']")
        await page.tap("button[value='next']")
        await saved(page)
    assert effort.taps == 2


async def test_a_group_of_ten_who_all_came_takes_two_taps(open_page: Open) -> None:
    page = await open_page("sam", "/today")
    async with budget(page, taps=3) as effort:
        await page.tap(f"#groups a[href*='{NORTH_GROUP}']")
        await page.tap("text=Save 10 present")
        await saved(page, "The session is saved.")
    assert effort.taps == 2


async def test_an_absence_is_one_tap_and_a_walk_in_two(open_page: Open) -> None:
    page = await open_page("sam", f"/groups/{NORTH_GROUP}/session")
    async with budget(page, taps=5, keys=3):
        await page.tap(".call >> nth=0")
        await expect(page.locator(".counts")).to_contain_text("9 present · 1 absent")
        await page.tap("text=Add a walk-in")
        await page.tap("#walk_in")
        await page.keyboard.type("cxl")
        await page.tap(f"#walk-in-found button[value='{CHEN}']")
        await expect(page.locator(".counts")).to_contain_text("10 present · 1 absent")
        await page.tap("text=Save 10 present")
        await saved(page, "The session is saved.")
