"""The page that shows a person who looked."""

import pytest

from coord.work.engine import Database
from tests.web.visit import visiting
from tests.world import LIN, SOUTH_ZHAO

pytestmark = pytest.mark.anyio


async def test_the_page_of_a_person_leads_to_who_looked(database: Database) -> None:
    async with visiting("sam") as sam:
        page = await sam.get(f"/clients/{LIN}")
        assert f'href="/clients/{LIN}/access"' in page.text
        shown = await sam.get(f"/clients/{LIN}/access")
    assert shown.status_code == 200
    for words in ("Who looked at this record", "saw name or phone", "opened this list", "2 entries on the trail"):
        assert words in shown.text
    assert "林芳" not in shown.text


async def test_of_a_foreign_client_nothing_is_told(database: Database) -> None:
    async with visiting("sam") as sam:
        foreign = await sam.get(f"/clients/{SOUTH_ZHAO}/access")
    async with visiting("ola") as ola:
        refused = await ola.get(f"/clients/{LIN}/access")
    assert (foreign.status_code, refused.status_code) == (404, 403)
