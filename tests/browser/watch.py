"""What may not happen on any page: refused by the policy, errors in the console, sideways scroll, axe."""

from pathlib import Path
from typing import Any

from playwright.async_api import ConsoleMessage, Page

AXE = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Playwright puts it into every document before any script of ours.
WATCH = """
window.__refused = [];
addEventListener("securitypolicyviolation", (event) =>
  window.__refused.push(event.violatedDirective + " " + event.blockedURI + " " + event.sourceFile));
"""
_RUN = """async (only) => {
  const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"] });
  return found.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target + " " + (n.any[0] || n.all[0] || n.none[0] || {}).message).join(" | "));
}"""
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter((e) => {
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  return box.width > 1 && box.height > 1 && box.bottom > 0 && style.display !== "inline" && style.opacity !== "0"
    && (box.width < 24 || box.height < 24) && !e.closest(".chip, .call, .check, .hide, label, svg");
}).map((e) => e.outerHTML.slice(0, 90))"""


class Watched:
    """A page whose console and policy are watched from its first document on."""

    def __init__(self, page: Page) -> None:
        """Listen from now on."""
        self.page = page
        self.messages: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.messages.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        # Chromium and htmx note every failed request here; tests assert those where they belong.
        noted = message.text.startswith(("Failed to load resource", "Response Status Error Code", "htmx:"))
        if message.type in {"error", "warning"} and not noted:
            self.messages.append(message.text)

    async def faults(self) -> list[str]:
        """Console errors so far, and what the policy refused in the current document."""
        refused: list[str] = await self.page.evaluate("window.__refused || []")
        return self.messages + refused


async def axe_violations(page: Page, *, colors_only: bool = False) -> list[str]:
    """What axe-core finds on the page as it stands; a second theme changes nothing but colors.

    Buttons of a form that is on its way are pale, as disabled ones: what they look like at rest is looked at.
    """
    await page.wait_for_function("!document.querySelector('.htmx-request')")
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    only = {"type": "rule", "values": ["color-contrast"]} if colors_only else {"type": "tag", "values": TAGS}
    found: list[str] = await page.evaluate(_RUN, only)
    return found


async def layout_faults(page: Page) -> list[str]:
    """Sideways scroll, and targets smaller than 24 px that are not inside a line of text."""
    sideways: int = await page.evaluate(_SIDEWAYS)
    small: list[Any] = await page.evaluate(_SMALL)
    return [f"sideways by {sideways} px"] * bool(sideways > 0) + [f"small: {e}" for e in small]
