"""My account."""

import pytest

from coord.work.engine import Database
from tests.web.visit import visiting

pytestmark = pytest.mark.anyio


async def test_language_and_theme_hold_from_the_next_page_on(database: Database) -> None:
    async with visiting("sam") as sam:
        await sam.post("/me/preferences", data={"language": "ko", "theme": "dark"})
        page = (await sam.get("/today")).text
    assert '<html lang="ko" data-theme="dark">' in page
    assert "오늘" in page


async def test_an_unknown_theme_is_refused(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await sam.post("/me/preferences", data={"language": "ko", "theme": "pink"})
        page = (await sam.get("/me")).text
    assert answer.status_code == 422
    assert '<html lang="en"' in page
