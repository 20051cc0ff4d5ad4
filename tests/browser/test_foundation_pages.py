"""The foundation's pages in a real browser: filters, tabs, Back, input methods, no JavaScript, every look."""

import json

import pytest
from playwright.async_api import Page, Request, expect

from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.browser.looks import LOOKS
from tests.browser.watch import axe_violations, layout_faults

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
PATHS = (
    "/hospitals",
    "/hospitals/H001",
    "/contacts",
    "/contacts?hospital=H001&from_day=2026-01-01",
    "/numbers?by=MONTH&by=SERVICE_CODE",
    "/numbers/rows?measure=person_times&from_day=2026-01-01&to_day=2099-12-31",
    "/quality",
)
NAMES = "#results tbody th"


async def test_a_hospital_is_filtered_while_typing_and_back_restores_the_list(open_page: Open) -> None:
    page = await open_page("ola", "/hospitals", viewport=DESKTOP, has_touch=False)
    await expect(page.locator(NAMES)).to_have_count(2)
    await page.locator("#q").press_sequentially("bayy", delay=20)
    await expect(page.locator(NAMES)).to_have_count(1)
    await expect(page.locator(NAMES)).to_contain_text("North")
    assert "q=bayy" in page.url
    await expect(page.locator("#found")).to_have_text("1 hospital")
    await expect(page.locator("#tabs [aria-current]")).to_contain_text("All 1")
    assert await page.evaluate("document.activeElement.id") == "q"
    await page.go_back()
    await expect(page.locator(NAMES)).to_have_count(2)
    assert await page.locator("h1").count() == 1


async def test_one_composed_word_is_one_search(open_page: Open) -> None:
    page = await open_page("ola", "/hospitals", viewport=DESKTOP, has_touch=False)
    asked: list[str] = []

    def note(request: Request) -> None:
        if "q=" in request.url:
            asked.append(request.url)

    page.on("request", note)
    await page.focus("#q")
    keyboard = await page.context.new_cdp_session(page)
    for text in ("n", "na", "nan", "nan h", "nan hu"):
        position = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        await keyboard.send("Input.imeSetComposition", position)
        await page.wait_for_timeout(260)
    await keyboard.send("Input.insertText", {"text": "南湖"})
    await expect(page.locator(NAMES)).to_have_count(1)
    await expect(page.locator(NAMES)).to_contain_text("South")
    await page.wait_for_timeout(400)
    assert len(asked) == 1


async def test_status_tabs_are_plain_addresses_and_keep_the_filter(open_page: Open) -> None:
    page = await open_page("ola", "/hospitals?q=nanhu", viewport=DESKTOP, has_touch=False)
    await page.click("#tabs >> text=Behind")
    assert "standing=BEHIND" in page.url
    assert "q=nanhu" in page.url
    await expect(page.locator("#tabs [aria-current]")).to_contain_text("Behind")
    await page.go_back()
    await expect(page.locator("#tabs [aria-current]")).to_contain_text("All")


async def test_the_first_page_after_signing_in_says_which_hospitals_are_behind(open_page: Open) -> None:
    page = await open_page("ola", "/", viewport=PHONE)
    await expect(page.locator("h1")).to_have_text("Partner hospitals")
    await expect(page.locator("#results .tag.bad").first).to_be_visible()


async def _only_events(page: Page) -> None:
    """Other tests of the run log events too: how many there are does not matter, what they are does."""
    rows = page.locator("#results tbody tr")
    await expect(rows.filter(has_not_text="Community event")).to_have_count(0)
    await expect(rows.first).to_contain_text("Community event")


async def _added(page: Page) -> int:
    """What all pages of a table add."""
    total = 0
    while True:
        total += sum(int(text) for text in await page.locator("#results tbody td:last-child").all_inner_texts())
        onward = page.locator("#results .pager [aria-current=page] + a")
        if await onward.count() == 0:
            return total
        await page.goto(str(await onward.get_attribute("href")))


async def test_filters_of_the_contacts_are_badges_and_back_restores_them(open_page: Open) -> None:
    page = await open_page("ola", "/contacts", viewport=DESKTOP, has_touch=False)
    everything = await page.locator("#results tbody tr").count()
    await page.select_option("#service_code", "COMMUNITY_EVENT")
    await page.click("text=Filter")
    await expect(page.locator(".badges")).to_contain_text("Community event")
    await _only_events(page)
    assert "service_code=COMMUNITY_EVENT" in page.url
    assert "service_code=COMMUNITY_EVENT" in str(await page.locator("#exports a").first.get_attribute("href"))
    await page.click(".badges a >> nth=0")
    await expect(page.locator("#results tbody tr")).to_have_count(everything)
    await page.go_back()
    await _only_events(page)


async def test_a_figure_leads_to_its_rows_and_to_its_query(open_page: Open) -> None:
    page = await open_page("ola", "/numbers", viewport=DESKTOP, has_touch=False)
    figure = page.locator("tr.total td a").first
    shown = await figure.inner_text()
    await figure.click()
    await expect(page.locator(".figure .value")).to_have_text(shown)
    href = str(await page.locator(".actions a").first.get_attribute("href"))
    assert href.startswith("/graphql?open=")
    assert str(await _added(page)) == shown.replace(",", "")


async def test_lists_filter_and_figures_open_without_javascript(open_page: Open) -> None:
    page = await open_page("ola", "/hospitals", viewport=DESKTOP, has_touch=False, java_script_enabled=False)
    await page.fill("#q", "bayy")
    await page.click("form:has(#q) button")
    await expect(page.locator(NAMES)).to_have_count(1)
    await page.click("#results td a")
    await expect(page.locator("h1")).to_contain_text("Rows behind")
    await page.goto("/contacts")
    await page.select_option("#service_code", "COMMUNITY_EVENT")
    await page.click("text=Filter")
    await _only_events(page)


async def _speak(page: Page, language: str) -> None:
    answer = await page.request.post(
        "/me/preferences",
        form={"language": language, "theme": "auto"},
        headers={"Sec-Fetch-Site": "same-origin"},
        max_redirects=0,
    )
    assert answer.status == 303


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
async def test_every_page_is_sound_in_every_language_theme_and_width(
    open_page: Open, language: str, theme: str, width: int
) -> None:
    size = {"width": width, "height": 900}
    page = await open_page("ola", "/healthz", viewport=size, color_scheme=theme, has_touch=width < DESKTOP["width"])
    await _speak(page, language)
    try:
        for path in PATHS:
            await page.goto(path)
            assert await page.locator("html").get_attribute("lang") == language
            found = [*await axe_violations(page), *await layout_faults(page)]
            assert found == [], f"{path}: {json.dumps(found, ensure_ascii=False, indent=1)}"
    finally:
        await _speak(page, "en")
