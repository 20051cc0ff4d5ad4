"""Supervision as pages: recorded in one form, counted for each, taken back; worries for the supervisor's eyes alone."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from coord.cases.codes import CaseStatus
from coord.contacts.quality import flag_quality
from coord.contacts.tables import QualityFlag
from coord.programs.tables import ProgramSetting, Setting
from coord.supervision.tables import SupervisionAttendance, SupervisionSession, SupervisionWorry
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import TODAY, filed
from tests.coord.making import contact, log, stored
from tests.queries import counting
from tests.web.visit import visiting
from tests.world import BUILDER, CHEN, EVE_WORKER, HUANG, NIA_WORKER, NORTH_MEMBERS, PROGRAM, PROGRAM_ID, SAM_WORKER

pytestmark = pytest.mark.anyio
SAID = {"program": PROGRAM, "held_on": str(TODAY), "minutes": "60", "topics": ["CASES", "SUPPORT"],
        "agreed": "下周一起看两份个案"}  # fmt: skip


def said(*workers: object, **more: object) -> dict[str, object]:
    return {"idempotency_key": str(uuid4()), **SAID, "workers": [str(worker) for worker in workers], **more}


async def test_a_session_counts_for_each_worker_and_is_taken_back(database: Database) -> None:
    async with visiting("sun") as sun:
        form = (await sun.get("/supervision/new")).text
        assert {str(w) for w in (SAM_WORKER, EVE_WORKER, NIA_WORKER)} <= set(
            re.findall(r'value="([0-9a-f-]{36})"', form)
        )
        given = said(SAM_WORKER, NIA_WORKER, worried_about=[str(NIA_WORKER)])
        first, again = await sun.post("/supervision/new", data=given), await sun.post("/supervision/new", data=given)
        assert (first.status_code, again.status_code) == (303, 303)
        shown = (await sun.get("/supervision")).text
        assert ("1 session this month" in shown, "Group" in shown, "only you see this" in shown) == (True, True, True)
        load = (await sun.get("/caseload")).text
        assert load.count("60 min / 240 min") == 2
    async with visiting("sam") as sam:
        own = (await sam.get("/supervision")).text
        assert ("下周一起看两份个案" in own, "Nia" in own.split("<main")[1], "only you" in own) == (True, False, False)
    async with visiting("ola") as ola:
        seen = (await ola.get("/supervision")).text
        assert ("Nia" in seen, "only you" in seen) == (True, False)
    (row,) = await stored(SupervisionSession)
    async with visiting("sun") as sun:
        await sun.post(f"/supervision/{row.id}/withdraw")
        assert "No session is recorded" in (await sun.get("/supervision")).text
        assert (await sun.get("/caseload")).text.count("0 min / 240 min") == 3
        assert (await sun.post(f"/supervision/{row.id}/withdraw")).status_code == 409
    assert (len(await stored(SupervisionAttendance)), len(await stored(SupervisionWorry))) == (2, 0)


async def test_what_was_just_recorded_is_undone_with_one_tap(database: Database) -> None:
    async with visiting("sun") as sun:
        await sun.post("/supervision/new", data=said(SAM_WORKER))
        page = (await sun.get("/supervision")).text
        await sun.post("/supervision/undo/" + page.split('action="/supervision/undo/')[1].split('"')[0])
    (row,) = await stored(SupervisionSession)
    assert (row.kind, row.withdrawn_at is not None) == ("INDIVIDUAL", True)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"workers": []}, "workers"), ({"topics": []}, "topics"), ({"minutes": "4"}, "minutes"),
     ({"held_on": str(TODAY + timedelta(days=1))}, "held_on"), ({"worried_about": [str(EVE_WORKER)]}, "worried_about"),
     ({"workers": [str(PROGRAM_ID)]}, "workers"), ({"held_on": ""}, "held_on")],
)  # fmt: skip
async def test_what_is_wrong_is_told_and_what_was_typed_stays(
    database: Database, wrong: dict[str, object], field: str
) -> None:
    async with visiting("sun") as sun:
        answer = await sun.post("/supervision/new", data=said(SAM_WORKER, **wrong))
    assert (answer.status_code, "下周一起看两份个案" in answer.text, f'href="#{field}"' in answer.text) == (
        422,
        True,
        True,
    )
    assert await stored(SupervisionSession) == []


@pytest.mark.parametrize(("name", "codes"), [("sam", (200, 403, 403)), ("ola", (200, 403, 200)), ("cai", (403,) * 3),
                                             ("fatima", (403,) * 3), ("adam", (403,) * 3)])  # fmt: skip
async def test_who_may_see_and_record(database: Database, name: str, codes: tuple[int, ...]) -> None:
    async with visiting(name) as visitor:
        found = [(await visitor.get(path)).status_code for path in ("/supervision", "/supervision/new", "/caseload")]
        assert (await visitor.post("/supervision/new", data=said(SAM_WORKER))).status_code == 403
    assert tuple(found) == codes


async def test_more_cases_than_the_ratio_are_a_warning_and_the_ratio_is_the_programs_own(database: Database) -> None:
    for client in (CHEN, HUANG, *NORTH_MEMBERS[:2]):
        await filed(client, status=CaseStatus.INTERVENING, opened_on=TODAY)
    async with visiting("ola") as ola:
        assert "over" not in (await ola.get("/caseload")).text.split("<main")[1].split("</main")[0].replace(
            "overflow", ""
        )
        answer = await ola.post("/settings", data={"program": PROGRAM, "setting": "CASELOAD", "value": "4",
                                                   "valid_from": str(TODAY)})  # fmt: skip
        assert answer.status_code == 303
        shown = (await ola.get("/caseload")).text
        assert ("1 worker carries more cases" in shown, "5 / 4" in shown, "1 over" in shown) == (True, True, True)


async def test_ten_times_the_workers_and_sessions_need_no_more_statements(database: Database) -> None:
    async with visiting("sun") as sun:
        await sun.post("/supervision/new", data=said(SAM_WORKER))
        await sun.get("/supervision")
        with counting() as few:
            await sun.get("/supervision")
            await sun.get("/caseload")
        for _ in range(9):
            await sun.post("/supervision/new", data=said(SAM_WORKER, EVE_WORKER))
        await sun.get("/supervision")
        with counting() as many:
            await sun.get("/supervision")
            await sun.get("/caseload")
    assert len(many) == len(few)


async def test_settings_hold_from_their_day_and_the_later_word_counts(database: Database) -> None:
    later = TODAY + timedelta(days=10)
    async with visiting("ola") as ola:
        for value, day in (("20", TODAY), ("21", TODAY), ("30", later)):
            await ola.post("/settings", data={"program": PROGRAM, "setting": "QUIET_DAYS", "value": value,
                                              "valid_from": str(day)})  # fmt: skip
        shown = (await ola.get("/settings")).text
        for wrong in ({"value": "0"}, {"value": "29", "setting": "LOCK_DAY"}, {"valid_from": "2026-01-01"}):
            refused = await ola.post("/settings", data={"program": PROGRAM, "setting": "QUIET_DAYS", "value": "9",
                                                        "valid_from": str(TODAY), **wrong})  # fmt: skip
            assert refused.status_code == 422
    rows = {(row.setting, row.value, row.valid_from) for row in await stored(ProgramSetting)}
    assert rows == {(Setting.QUIET_DAYS, 21, TODAY), (Setting.QUIET_DAYS, 30, later)}
    assert ("30 from" in shown, "since" in shown) == (True, True)


@pytest.mark.parametrize(("name", "code"), [("sam", 403), ("sun", 403), ("fatima", 403), ("adam", 200), ("ola", 200)])
async def test_only_officers_and_administrators_set_a_program(database: Database, name: str, code: int) -> None:
    async with visiting(name) as visitor:
        assert (await visitor.get("/settings")).status_code == code


async def test_the_flag_for_late_entry_follows_the_programs_limit(database: Database) -> None:

    async with begin(BUILDER) as unit:
        unit.add(ProgramSetting(program_id=PROGRAM_ID, setting=Setting.BACKDATE_DAYS, value=60, valid_from=TODAY))
    kinds = []
    for days in (50, 70):
        made = (await log(contact(occurred_on=str(TODAY - timedelta(days=days))))).contact_id
        async with begin(BUILDER) as unit:
            await flag_quality(unit, made)
        kinds.append([row.kind for row in await stored(QualityFlag, QualityFlag.contact_id == made)])
    assert kinds == [[], ["BACKDATED"]]
