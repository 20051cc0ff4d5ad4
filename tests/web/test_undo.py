"""Undo after saving."""

import pytest
import time_machine

from coord.kernel.clock import now
from coord.work.engine import Database
from tests.web.visit import HTMX, count_of, events, fields_of, visiting
from tests.world import LIN
from web.undo import SECONDS

pytestmark = pytest.mark.anyio


async def undo_path() -> str:
    """Save a contact as Sam and read the undo address from the next page."""
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/log?client={LIN}"), "/log")
        await sam.post("/log", data=form)
        page = await sam.get("/today")
    return page.text.partition('action="/undo/')[2].partition('"')[0]


async def test_undo_takes_the_contact_back_and_says_so(database: Database) -> None:
    token = await undo_path()
    async with visiting("sam") as sam:
        answer = await sam.post(f"/undo/{token}")
        page = await sam.get(answer.headers["location"])
    assert answer.status_code == 303
    assert "Undone." in page.text
    assert await count_of() == 0


async def test_the_toast_is_said_once(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/log?client={LIN}"), "/log")
        await sam.post("/log", data=form)
        first, second = await sam.get("/today"), await sam.get("/today")
    assert ("Saved." in first.text, "Saved." in second.text) == (True, False)


async def test_after_a_minute_undo_is_too_late_and_the_contact_stays(database: Database) -> None:
    token = await undo_path()
    async with visiting("sam") as sam:
        with time_machine.travel(now().timestamp() + SECONDS + 1, tick=False):
            answer = await sam.post(f"/undo/{token}", headers=HTMX)
    assert answer.status_code == 409
    assert "60 seconds" in events(answer)["toast"]["text"]
    assert await count_of() == 1


async def test_somebody_else_cannot_undo_it(database: Database) -> None:
    token = await undo_path()
    async with visiting("nia") as nia:
        answer = await nia.post(f"/undo/{token}")
    assert answer.status_code == 404
    assert await count_of() == 1


async def test_a_changed_token_is_refused(database: Database) -> None:
    token = await undo_path()
    async with visiting("sam") as sam:
        answer = await sam.post(f"/undo/x{token[1:]}")
    assert answer.status_code == 409
    assert await count_of() == 1
