"""Importing in a real browser: the progress survives leaving the page, the poll stops, nothing is inaccessible."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from coord.work import engine
from tests.browser.conftest import DESKTOP, PHONE, Open
from tests.browser.looks import LOOKS
from tests.browser.watch import axe_violations, layout_faults
from tests.coord.importing.running import file_of, row, sheet
from workers.jobs.imports import import_file

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
Work = Callable[[Page], Awaitable[None]]


@pytest.fixture
async def work(address: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Work]:
    """Do the import job of the page that is open, as a worker beside the server would."""
    path = next(tmp_path_factory.getbasetemp().glob("server*/world.sqlite"))
    store = engine.Database(f"sqlite:///{path}", pooled=False)

    async def done(page: Page) -> None:
        engine.use(store)
        await import_file(page.url.partition("?")[0].rsplit("/", 1)[1])
        engine.use(None)

    yield done
    await store.dispose()


async def choose(page: Page, content: bytes | Path) -> None:
    """Choose a file in the form."""
    if isinstance(content, Path):
        await page.set_input_files("#file", content)
    else:
        await page.set_input_files("#file", {"name": "表格.csv", "mimeType": "text/csv", "buffer": content})


async def bring(page: Page, content: bytes | Path, button: str) -> None:
    """Choose a file, press a button, and wait for the page of the import."""
    await choose(page, content)
    await page.click(f"button[value='{button}']")
    await expect(page.locator("progress")).to_be_visible()


async def test_the_page_shows_the_result_by_itself_and_stops_asking(open_page: Open, work: Work) -> None:
    page = await open_page("sam", "/imports", viewport=DESKTOP)
    await bring(page, file_of("H001"), "false")
    await work(page)
    await expect(page.locator("#outcome")).to_be_visible()
    await expect(page.locator(".tabs")).to_contain_text("Refused 7")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.wait_for_timeout(1500)
    assert asked == []
    assert await page.evaluate("document.activeElement !== document.body") is True


async def test_leaving_the_page_loses_nothing(open_page: Open, work: Work) -> None:
    page = await open_page("sam", "/imports")
    await bring(page, sheet(row(服务对象编号="LEFT-1")), "true")
    path = page.url
    await work(page)
    await page.goto("/today")
    await page.goto("/imports")
    await page.click(f"a[href='{path[path.index('/imports') :]}']")
    await expect(page.locator("#outcome")).to_contain_text("This was a dry run")
    await page.click("text=Import for real")
    await expect(page.locator("progress")).to_be_visible()
    await work(page)
    await expect(page.locator(".tabs")).to_contain_text("Added 1")


async def test_a_wrong_file_is_said_beside_its_field_which_gets_the_focus(open_page: Open) -> None:
    page = await open_page("sam", "/imports")
    await choose(page, b"\x89PNG\r\n\x1a\n\0")
    await page.click("button[value='true']")
    await expect(page.locator("#file-wrong")).to_contain_text("not a spreadsheet")
    assert (await page.title()).startswith("Error: ")
    assert await axe_violations(page) == []


async def test_without_javascript_a_reload_shows_the_result(open_page: Open, work: Work) -> None:
    page = await open_page("sam", "/imports", java_script_enabled=False)
    await bring(page, sheet(row(服务对象编号="NOJS-1"), row(序号="2", 服务日期="x")), "false")
    await work(page)
    await page.reload()
    await expect(page.locator("#outcome")).to_contain_text("This date does not exist")
    async with page.expect_download() as download:
        await page.click("text=Download refused rows (CSV)")
    assert (await download.value).path is not None


@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
async def test_every_import_page_is_accessible_and_fits(
    open_page: Open, work: Work, language: str, theme: str, width: int
) -> None:
    page = await open_page("ola", "/imports", viewport={**PHONE, "width": width})
    await page.request.post(
        "/me/preferences", form={"language": language, "theme": theme}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    await page.goto("/imports")
    faults = await _faults(page)
    await bring(page, file_of("H003"), "true")
    faults += await _faults(page)
    await work(page)
    await page.reload()
    for path in (page.url, f"{page.url}?fate=ALL", "/imports/names", "/imports"):
        await page.goto(path)
        faults += await _faults(page)
    assert faults == []


async def _faults(page: Page) -> list[str]:
    return [*await axe_violations(page), *await layout_faults(page)]
