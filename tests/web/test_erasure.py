"""Erasure and breaches in the pages: asked, agreed, done; afterwards a tombstone everywhere."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlmodel import col

from coord.cases.codes import CaseStatus
from coord.cases.tables import CaseFile
from coord.clients.codes import ErasureBasis
from coord.kernel.sql import select
from coord.rights.erasure import ERASER, erase, erase_due, retention
from coord.rights.erasure.rules import Kept
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log
from tests.coord.referrals.making import sent
from tests.web.visit import visiting
from tests.world import BUILDER, LIN, NORTH

pytestmark = pytest.mark.anyio
PAGE = f"/clients/{LIN}/erasure"
AT = datetime(2026, 9, 3, 8, tzinfo=UTC)


async def test_one_asks_another_agrees_and_a_tombstone_is_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "kept", lambda: Kept(0, 0))
    async with visiting("sam") as sam, visiting("sun") as sun:
        open_case = await sam.post(PAGE, data={"basis": "ASKED_BY_PERSON"})
        assert (open_case.status_code, "Close it first" in open_case.text) == (422, True)
        async with begin(BUILDER) as unit:
            for case in await unit.scalars(select(CaseFile).where(col(CaseFile.client_id) == LIN)):
                case.status, case.closed_on = CaseStatus.CLOSED, AT.date()
        assert (await sam.post(PAGE, data={})).status_code == 422
        assert (await sam.post(PAGE, data={"basis": "ASKED_BY_PERSON"})).status_code == 303
        waiting = await sam.get(PAGE)
        assert ("Waits for a second person" in waiting.text, '/agree"' in waiting.text) == (True, True)
        action = next(part for part in waiting.text.split('"') if part.endswith("/agree"))
        assert (await sam.post(action)).status_code == 403
        assert (await sun.post(action)).status_code == 303
        assert "A second person agreed" in (await sun.get(PAGE)).text
        async with begin(ERASER) as unit:
            assert await erase_due(unit) == 1
        for path in (PAGE, f"/clients/{LIN}", f"/clients/{LIN}/consents"):
            gone = await sam.get(path)
            assert (gone.status_code, "was erased on" in gone.text, "The person asked for it" in gone.text) == (
                410,
                True,
                True,
            )
        assert str(LIN) not in (await sam.get("/clients")).text


async def test_a_request_can_be_taken_back(database: Database) -> None:
    async with begin(BUILDER) as unit:
        for case in await unit.scalars(select(CaseFile).where(col(CaseFile.client_id) == LIN)):
            case.status, case.closed_on = CaseStatus.CLOSED, AT.date()
    async with visiting("sam") as sam:
        await sam.post(PAGE, data={"basis": "UNLAWFUL"})
        action = next(part for part in (await sam.get(PAGE)).text.split('"') if part.endswith("/end"))
        assert (await sam.post(action)).status_code == 303
        assert (await sam.post(action)).status_code == 422
        assert f'action="{PAGE}"' in (await sam.get(PAGE)).text


async def test_pages_of_what_belonged_to_an_erased_person_still_open(database: Database) -> None:
    await log(contact(note="a note"))
    referral = await sent()
    (case,) = [row for row in await _cases() if row.client_id == LIN]
    async with begin(ERASER) as unit:
        await erase(unit, LIN, AT.date(), ErasureBasis.ORDERED)
    async with visiting("sam") as sam:
        answers = {path: (await sam.get(path)).status_code for path in (
            f"/cases/{case.id}", f"/referrals/{referral}", "/referrals", "/cases", "/today", "/records", "/work", "/contacts")}  # fmt: skip
    assert set(answers.values()) <= {200, 410}, answers
    assert {path for path, status in answers.items() if status == 410} == {f"/referrals/{referral}"}


async def _cases() -> list[CaseFile]:
    async with begin(BUILDER, read_only=True) as unit:
        return list(await unit.scalars(select(CaseFile)))


async def test_a_breach_is_recorded_shown_with_its_clock_and_told(database: Database) -> None:
    moments = {"began_at": "2026-09-03T08:00", "ended_at": "2026-09-03T17:00", "discovered_at": "2026-09-03T18:00"}
    with time_machine.travel(AT + timedelta(hours=8), tick=False):
        async with visiting("adam") as adam:
            assert "No breach was recorded" in (await adam.get("/breaches")).text
            wrong = await adam.post(
                "/breaches", data={"hospital": str(NORTH), **moments, "ended_at": "soon", "what": "x"}
            )
            assert (wrong.status_code, 'value="soon"' in wrong.text) == (422, True)
            made = await adam.post("/breaches", data={"hospital": str(NORTH), **moments, "what": "A laptop was stolen"})
            assert made.status_code == 303, made.text
            page = await adam.get(made.headers["location"])
            assert "个人信息泄露事件报告" in page.text
            assert "개인정보 유출 신고" in page.text
            assert (await adam.post(f"{made.headers['location']}/told", data={"whom": "PERSONS"})).status_code == 303
            assert "Told" in (await adam.get(made.headers["location"])).text
            assert "hours left" in (await adam.get("/breaches")).text
            asked = await adam.get("/breaches/who", params={"hospital": str(NORTH), **moments})
            assert (asked.status_code, "Nobody looked" in asked.text) == (200, True)
        async with visiting("sam") as sam:
            assert (await sam.get("/breaches")).status_code == 403
