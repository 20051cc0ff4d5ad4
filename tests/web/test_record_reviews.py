"""The review queue as pages: chosen, approved, returned, taken back; what was typed stays."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine

from coord.contacts.codes import ContactStatus
from coord.contacts.tables import QualityFlag
from coord.work.engine import Database
from tests.coord.contacts.test_reviews import WHY, flag, one, written
from tests.coord.making import stored
from tests.queries import counting
from tests.web.visit import visiting

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def in_september() -> Iterator[time_machine.Traveller]:
    """A day after the services, the clock in the test's hand."""
    with time_machine.travel(datetime(2026, 9, 5, 4, tzinfo=UTC), tick=False) as clock:
        yield clock


async def _status(record: UUID) -> ContactStatus:
    return (await one(record)).status


async def test_the_queue_is_chosen_from_approved_and_taken_back(database: Database) -> None:
    await written(2)
    async with visiting("sun") as sun:
        shown = (await sun.get("/review")).text
        assert (shown.count("data-row"), "1 record to review" in shown, "data-find" in shown) == (1, True, True)
        record = shown.split('name="contacts" value="')[1].split('"')[0]
        assert "林芳" not in shown
        answer = await sun.post("/review/approve?program=DIP", data={"contacts": record})
        assert (answer.status_code, answer.headers["location"]) == (303, "/review?program=DIP")
        page = (await sun.get("/review")).text
        assert ("1 record approved." in page, "Nothing waits for review." in page) == (True, True)
        assert await _status(UUID(record)) is ContactStatus.VERIFIED
        undo = page.split('action="/review/undo/')[1].split('"')[0]
        await sun.post(f"/review/undo/{undo}")
        assert await _status(UUID(record)) is ContactStatus.SUBMITTED
        assert (await sun.post(f"/review/undo/{undo}x")).status_code == 409


async def test_after_twelve_seconds_the_undo_is_refused_in_words(
    database: Database, in_september: time_machine.Traveller
) -> None:
    (record,) = await written()
    async with visiting("sun") as sun:
        await sun.post("/review/approve", data={"contacts": str(record)})
        undo = (await sun.get("/review")).text.split('action="/review/undo/')[1].split('"')[0]
        in_september.shift(timedelta(seconds=14))
        late = await sun.post(f"/review/undo/{undo}")
    assert (late.status_code, "too late to undo (12 seconds)" in late.text) == (409, True)
    assert await _status(record) is ContactStatus.VERIFIED


async def test_a_flagged_choice_without_a_reason_is_refused_and_stays_chosen(database: Database) -> None:
    (record,) = await written()
    await flag(record)
    async with visiting("sun") as sun:
        refused = await sun.post("/review/approve", data={"contacts": str(record), "justification": ""})
        assert (refused.status_code, f'value="{record}" checked' in refused.text) == (422, True)
        assert "1 chosen record is flagged: say why it is right." in refused.text
        on_its_page = await sun.post(
            "/review/approve", data={"contacts": str(record), "justification": "right", "from": "record"}
        )
        assert (on_its_page.status_code, ">\nright</textarea>" in on_its_page.text) == (422, True)
        await sun.post("/review/approve", data={"contacts": str(record), "justification": WHY})
    (accepted,) = await stored(QualityFlag)
    assert (accepted.justification, await _status(record)) == (WHY, ContactStatus.VERIFIED)


async def test_the_page_of_a_record_returns_it_and_the_writer_reads_why(database: Database) -> None:
    (record,) = await written(note="谈了出院后的打算")
    async with visiting("sun") as sun:
        page = (await sun.get(f"/review/{record}")).text
        assert ("谈了出院后的打算" in page, "Drawn at random" in page, "NORTH-0001" in page) == (True, True, True)
        wrong = await sun.post(f"/review/{record}/return", data={"reason": "改"})
        assert (wrong.status_code, ">\n改</textarea>" in wrong.text) == (422, True)
        done = await sun.post(f"/review/{record}/return", data={"kind": "WRONG_TIME", "reason": "请核对时长"})
        assert done.headers["location"] == "/review"
        assert "Wrong time or length" in (await sun.get(f"/review/{record}")).text
    async with visiting("sam") as sam:
        assert f"/records/{record}/amend" in (await sam.get("/work?kind=RETURNED_RECORD")).text
        assert "Returned because: Wrong time or length, 请核对时长" in (await sam.get(f"/records/{record}/amend")).text
        (told,) = [line for line in (await sam.get("/notices")).text.split('action="/notices/')[1:] if "/open" in line]
        opened = await sam.post(f"/notices/{told.split('/open')[0]}/open")
        assert opened.headers["location"] == f"/records/{record}/amend"


async def test_an_officer_sees_the_record_without_its_text(database: Database) -> None:
    (record,) = await written(note="谈了出院后的打算")
    async with visiting("ola") as ola:
        page = (await ola.get(f"/review/{record}")).text
    assert ("谈了出院后的打算" in page, "NORTH-0001" in page, "/return" in page) == (False, True, True)


@pytest.mark.parametrize("name", ["sam", "cai", "fatima", "adam", "petra"])
async def test_others_are_refused(database: Database, name: str) -> None:
    (record,) = await written()
    async with visiting(name) as visitor:
        codes = [
            (await visitor.get("/review")).status_code,
            (await visitor.get(f"/review/{record}")).status_code,
            (await visitor.post("/review/approve", data={"contacts": str(record)})).status_code,
            (await visitor.post(f"/review/{record}/return", data={"kind": "WRONG_TIME"})).status_code,
        ]
    assert codes == [403] * 4
    assert await _status(record) is ContactStatus.SUBMITTED


async def test_ten_times_the_records_need_no_more_statements(database: Database) -> None:
    async with visiting("sun") as sun:
        await flag((await written())[0])
        with counting() as few:
            await sun.get("/review")
        for record in await written(9):
            await flag(record)
        with counting() as many:
            page = (await sun.get("/review")).text
    assert (page.count("data-row"), len(many)) == (10, len(few))


async def test_nothing_chosen_and_unknown_records_change_nothing(database: Database) -> None:
    await written()
    async with visiting("sun") as sun:
        assert (await sun.post("/review/approve", data={})).headers["location"] == "/review"
        assert (await sun.post("/review/approve", data={"contacts": "nonsense"})).status_code == 422
        assert (await sun.get("/review/00000000-0000-7000-8000-000000000000")).status_code == 404
        assert (await sun.get("/review?hospital=X999")).status_code == 404
