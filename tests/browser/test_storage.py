"""What a browser keeps of a person's page: nothing, neither while it is open nor afterwards."""

import pytest

from tests.browser.conftest import Open
from tests.world import LIN

pytestmark = [pytest.mark.anyio, pytest.mark.browser]
_KEPT = """async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage),
  caches: await caches.keys(), databases: (await indexedDB.databases()).map((one) => one.name),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""
NOTHING = {"local": [], "session": [], "caches": [], "databases": [], "workers": 0}


@pytest.mark.parametrize("path", [f"/clients/{LIN}", "/clients"])
async def test_nothing_of_a_person_stays_in_the_browser(open_page: Open, path: str) -> None:
    page = await open_page("sam", path)
    assert await page.evaluate(_KEPT) == NOTHING
    await page.goto("/today")
    assert await page.evaluate(_KEPT) == NOTHING
