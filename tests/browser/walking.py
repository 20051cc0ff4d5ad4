"""People who walk through weeks of work: each page that they pass is looked at, and kept as a picture if a folder is named."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import time_machine
from playwright.async_api import Browser, Page, expect
from sqlmodel import col

from coord.access import Role
from coord.identity.tables import Membership
from coord.kernel.sql import select
from coord.work import begin, engine
from coord.work.tables import OutboxJob
from tests.browser.conftest import new_context
from tests.browser.watch import Watched, axe_violations, layout_faults
from tests.world import BUILDER, NORTH, PASSWORD, STARTS, fixed
from workers.perform import perform

PICTURES = "COORD_TEST_PICTURES"
"""The variable that names a folder for pictures."""
PHONE = {"width": 390, "height": 780}
_PATIENCE = 20_000
"""Milliseconds: a walk of many pages must not fail because the machine was busy at one of them."""


@dataclass
class Walk:
    """A server under a moved clock, and what was wrong on the pages so far."""

    browser: Browser
    address: str
    database_url: str
    clock: Path
    faults: dict[str, list[str]] = field(default_factory=dict)
    seen: int = 0

    def now_is(self, moment: str) -> None:
        """Move the clock of the server, in Chinese time: ``2026-10-09 09:30``."""
        self.clock.write_text(f"{moment}:00+08:00", "utf-8")

    async def look(self, page: Page, name: str) -> None:
        """Hold a page against axe and the rules of layout; nobody is in a hurry, so nothing moves any more."""
        found = await axe_violations(page) + await layout_faults(page)
        if found:
            self.faults[f"{name} {page.url}"] = found
        self.seen += 1
        if folder := os.environ.get(PICTURES):
            await page.evaluate("scrollTo(0, 0)")  # else what sticks to the window lies over the middle of the picture
            await page.screenshot(path=Path(folder) / f"{self.seen:02}-{name}.png", full_page=True)

    @asynccontextmanager
    async def person(self, name: str) -> AsyncIterator[Page]:
        """Somebody with a phone, signed in by the form; what the console or the policy says is a fault."""
        options = {"viewport": PHONE, "has_touch": True, "reduced_motion": "reduce"}
        context = await new_context(self.browser, self.address, "", options)
        context.set_default_timeout(_PATIENCE)
        page = await context.new_page()
        watched = Watched(page)
        await page.goto("/sign-in")
        await page.fill("#email", f"{name}@demo.example")
        await page.fill("#password", PASSWORD)
        await page.tap("#sign-in button[type=submit]")
        await page.wait_for_selector("nav.places")
        try:
            yield page
            if said := await watched.faults():
                self.faults[f"console of {name}"] = said
        finally:
            await context.close()

    async def jobs_done(self) -> None:
        """Do what the queue would do by now: flags, samples, notices."""
        store = engine.Database(self.database_url, pooled=False)
        engine.use(store)
        try:
            with time_machine.travel(datetime.fromisoformat(self.clock.read_text("utf-8")), tick=True):
                async with begin(BUILDER, read_only=True) as unit:
                    waiting = await unit.scalars(select(OutboxJob.id).where(col(OutboxJob.done_at).is_(None)))
                for job in waiting:
                    await perform(str(job))
        finally:
            engine.use(None)
            await store.dispose()


async def with_coordinator(database_url: str) -> None:
    """Petra coordinates at the North hospital, and everybody of the walk reads Chinese."""
    store = engine.Database(database_url, pooled=False)
    engine.use(store)
    try:
        async with begin(BUILDER) as unit:
            unit.add(
                Membership(
                    user_id=fixed("user/petra"), organization_id=NORTH, role=Role.HOSPITAL_COORDINATOR, starts_on=STARTS
                )
            )
    finally:
        engine.use(None)
        await store.dispose()


async def said(page: Page, words: str) -> None:
    """The page says that it is done."""
    await expect(page.locator("#toasts")).to_contain_text(words, timeout=_PATIENCE)


async def choose(page: Page, **codes: str) -> None:
    """Tap the chip of each field's code."""
    for name, code in codes.items():
        await page.tap(f".chip:has([name='{name}'][value='{code}'])")


async def write(page: Page, **words: str) -> None:
    """Fill in fields by their ids."""
    for name, text in words.items():
        await page.fill(f"#{name}", text)


async def follow(page: Page, selector: str, address: str | re.Pattern[str]) -> None:
    """Tap a link or button and wait for the page that it leads to."""
    async with page.expect_navigation(url=address, wait_until="load"):
        await page.click(selector)
