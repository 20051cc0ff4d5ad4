"""The bell, its page, and the development mailbox."""

import pytest

from coord.notices import NoticeKind, tell
from coord.work import begin
from coord.work.engine import Database
from tests.web.visit import visiting
from tests.world import LIN, NORTH, cast, fixed

pytestmark = pytest.mark.anyio


@pytest.fixture
async def told(database: Database) -> None:
    """Sam is told of Lin."""
    async with begin(cast.ola) as unit:
        tell(unit, [fixed("user/sam")], NoticeKind.SAFETY_ALERT, "client", LIN, organization=NORTH)


async def test_the_bell_counts_until_a_notice_is_opened_and_leads_to_its_subject(told: None) -> None:
    async with visiting("sam") as sam:
        assert "1 unread notice" in (await sam.get("/today")).text
        page = await sam.get("/notices")
        assert "北岸医院 North" in page.text
        path = page.text.split('action="/notices/', 2)[2].split('"', 1)[0]
        opened = await sam.post(f"/notices/{path}")
        assert (opened.status_code, opened.headers["location"]) == (303, f"/clients/{LIN}")
        assert "unread" not in (await sam.get("/notices")).text


async def test_all_are_marked_read_at_once(told: None) -> None:
    async with visiting("sam") as sam:
        assert (await sam.post("/notices/read")).status_code == 303
        assert "unread" not in (await sam.get("/today")).text


async def test_a_notice_of_another_is_not_found(told: None) -> None:
    async with visiting("sam") as sam:
        path = (await sam.get("/notices")).text.split('action="/notices/', 2)[2].split('"', 1)[0]
    async with visiting("nia") as nia:
        assert (await nia.post(f"/notices/{path}")).status_code == 404


async def test_the_administrator_reads_what_would_have_been_sent(told: None) -> None:
    async with visiting("adam") as adam:
        page = await adam.get("/development/mailbox")
    assert "[coord] A safety alert is waiting for you" in page.text
    async with visiting("sam") as sam:
        assert (await sam.get("/development/mailbox")).status_code == 403
