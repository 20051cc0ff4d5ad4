"""Every page of every role: languages, themes, widths; axe, policy, console, sideways scroll, target size."""

import re
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.async_api import Browser, Page

from tests.browser.conftest import PHONE, Secret, new_context
from tests.browser.watch import Watched, axe_violations, layout_faults
from tests.turns import WHOLE

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
_HREF = re.compile(r'<a [^>]*?href="(/[^"#]*)')
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|H\d{3}|\d{4}-\d{2}(-\d{2})?")
# GraphiQL and files are others' markup or no pages at all.
_ELSEWHERE = re.compile(r"^/(graphql|api|static)|\.(csv|xlsx|json)$|/export")
_PER_ROLE = 32
_WIDTHS = (1440, 320)
_THEMES = {"zh-CN": ("light", "dark"), "en": ("light",), "ko": ("light",)}
"""Colors depend on no word: one language stands for all in the dark."""
_AXE = {("zh-CN", "light"): _WIDTHS, ("zh-CN", "dark"): (320,)} | (
    {(language, "light"): _WIDTHS for language in ("en", "ko")} if WHOLE else {}
)
"""What axe looks for depends on no language, as that every word is there in each is tested elsewhere; and dark colors on no width."""
ROLES = ("sam", "sun", "ola", "adam", "fatima", "petra", None)


def _pattern(path: str) -> str:
    """What kind of page an address leads to: drill-downs differ in their query only, and one of them stands for all."""
    parts = urlsplit(path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&")} - {"hospital", "page"})
    return parts.path if parts.path.startswith("/numbers/") else f"{_ID.sub('*', parts.path)}?{names}"


def kinds_of_pages(client: httpx2.Client) -> Iterator[str]:
    """Addresses of all kinds of pages that links lead to from home, one for each pattern of path and query."""
    seen: set[str] = set()
    waiting = ["/", "/nowhere"]
    while waiting and len(seen) < _PER_ROLE:
        path = waiting.pop(0).replace("&amp;", "&")
        pattern = _pattern(path)
        if pattern in seen or _ELSEWHERE.search(urlsplit(path).path):
            continue
        seen.add(pattern)
        answer = client.get(path, follow_redirects=True)
        if answer.headers.get("content-type", "").startswith("text/html"):
            yield path
            waiting += _HREF.findall(answer.text)


@pytest.fixture(scope="module")
def pages(address: str, secret_of: Secret) -> dict[str | None, list[str]]:
    """The pages of each role."""
    found = {}
    for role in ROLES:
        with httpx2.Client(base_url=address, timeout=30) as client:
            if role:
                client.cookies.set("sid", secret_of(role))
            found[role] = list(kinds_of_pages(client))
    return found


async def _speak(page: Page, role: str | None, address: str, language: str) -> None:
    """Set the language by the form that people use."""
    path = "/me/preferences" if role else "/language"
    fields: dict[str, str | float | bool] = {"language": language, **({"theme": "auto"} if role else {"next": "/"})}
    answer = await page.request.post(f"{address}{path}", form=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.ok


@pytest.fixture
async def visitors(
    chromium: Browser, address: str, secret_of: Secret
) -> AsyncIterator[dict[str | None, tuple[Page, Watched]]]:
    """A tab for each role."""
    tabs: dict[str | None, tuple[Page, Watched]] = {}
    for role in ROLES:
        context = await new_context(chromium, address, secret_of(role) if role else "", {"viewport": PHONE})
        page = await context.new_page()
        tabs[role] = (page, Watched(page))
    yield tabs
    for page, _ in tabs.values():
        await page.context.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("language", _THEMES)
async def test_every_page_is_clean_in_this_language(
    visitors: dict[str | None, tuple[Page, Watched]], pages: dict[str | None, list[str]], address: str, language: str
) -> None:
    faults: dict[str, list[str]] = {}
    visited, seen = 0, set[str]()
    for role, (page, watched) in visitors.items():
        await _speak(page, role, address, language)
        for path in pages[role]:
            # What two roles see of a kind of page is laid out alike: in another language one look is enough.
            if not WHOLE and language != "zh-CN" and _pattern(path) in seen:
                continue
            seen.add(_pattern(path))
            await page.goto(path)
            assert await page.get_attribute("html", "lang") == language, path
            for theme, width in [(theme, width) for width in _WIDTHS for theme in _THEMES[language]]:
                # Without transitions: axe would measure colors on their way.
                await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
                await page.set_viewport_size({"width": width, "height": 900})
                found = await layout_faults(page)
                if width in _AXE.get((language, theme), ()):
                    found += await axe_violations(page, colors_only=theme == "dark")
                if found:
                    faults[f"{role} {path} {theme} {width}"] = found
                visited += 1
            if wrong := await watched.faults():
                faults[f"{role} {path}"] = wrong
                watched.messages.clear()
    assert visited > 2 * len(_THEMES[language]) * len(ROLES)
    assert [f"{where}: {fault}" for where, found in faults.items() for fault in found] == []


async def test_the_crawl_reaches_the_pages_of_each_role(pages: dict[str | None, list[str]]) -> None:
    worker, officer = " ".join(pages["sam"]), " ".join(pages["ola"])
    for path in ("/log?client=", "/groups/new", "/clients/", "/records", "/me", "/session", "/log?kind="):
        assert path in worker
    for path in ("/hospitals", "/contacts", "/numbers"):
        assert path in officer
