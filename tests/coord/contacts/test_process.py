"""Process records: sealed beside the contact, read by the care team alone, due on the work list, part of the copy."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from coord.clients.inputs import ClientPair
from coord.clients.merging import merge_clients, unmerge_clients
from coord.contacts.amending import amend_contact
from coord.contacts.codes import ContactStatus
from coord.contacts.process.reads import ProcessSheet, process_sheets
from coord.contacts.process.tables import ProcessRecord
from coord.contacts.tables import ServiceContact
from coord.kernel.clock import today
from coord.kernel.errors import Invalid, NotAllowed
from coord.placements import posts_of_worker
from coord.rights import document, export_subject
from coord.work import begin
from coord.work.engine import Database
from coord.worklists import Desk, WorkFilter, WorkKind, work_list
from tests.coord.making import contact, log, stored, total
from tests.web.visit import fields_of, visiting
from tests.world import CHEN, LIN, NORTH_GROUP, cast

pytestmark = pytest.mark.anyio
HERE = "Asia/Shanghai"
SAID: dict[str, Any] = {
    "method": "PHONE", "focus": "canary 睡眠", "analysis": "canary 家庭支持不足", "risk_change": "HIGHER",
    "next_step": "canary 约家属面谈", "next_on": "2026-09-10", "travel_minutes": 20, "record_minutes": 15,
}  # fmt: skip


async def sheet_of(contact_id: uuid.UUID, actor: Any = cast.sam) -> ProcessSheet | None:
    async with begin(actor, read_only=True) as unit:
        return (await process_sheets(unit, [contact_id])).get(contact_id)


async def test_what_was_written_is_sealed_and_opens_for_the_care_team_alone(database: Database) -> None:
    logged = await log(contact(**SAID))
    sheet = await sheet_of(logged.contact_id)
    assert sheet is not None
    assert {name: str(getattr(sheet, name)) for name in SAID} == {name: str(value) for name, value in SAID.items()}
    (row,) = await stored(ProcessRecord)
    assert (row.client_id, b"canary" in row.words) == (LIN, False)
    assert await sheet_of(logged.contact_id, cast.nia) is None
    with pytest.raises(NotAllowed):
        await sheet_of(logged.contact_id, cast.fatima)


async def test_a_quick_entry_begins_no_process_record(database: Database) -> None:
    logged = await log(contact(note="谈睡眠"))
    assert (await sheet_of(logged.contact_id), await stored(ProcessRecord)) == (None, [])


async def test_amending_writes_it_anew_under_the_new_clients_key(database: Database) -> None:
    logged = await log(contact(**SAID))
    async with begin(cast.sam) as unit:
        await amend_contact(unit, logged.contact_id, contact(client=str(CHEN), method="VIDEO", focus="canary 复诊"))
    (row,) = await stored(ProcessRecord)
    assert (row.client_id, row.method, row.next_on) == (CHEN, "VIDEO", None)
    sheet = await sheet_of(logged.contact_id)
    assert sheet is not None
    assert (sheet.focus, sheet.analysis) == ("canary 复诊", None)


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"next_on": "2026-09-02", "next_step": "x"}, "next_on", "ENDS_BEFORE_START"),
        ({"next_on": "2026-09-10"}, "next_step", "REQUIRED"),
        ({"satisfaction": 6}, "satisfaction", "TOO_LARGE"),
        ({"method": "TELEPATHY"}, "method", "NOT_A_CHOICE"),
        ({"focus": "身份证 11010519491231002X"}, "focus", "CARD_NUMBER"),
    ],
)
async def test_what_does_not_go_together_is_told_and_nothing_is_written(
    database: Database, wrong: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await log(contact(**wrong))
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
    assert await stored(ProcessRecord) == []


async def _steps() -> list[uuid.UUID | None]:
    async with begin(cast.sam, read_only=True) as unit:
        desk = Desk((await posts_of_worker(unit))[0], today(HERE))
        listed = await work_list(unit, desk, WorkFilter.parse({"kind": [WorkKind.NEXT_STEP]}))
    return [entry.client for entry in listed.entries]


async def test_the_next_step_waits_from_its_day_on_until_the_person_is_met_again(database: Database) -> None:
    day = today(HERE)
    later = {"next_step": "回访", "occurred_on": str(day - timedelta(days=3))}
    await log(contact(client=str(CHEN), **later, next_on=str(day + timedelta(days=1))))
    await log(contact(**later, next_on=str(day)))
    assert await _steps() == [LIN]
    await log(contact(occurred_on=str(day)))
    assert await _steps() == []


async def test_the_persons_copy_holds_it_and_a_merge_moves_it_and_back(database: Database) -> None:
    await log(contact(client=str(CHEN), **SAID))
    async with begin(cast.sam) as unit:
        copy = document(await export_subject(unit, CHEN))
    (line,) = copy["held"]["process_record"]
    assert (line["method"], line["words"]["analysis"]) == ("PHONE", "canary 家庭支持不足")
    async with begin(cast.sun) as unit:
        merge = await merge_clients(unit, ClientPair(client=LIN, other=CHEN))
    (row,) = await stored(ProcessRecord)
    sheet = await sheet_of(row.id)
    assert (row.client_id, sheet and sheet.focus) == (LIN, "canary 睡眠")
    async with begin(cast.sun) as unit:
        await unmerge_clients(unit, merge)
    assert [row.client_id for row in await stored(ProcessRecord)] == [CHEN]


async def test_on_the_pages_it_is_written_shown_and_offered_again(database: Database) -> None:
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/log?client={LIN}"), "/log")
        typed = {name: [str(value)] for name, value in SAID.items()} | {"next_on": ["2099-01-01"]}
        assert (await sam.post("/log", data=form | typed)).status_code == 303
        page = (await sam.get(f"/clients/{LIN}")).text
        (row,) = await stored(ProcessRecord)
        again = fields_of(await sam.get(f"/records/{row.id}/amend"), f"/records/{row.id}/amend")
    assert all(said in page for said in ("canary 家庭支持不足", "phone", "higher", "Process record"))
    assert (again["analysis"], again["next_on"]) == (["canary 家庭支持不足"], ["2099-01-01"])


async def test_a_session_keeps_its_volunteers_and_what_members_thought(database: Database) -> None:
    path = f"/groups/{NORTH_GROUP}/session"
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(path), path)
        await sam.post(
            path, data=form | {"volunteers": ["2"], "budget_used": ["180"], "satisfaction": ["4"], "then": ["done"]}
        )
    (row,) = await stored(ProcessRecord)
    assert (row.volunteers, row.budget_used, row.satisfaction, row.client_id) == (2, 180, 4, None)


async def test_a_record_that_is_not_signed_counts_and_waits_until_it_is_finished(database: Database) -> None:
    before = (await total())["person_times"]
    async with visiting("sam") as sam:
        form = fields_of(await sam.get(f"/log?client={LIN}"), "/log")
        assert (await sam.post("/log", data=form | {"unsigned": ["true"]})).status_code == 303
        (row,) = await stored(ServiceContact)
        assert (row.status, (await total())["person_times"]) == (ContactStatus.DRAFT, before + 1)
        assert await _unfinished() == [row.id]
        path = f"/records/{row.id}/amend"
        again = fields_of(await sam.get(path), path)
        again.pop("unsigned", None)
        assert (await sam.post(path, data=again | {"note": ["补写完成"]})).status_code == 303
    (row,) = await stored(ServiceContact)
    assert (row.status, await _unfinished()) == (ContactStatus.SUBMITTED, [])


async def _unfinished() -> list[uuid.UUID | None]:
    async with begin(cast.sam, read_only=True) as unit:
        desk = Desk((await posts_of_worker(unit))[0], today(HERE))
        listed = await work_list(unit, desk, WorkFilter.parse({"kind": [WorkKind.UNFINISHED_RECORD]}))
    return [entry.subject for entry in listed.entries]
