"""A real server and a real browser: Chromium under the real content-security policy."""

import functools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.browser.watch import WATCH, Watched
from tests.serving import serving
from tests.web.visit import fields_of
from tests.world import LIN, NORTH_GROUP, NORTH_MEMBERS, PASSWORD

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

Open = Callable[..., Awaitable[Page]]
Secret = Callable[[str], str]


@pytest.fixture(scope="session")
def database_url(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A copy of the cast's world that the server works on."""
    path = tmp_path_factory.mktemp("server") / "world.sqlite"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def address(database_url: str) -> Iterator[str]:
    """The address of a server on the world, with a few services logged."""
    with serving(database_url) as found:
        _log_something(found)
        yield found


@contextmanager
def sign_in(address: str, name: str) -> Iterator[httpx2.Client]:
    """A member of the cast, signed in by the form, without a browser."""
    with httpx2.Client(base_url=address, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as client:
        client.post("/sign-in", data={"email": f"{name}@demo.example", "password": PASSWORD})
        yield client


def _log_something(address: str) -> None:
    with sign_in(address, "sam") as sam:
        form = fields_of(sam.get(f"/log?client={LIN}"), "/log")
        sam.post("/log", data=form | {"note": ["谈了出院后的打算NORTH"], "issues": ["STIGMA"]})
        call = f"/groups/{NORTH_GROUP}/session"
        form = fields_of(sam.get(call), call)
        form["attendees"].remove(str(NORTH_MEMBERS[0]))
        sam.post(call, data=form)
        sam.post("/log", data=fields_of(sam.get("/log?kind=event"), "/log"))


@pytest.fixture(scope="session")
def secret_of(address: str) -> Secret:
    """The session of a member of the cast, started when it is first asked for."""

    @functools.cache
    def of(name: str) -> str:
        with sign_in(address, name) as client:
            return str(client.cookies["sid"])

    return of


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """One browser for all tests; skipped where there is none."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        await browser.close()


async def new_context(browser: Browser, address: str, secret: str, options: dict[str, Any]) -> BrowserContext:
    """A fresh profile, signed in by a session's secret if there is one."""
    context = await browser.new_context(base_url=address, locale="en", **options)
    context.set_default_timeout(10_000)
    await context.add_init_script(WATCH)
    if secret:
        await context.add_cookies([{"name": "sid", "value": secret, "url": address}])
    return context


async def _speak_english(context: BrowserContext) -> None:
    """The server is shared: another test may have left this person with another language or theme."""
    await context.request.post(
        "/me/preferences", form={"language": "en", "theme": "auto"}, headers={"Sec-Fetch-Site": "same-origin"}
    )


@pytest.fixture
async def open_page(chromium: Browser, address: str, secret_of: Secret) -> AsyncIterator[Open]:
    """Open a page as somebody. What went wrong on any of them fails the test at its end."""
    watched: list[Watched] = []
    async with AsyncExitStack() as stack:

        async def opened(name: str | None = "sam", path: str = "/", **options: Any) -> Page:
            size = {"viewport": PHONE, "has_touch": True, **options}
            context = await new_context(chromium, address, secret_of(name) if name else "", size)
            stack.push_async_callback(context.close)
            if name:
                await _speak_english(context)
            page = await context.new_page()
            watched.append(Watched(page))
            await page.goto(path)
            return page

        yield opened
        for one in watched:
            assert await one.faults() == []
