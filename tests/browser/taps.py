"""Counting what a person does: every press of a finger or button, every key."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Page

_COUNT = """(() => {
  if (window.__counting) return;
  window.__counting = true;
  addEventListener("pointerdown", (event) => event.isTrusted && window.countTap(), true);
  addEventListener("keydown", (event) => event.isTrusted && window.countKey(), true);
})()"""


@dataclass
class Effort:
    """What it took so far."""

    taps: int = 0
    keys: int = 0


@asynccontextmanager
async def budget(page: Page, *, taps: int, keys: int = 0) -> AsyncIterator[Effort]:
    """Count real events on all documents of the block; more than the budget fails."""
    effort = Effort()

    def tapped() -> None:
        effort.taps += 1

    def typed() -> None:
        effort.keys += 1

    await page.expose_function("countTap", tapped)
    await page.expose_function("countKey", typed)
    await page.add_init_script(_COUNT)
    await page.evaluate(_COUNT)
    yield effort
    assert effort.taps > 0, "nothing was counted"
    assert effort.taps <= taps, f"{effort.taps} taps, allowed {taps}"
    assert effort.keys <= keys, f"{effort.keys} keys, allowed {keys}"
