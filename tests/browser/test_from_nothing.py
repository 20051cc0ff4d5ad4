"""An administrator sets up a foundation from an empty database by the pages alone; the people invited sign in in two steps."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, expect

from coord.identity.factor.codes import STEP_SECONDS, code_at
from coord.kernel.clock import now
from coord.people.setting_up import setup_code
from tests.browser.conftest import DESKTOP, new_context
from tests.browser.walking import PHONE, Walk, follow, write
from tests.browser.watch import Watched
from tests.databases import migrated_sqlite
from tests.serving import serving

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
PASSWORD = "lantern umbrella seventeen"
PLACES = (
    ("H001", "北京安和医院", "HOSPITAL"),
    ("H002", "武汉江城医院", "HOSPITAL"),
    ("A01", "同行社工服务中心", "AGENCY"),
)
PEOPLE = (
    ("coordinator@example.org", "北京安和医院", "HOSPITAL_COORDINATOR", "高远"),
    ("worker@example.org", "武汉江城医院", "SOCIAL_WORKER", "华晨"),
    ("manager@example.org", "同行社工服务中心", "AGENCY_MANAGER", "石兰"),
)


@pytest.fixture
async def walk(chromium: Browser, tmp_path: Path) -> AsyncIterator[Walk]:
    """An installation without a row, which demands a second factor as it does outside of demos."""
    url = migrated_sqlite(tmp_path / "coord.sqlite")
    # Of the server alone: this process, in which other tests follow, keeps its own settings.
    with ExitStack() as running:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("COORD_SECOND_FACTOR", "true")
            address = running.enter_context(serving(url))
        yield Walk(chromium, address, url, tmp_path / "clock")


@asynccontextmanager
async def stranger(walk: Walk, size: dict[str, int]) -> AsyncIterator[Page]:
    """A browser that was never here, in Chinese; what its console or the policy says is a fault."""
    context = await new_context(walk.browser, walk.address, "", {"viewport": size, "reduced_motion": "reduce"})
    await context.request.post("/language", form={"language": "zh-CN"}, headers={"Sec-Fetch-Site": "same-origin"})
    page = await context.new_page()
    watched = Watched(page)
    yield page
    assert await watched.faults() == []
    await context.close()


async def _press(page: Page, form: str) -> None:
    await page.click(f"form[action='{form}'] button[type=submit]")


async def _comes_in(walk: Walk, page: Page, email: str) -> None:
    """The password, then the second step, which is set up at the first sign-in."""
    await page.wait_for_url("**/sign-in*")
    await write(page, email=email, password=PASSWORD)
    await page.click("#sign-in button[type=submit]")
    await page.wait_for_url("**/sign-in/enrol*")
    await walk.look(page, "second-step")
    secret = await page.locator("#secret").inner_text()
    if now().timestamp() % STEP_SECONDS > STEP_SECONDS / 2:
        await asyncio.sleep(STEP_SECONDS / 2)  # a code that has half a minute's rest to be sent in
    await page.fill("#code", code_at(secret.replace(" ", ""), now()))
    await _press(page, "/sign-in/enrol")
    await expect(page.locator("#recovery-codes li")).to_have_count(10)
    await walk.look(page, "recovery-codes")
    await page.click("a.primary")


async def _sets_up(walk: Walk, page: Page) -> None:
    await page.goto("/setup")
    await walk.look(page, "set-up")
    await write(page, setup_code=setup_code(), foundation="明灯公益基金会", code="F01", name="何敏")
    await write(page, email="min@example.org", password=PASSWORD)
    await _press(page, "/setup")
    await _comes_in(walk, page, "min@example.org")
    await page.goto("/administration")
    for code, name, kind in PLACES:
        form = "form[action='/administration/organizations']"
        await page.fill(f"{form} [name=code]", code)
        await page.fill(f"{form} [name=name]", name)
        await page.select_option(f"{form} [name=kind]", kind)
        await _press(page, "/administration/organizations")
        await expect(page.locator("#organizations .rows")).to_contain_text(name)
    await walk.look(page, "organizations")


async def _invites(walk: Walk, page: Page, email: str, place: str, role: str) -> str:
    """The path of the link that the invited person gets."""
    await page.goto("/administration")
    form = "form[action='/administration/invitations']"
    await page.fill(f"{form} [name=email]", email)
    await page.select_option(f"{form} [name=organization]", label=place)
    await page.select_option(f"{form} [name=role]", role)
    await _press(page, "/administration/invitations")
    link = await page.locator("#secret").inner_text()
    await walk.look(page, "invited")
    return urlsplit(link).path


@pytest.mark.timeout(600)
async def test_from_an_empty_database_to_people_who_sign_in_with_two_steps(walk: Walk) -> None:
    async with stranger(walk, DESKTOP) as admin:
        await _sets_up(walk, admin)
        for email, place, role, name in PEOPLE:
            link = await _invites(walk, admin, email, place, role)
            async with stranger(walk, PHONE) as person:
                await person.goto(link)
                await walk.look(person, "invitation")
                await write(person, name=name, password=PASSWORD)
                await _press(person, link)
                await _comes_in(walk, person, email)
                await person.goto("/me")
                await walk.look(person, "arrived")
        await admin.goto("/administration")
        for _, _, _, name in PEOPLE:
            await expect(admin.locator("#people")).to_contain_text(name)
        await walk.look(admin, "people")
        await follow(admin, "#organizations a:has-text('同行社工')", re.compile(r"organizations/[0-9a-f-]{36}"))
        await walk.look(admin, "organization")
    assert walk.faults == {}
