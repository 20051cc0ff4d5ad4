"""The work list as a page: what waits, filters in the URL, several set aside at once."""

from datetime import UTC, datetime, timedelta

import pytest

from coord.cases.codes import CaseStatus
from coord.clients.discharges import RecordDischarge, record_discharge
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import case_in
from tests.coord.contacts.test_reviews import flag
from tests.coord.making import contact, log
from tests.web.visit import visiting
from tests.world import CHEN, LIN, cast

pytestmark = pytest.mark.anyio


async def test_what_waits_is_shown_filtered_and_set_aside(database: Database) -> None:
    for client in (LIN, CHEN):
        async with begin(cast.sam) as unit:
            moment = datetime.now(UTC) - timedelta(days=9)
            await record_discharge(unit, RecordDischarge.parse({"client": client, "discharged_at": moment}))
    async with visiting("sam") as sam:
        shown = (await sam.get("/work?kind=FOLLOW_UP")).text
        assert (shown.count("data-row"), "Follow-up: day 7 after discharge" in shown) == (2, True)
        key = shown.split('name="keys" value="')[1].split('"')[0]
        await sam.post("/work", data={"keys": [key], "do": "week"})
        left = (await sam.get("/work?kind=FOLLOW_UP")).text
        assert (left.count("data-row"), "1 set aside" in left) == (1, True)
        await sam.post("/work", data={"keys": [key], "do": "back"})
        assert (await sam.get("/work?kind=FOLLOW_UP&overdue=true")).text.count("data-row") == 2
        wrong = await sam.get("/work?kind=NOTHING")
        assert (wrong.status_code, "NOTHING" not in wrong.text.split("<main")[1]) == (200, True)
    async with visiting("fatima") as fatima:
        assert (await fatima.get("/work")).status_code == 403


async def test_what_was_set_aside_is_undone_and_looked_at(database: Database) -> None:
    async with begin(cast.sam) as unit:
        moment = datetime.now(UTC) - timedelta(days=9)
        await record_discharge(unit, RecordDischarge.parse({"client": LIN, "discharged_at": moment}))
    async with visiting("sam") as sam:
        shown = (await sam.get("/work?kind=FOLLOW_UP")).text
        key = shown.split('name="keys" value="')[1].split('"')[0]
        answer = await sam.post("/work?kind=FOLLOW_UP", data={"keys": [key], "do": "done"})
        assert answer.headers["location"] == "/work?kind=FOLLOW_UP"
        page = (await sam.get("/work")).text
        aside = (await sam.get("/work?aside=true")).text
        assert (aside.count("data-row"), 'value="back"' in aside) == (1, True)
        undo = page.split('action="/undo-work/')[1].split('"')[0]
        assert (await sam.post(f"/undo-work/{undo}")).status_code == 303
        assert (await sam.get("/work?kind=FOLLOW_UP")).text.count("data-row") == 1
        assert (await sam.post("/undo-work/nonsense")).status_code == 409


async def test_supervisors_and_officers_have_lists_of_their_own(database: Database) -> None:
    case = await case_in(CaseStatus.OPENING_REVIEW, CHEN)
    await flag((await log(contact())).contact_id)
    async with visiting("sun") as sun:
        page = (await sun.get("/work")).text
        assert (f'href="/cases/{case}"' in page, "An opening waits" in page) == (True, True)
        assert 'href="/review?program=DIP&amp;hospital=H001"' in page
        key = page.split('name="keys" value="')[1].split('"')[0]
        await sun.post("/work", data={"keys": [key], "do": "week"})
        assert (await sun.get("/work")).text.count("data-row") == page.count("data-row") - 1
    async with visiting("ola") as ola:
        seen = (await ola.get("/work")).text
        assert ("An opening waits" in seen, "1 record to review" in seen) == (False, True)


async def test_a_group_shows_its_plan_and_is_closed_with_a_summary(database: Database) -> None:
    async with visiting("sam") as sam:
        page = await sam.get("/groups/new")
        fields = {"idempotency_key": page.text.split('name="idempotency_key" value="')[1].split('"')[0]}
        said = {"program": "DIP", "name": "支持者小组", "kind": "SUPPORT", "planned_sessions": "3", "duration_minutes": "60",
                "aim": "减轻照顾压力", "first_session_on": "2026-09-21", "members": str(LIN)}  # fmt: skip
        first = await sam.post("/groups/new", data=fields | said)
        again = await sam.post("/groups/new", data=fields | said)
        assert first.headers["location"] == again.headers["location"]
        group = first.headers["location"].removesuffix("/session")
        shown = (await sam.get(group)).text
        assert ("减轻照顾压力" in shown, "21 Sep 2026" in shown, "5 Oct 2026" in shown, "12 Oct 2026" in shown) == (
            True, True, False, True,
        )  # fmt: skip
        assert (await sam.post(f"{group}/close", data={"closed_on": "2199-01-01", "summary": "x"})).status_code == 422
        await sam.post(f"{group}/close", data={"closed_on": "2026-10-20", "summary": "目标基本达成"})
        assert "目标基本达成" in (await sam.get(group)).text
        assert (await sam.post(f"{group}/plan", data={"first_session_on": "2026-10-21"})).status_code == 409
