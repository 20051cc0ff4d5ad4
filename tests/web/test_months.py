"""The reporting calendar and one month, through the pages of four people."""

import pytest

from coord.contacts.tables import Adjustment, ServiceContact
from coord.periods.tables import MonthReport
from coord.work.engine import Database
from tests.coord.making import contact, log, stored
from tests.coord.periods.handling import MONTH, locked
from tests.web.visit import count_of, fields_of, visiting
from tests.world import CHEN, LIN, NORTH, SOUTH

pytestmark = pytest.mark.anyio
PAGE = f"/months/{NORTH}/{MONTH}"


async def _send(name: str, move: str, **said: str) -> int:
    async with visiting(name) as person:
        return (await person.post(PAGE, data={"move": move, **said})).status_code


async def test_a_month_goes_from_the_worker_to_the_supervisor_to_the_foundation(database: Database) -> None:
    await log(contact())
    async with visiting("sam") as sam:
        shown = (await sam.get(PAGE)).text
        assert "Working day without a record" in shown
        assert 'value="SUBMIT"' in shown
        kept = await sam.post(PAGE, data={"move": "KEEP", "words": "本月服务平稳", "plan": "十月计划"})
        assert kept.headers["location"].startswith(PAGE)
        assert "本月服务平稳" in (await sam.get(PAGE)).text
    assert await _send("sam", "SUBMIT", words="本月服务平稳") == 303
    assert await _send("sun", "RETURN", note="请补充") == 303
    assert await _send("sam", "SUBMIT", words="已补充") == 303
    assert await _send("sun", "APPROVE") == 303
    assert await _send("ola", "LOCK") == 303
    async with visiting("ola") as ola:
        shown = (await ola.get(PAGE)).text
        board = (await ola.get(f"/months?month={MONTH}")).text
        book = await ola.get(f"{PAGE}.xlsx")
    assert "As originally reported" in shown
    assert ("已补充" in shown, "请补充" in shown) == (True, True)
    assert "locked" in board
    assert book.content[:2] == b"PK"


async def test_a_refused_step_says_why_and_keeps_what_was_typed(database: Database) -> None:
    async with visiting("sun") as sun:
        early = await sun.post(PAGE, data={"move": "APPROVE", "note": "看过了"})
        assert early.status_code == 409
        assert "The month stands at OPEN" in early.text
    await _send("sam", "SUBMIT")
    async with visiting("sun") as sun:
        empty = await sun.post(PAGE, data={"move": "RETURN", "note": ""})
        assert (empty.status_code, "Please fill this in" in empty.text) == (422, True)
    (report,) = await stored(MonthReport)
    assert report.state == "SUBMITTED"


@pytest.mark.parametrize("path", [f"/months/{SOUTH}/{MONTH}", f"/months/{NORTH}/2026-13", "/months/none/2026-09"])
async def test_what_is_no_month_of_ones_own_is_not_found(database: Database, path: str) -> None:
    async with visiting("sam") as sam:
        assert (await sam.get(path)).status_code == 404
        assert (await sam.get(f"{path}.xlsx")).status_code == 404


async def test_a_contact_in_a_locked_month_asks_for_a_correction_and_is_booked(database: Database) -> None:
    await locked()
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get(f"/log?client={CHEN}"), "/log")
        fields |= {"occurred_on": [""], "day_other": [f"{MONTH}-03"]}
        refused = await sam.post("/log", data=fields)
        assert (refused.status_code, "is locked" in refused.text) == (422, True)
        again = fields_of(refused, "/log") | {"correction_reason": ["FORGOTTEN"], "correction_note": ["漏登一次面谈"]}
        saved = await sam.post("/log", data=again)
        shown = (await sam.get(PAGE)).text
    assert saved.headers["location"] == "/today"
    assert "漏登一次面谈" in shown
    assert len(await stored(Adjustment)) == 1


async def test_a_returned_record_is_changed_on_its_page_and_one_of_a_locked_month_taken_back(
    database: Database,
) -> None:
    kept = await log(contact(note="原始记录", issues=["EMOTIONAL"]))
    path = f"/records/{kept.contact_id}"
    async with visiting("sun") as sun:
        await sun.post(f"/review/{kept.contact_id}/return", data={"reason": "时长请核对"})
    async with visiting("sam") as sam:
        page = await sam.get(f"{path}/amend")
        assert "时长请核对" in page.text
        fields = fields_of(page, f"{path}/amend")
        assert (fields["note"], fields["client"], fields["issues"]) == (["原始记录"], [str(LIN)], ["EMOTIONAL"])
        await sam.post(f"{path}/amend", data=fields | {"duration_minutes": ["60"]})
        (row,) = await stored(ServiceContact)
        assert (row.duration_minutes, row.status) == (60, "SUBMITTED")
        await locked()
        fields = {"correction_reason": ["ENTERED_TWICE"]}
        bad = await sam.post(f"{path}/correct", data=fields | {"correction_note": ["短"]})
        assert bad.status_code == 422
        await sam.post(f"{path}/correct", data=fields | {"correction_note": ["与另一条重复登记"]})
    assert await count_of() == 0


async def test_a_returned_session_keeps_its_roll_when_its_length_is_changed(database: Database) -> None:
    session = {"client": None, "service_code": "GROUP_SESSION", "attendees": [str(LIN), str(CHEN)]}
    kept = await log(contact(**session, anonymous_count=2))
    path = f"/records/{kept.contact_id}/amend"
    async with visiting("sam") as sam:
        fields = fields_of(await sam.get(path), path)
        await sam.post(path, data=fields | {"duration_minutes": ["60"]})
    (row,) = await stored(ServiceContact)
    assert (row.duration_minutes, row.heads_present) == (60, 4)
