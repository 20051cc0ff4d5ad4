"""What a social worker's pages do in a real browser: focus, dialogs, undo, faults, input methods, no JavaScript."""

import re

import pytest
from playwright.async_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.watch import axe_violations
from tests.world import CHEN, HUANG, LIN, NORTH_GROUP

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
_STORED = """async () => JSON.stringify([{...sessionStorage}, {...localStorage}, await caches.keys(),
  (await indexedDB.databases()).map((d) => d.name)])"""


async def form(open_page: Open) -> Page:
    """The form for Lin."""
    return await open_page("sam", f"/log?client={LIN}")


async def test_a_refused_form_keeps_the_text_and_focuses_the_first_wrong_field(open_page: Open) -> None:
    page = await form(open_page)
    await page.fill("#note", "谈了家里的事")
    await page.tap(".chip:has([name='duration_minutes'][value=''])")
    await page.fill("#duration_other", "half an hour")
    await page.tap("button[value='done']")
    await expect(page.locator("#duration_minutes-wrong")).to_be_visible()
    assert await page.input_value("#note") == "谈了家里的事"
    assert await page.input_value("#duration_other") == "half an hour"
    assert await page.evaluate("document.activeElement.name") == "duration_minutes"
    assert (await page.title()).startswith("Error: ")
    assert await axe_violations(page) == []


async def test_undo_in_the_toast_takes_the_contact_back(open_page: Open) -> None:
    page = await form(open_page)
    await page.tap("button[value='done']")
    await expect(page.locator("#toasts[data-said]")).to_contain_text("Saved.")
    await page.tap("#toasts >> text=Undo")
    await expect(page.locator("#toasts")).to_contain_text("Undone.")


async def test_a_session_that_ended_opens_a_dialog_and_nothing_typed_is_lost(open_page: Open) -> None:
    page = await form(open_page)
    await page.fill("#note", "一段很长的记录")
    await _lose_session(page.context)
    await page.tap("button[value='done']")
    await expect(page.locator("#modal[open] #email")).to_be_visible()
    assert await axe_violations(page) == []
    await page.fill("#modal #email", "sam@demo.example")
    await page.fill("#modal #password", "wrong")
    await page.tap("#modal button[type=submit]")
    await expect(page.locator("#modal #password-wrong")).to_be_visible()
    await page.fill("#modal #password", "demo-password-1")
    await page.tap("#modal button[type=submit]")
    await expect(page.locator("#modal")).to_be_hidden()
    await expect(page.locator("#toasts")).to_contain_text("Press save once more")
    assert await page.input_value("#note") == "一段很长的记录"
    await page.tap("button[value='done']")
    await expect(page.locator("#toasts")).to_contain_text("Saved.")


async def _lose_session(context: BrowserContext) -> None:
    await context.clear_cookies(name="sid")


@pytest.mark.parametrize(("status", "sentence"), [(500, "nothing was saved"), (409, "Somebody has just changed this")])
async def test_a_failing_server_is_a_toast_and_the_form_stays(open_page: Open, status: int, sentence: str) -> None:
    page = await form(open_page)

    async def fail(route: Route) -> None:
        if route.request.method == "POST":
            await route.fulfill(status=status, body="<h1>stack trace</h1>")
        else:
            await route.continue_()

    await page.route("**/log", fail)
    await page.fill("#note", "还在")
    await page.tap("button[value='done']")
    await expect(page.locator("#toasts .bad")).to_contain_text(sentence)
    assert await page.input_value("#note") == "还在"
    assert "stack trace" not in await page.content()


async def test_without_a_network_a_toast_says_so_and_the_form_stays(open_page: Open) -> None:
    page = await form(open_page)
    await page.fill("#note", "还在")
    await page.context.set_offline(True)
    await expect(page.locator("#net")).to_be_visible()
    await page.tap("button[value='done']")
    await expect(page.locator("#toasts .bad")).to_contain_text("No network")
    assert await page.input_value("#note") == "还在"
    await page.context.set_offline(False)


async def test_the_dialog_takes_focus_closes_by_escape_and_gives_focus_back(open_page: Open) -> None:
    page = await form(open_page)
    await page.tap("button[value='done']")
    await expect(page.locator("#toasts")).to_contain_text("Saved.")
    await page.goto("/records")
    await page.tap("[data-modal] >> nth=0")
    await expect(page.locator("#modal[open] button.danger")).to_be_focused()
    assert await axe_violations(page) == []
    await page.keyboard.press("Escape")
    await expect(page.locator("#modal-body")).to_be_empty()
    assert await page.evaluate("document.activeElement.matches('[data-modal]')") is True
    await page.tap("[data-modal] >> nth=0")
    await page.tap("#modal button.danger")
    await expect(page.locator("#toasts")).to_contain_text("Withdrawn.")


async def test_an_input_method_sends_one_search_with_the_chosen_word(open_page: Open) -> None:
    page = await open_page("sam", "/log")
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.post_data or "") if r.url.endswith("/log/search") else None)
    await page.focus("#q")
    devtools = await page.context.new_cdp_session(page)
    for part in ("c", "ch", "che", "chen", "chen x", "chen xiu"):
        await devtools.send(
            "Input.imeSetComposition", {"text": part, "selectionStart": len(part), "selectionEnd": len(part)}
        )
        await page.wait_for_timeout(260)
    await devtools.send("Input.insertText", {"text": "陈秀"})
    await expect(page.locator(f"#found a[href*='{CHEN}']")).to_be_visible()
    await page.wait_for_timeout(400)
    assert len(asked) == 1
    assert "%E9%99%88%E7%A7%80" in asked[0]


async def test_filters_stand_in_the_address_and_back_restores_them(open_page: Open) -> None:
    page = await open_page("sam", "/records", viewport={"width": 1440, "height": 900})
    await page.select_option("#service_code", "HOME_VISIT")
    await expect(page).to_have_url(re.compile("service_code=HOME_VISIT"))
    await expect(page.locator("#rows")).to_contain_text("No record fits.")
    await page.evaluate("history.back()")
    await expect(page.locator("#rows tbody tr").first).to_be_visible()
    assert await page.locator("nav.places").count() == 1


async def test_no_name_is_left_in_the_browsers_storage(open_page: Open) -> None:
    page = await open_page("sam", f"/clients/{LIN}")
    await page.tap("nav.places >> text=Clients")
    await page.wait_for_url("**/clients")
    await page.go_back()
    stored: str = await page.evaluate(_STORED)
    assert "NORTH" not in stored


async def test_everything_works_without_javascript(open_page: Open) -> None:
    page = await open_page("sam", "/log", java_script_enabled=False)
    await page.fill("#q", "cxl")
    await page.tap("form.search button")
    await page.tap(f"#found a[href*='{CHEN}']")
    await page.tap("button[value='done']")
    await expect(page.locator("#toasts")).to_contain_text("Saved.")
    await page.tap("#toasts >> text=Undo")
    await expect(page.locator("#toasts")).to_contain_text("Undone.")
    await page.goto(f"/groups/{NORTH_GROUP}/session")
    await page.locator("[name=attendees]").first.uncheck()
    await page.tap("text=Add a walk-in")
    await page.fill("#walk_in", "huangtao")
    await page.tap("details .search button")
    await page.tap(f"button[value='{HUANG}']")
    await page.tap("button[value='done']")
    await expect(page.locator("#toasts")).to_contain_text("The session is saved.")


async def test_the_keyboard_alone_logs_a_contact_and_focus_never_falls_to_the_body(open_page: Open) -> None:
    page = await open_page("sam", "/log", viewport={"width": 1440, "height": 900}, has_touch=False)
    await expect(page.locator("#q")).to_be_focused()
    await page.keyboard.type("cxl")
    await expect(page.locator(f"#found a[href*='{CHEN}']")).to_be_visible()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#log")).to_be_visible()
    await page.focus("#note")
    await page.keyboard.type("只用键盘")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("#toasts")).to_contain_text("Saved.")


async def test_slash_focuses_the_search(open_page: Open) -> None:
    page = await open_page("sam", "/today", viewport={"width": 1440, "height": 900})
    await page.keyboard.press("/")
    await expect(page.locator("#find")).to_be_focused()
    assert await page.input_value("#find") == ""


async def test_focus_is_never_hidden_under_the_sticky_sheet(open_page: Open) -> None:
    page = await form(open_page)
    for _ in range(40):
        await page.keyboard.press("Tab")
        hidden = await page.evaluate("""() => {
          const e = document.activeElement, sheet = document.querySelector(".sheet");
          if (!e.closest("form#log") || e.closest(".sheet")) return "";
          const box = e.getBoundingClientRect(), edge = sheet.getBoundingClientRect().top;
          return box.top >= edge ? e.outerHTML.slice(0, 80) : "";
        }""")
        assert hidden == ""
