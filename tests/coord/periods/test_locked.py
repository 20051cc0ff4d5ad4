"""SVC-4: a locked month: refused writes, corrections beside it, figures that stay as they were reported (CR-11)."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from coord.contacts import withdraw_contact
from coord.contacts.actions import Logged
from coord.contacts.adjusting import adjustments, take_back
from coord.contacts.amending import amend_contact
from coord.contacts.codes import AdjustmentKind, ContactStatus
from coord.contacts.importing import IMPORTER, import_rows, open_workbook, plan_import
from coord.contacts.inputs import TakeBack
from coord.contacts.reviews import ReturnContact, return_contact
from coord.contacts.tables import Adjustment, Presence, ServiceContact
from coord.kernel.errors import Conflict, Invalid, NotAllowed
from coord.periods.codes import Move
from coord.periods.figures import MonthFigures, month_figures
from coord.periods.tables import MonthSnapshot
from coord.work import begin
from coord.work.engine import Database
from tests.coord.importing.running import bring, fates_of, imported, reasons_of, row, sheet
from tests.coord.making import contact, log, stored, without_client
from tests.coord.periods.handling import MONTH, locked, move, place_of
from tests.world import BUILDER, CHEN, HUANG, LIN, NORTH, PROGRAM, PROGRAM_ID, cast
from workers.jobs.imports import import_file

pytestmark = pytest.mark.anyio
_SAID = {"correction_reason": "FORGOTTEN", "correction_note": "九月三日的家访记录漏登"}


async def _figures() -> MonthFigures:
    async with begin(cast.ola, read_only=True) as unit:
        return await month_figures(unit, await _place())


async def _place() -> Any:
    return await place_of(cast.ola)


async def _snapshot_bytes() -> bytes:
    (row,) = await stored(MonthSnapshot)
    return json.dumps([row.figures, row.hash, row.rules_version], sort_keys=True).encode()


async def test_a_write_into_a_locked_month_is_refused_and_nothing_is_written(database: Database) -> None:
    kept = await log(contact())
    await locked()
    before = await _snapshot_bytes()
    with pytest.raises(Invalid) as refused:
        await log(contact(client=str(CHEN)))
    assert [(p.field, p.code, p.arguments) for p in refused.value.problems] == [
        ("occurred_on", "MONTH_LOCKED", {"month": MONTH})
    ]
    for attempt in (withdraw_contact, lambda unit, one: amend_contact(unit, one, contact(duration_minutes=60))):
        with pytest.raises(Conflict):
            async with begin(cast.sam) as unit:
                await attempt(unit, kept.contact_id)
    with pytest.raises(Conflict):
        async with begin(cast.sun) as unit:
            await return_contact(unit, ReturnContact.parse({"contact": kept.contact_id, "reason": "时间写错了请修改"}))
    (row,) = await stored(ServiceContact)
    assert (row.status, row.duration_minutes, row.withdrawn_at) == (ContactStatus.LOCKED, 30, None)
    assert await _snapshot_bytes() == before
    await log(contact(occurred_on="2026-10-01"))


async def test_a_correction_is_booked_in_the_open_month_and_both_figures_are_told(database: Database) -> None:
    await log(contact())
    await locked()
    before = await _snapshot_bytes()
    late = await log(contact(client=str(CHEN), **_SAID))
    figures = await _figures()
    assert figures.reported is not None
    assert (figures.reported["person_times"], figures.corrected["person_times"]) == (1, 2)
    assert figures.changed == {"contacts": 1, "person_times": 1, "persons": 1, "identified_heads": 1, "minutes": 30}
    assert (await _snapshot_bytes(), figures.is_intact) == (before, True)
    (row,) = await stored(Adjustment)
    assert (row.contact_id, row.refers_to, row.kind, row.reason) == (
        late.contact_id, MONTH, AdjustmentKind.ADDED, "FORGOTTEN",
    )  # fmt: skip
    assert row.booked_in == f"{datetime.now(UTC):%Y-%m}"
    assert [note["note"] for note in figures.notes] == [_SAID["correction_note"]]


async def test_a_record_that_should_not_have_counted_is_taken_back_with_a_note(database: Database) -> None:
    kept = await log(contact())
    given = TakeBack.parse({"contact": kept.contact_id, **_SAID, "correction_reason": "ENTERED_TWICE"})
    with pytest.raises(Conflict):
        async with begin(cast.sam) as unit:
            await take_back(unit, given)
    await locked()
    async with begin(cast.sam) as unit:
        await take_back(unit, given)
    figures = await _figures()
    assert figures.changed["person_times"] == -1
    assert (await stored(Presence), (await stored(Adjustment))[0].kind) == ([], AdjustmentKind.TAKEN_BACK)
    with pytest.raises(NotAllowed):
        async with begin(cast.sun) as unit:
            await take_back(unit, given)


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"correction_reason": "FORGOTTEN"}, "correction_note", "REQUIRED"),
        ({"correction_note": "漏登了一次面谈记录内容"}, "correction_reason", "REQUIRED"),
        ({**_SAID, "occurred_on": "2026-10-02"}, "correction_reason", "MONTH_NOT_LOCKED"),
    ],
)
async def test_a_correction_needs_a_reason_a_note_and_a_locked_month(
    database: Database, said: dict[str, str], field: str, code: str
) -> None:
    await locked()
    with pytest.raises(Invalid) as refused:
        await log(contact(**said))
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
    assert await stored(ServiceContact) == []


async def test_corrections_of_one_month_are_listed_where_they_are_booked(database: Database) -> None:
    await locked()
    await log(contact(**_SAID))
    async with begin(cast.sun, read_only=True) as unit:
        (row,) = await adjustments(unit, PROGRAM_ID, booked_in=f"{datetime.now(UTC):%Y-%m}")
        assert (row["refers_to"], await adjustments(unit, PROGRAM_ID, booked_in=MONTH)) == (MONTH, [])
    async with begin(cast.nia, read_only=True) as unit:
        assert await adjustments(unit, PROGRAM_ID) == []


async def _aged(contact_id: Any, days: int) -> None:
    async with begin(BUILDER) as unit:
        (await unit.find(ServiceContact, contact_id)).recorded_at = datetime.now(UTC) - timedelta(days=days)


async def test_a_returned_record_stays_editable_however_old_and_counts_anew(database: Database) -> None:
    kept = await log(contact(family_present=1, co_workers=[]))
    await _aged(kept.contact_id, 60)
    with pytest.raises(Conflict) as refused:
        async with begin(cast.sam) as unit:
            await amend_contact(unit, kept.contact_id, contact())
    assert refused.value.problems[0].code == "TOO_LATE_TO_AMEND"
    async with begin(cast.sun) as unit:
        await return_contact(unit, ReturnContact.parse({"contact": kept.contact_id, "reason": "请核对在场家属人数"}))
    with pytest.raises(Conflict):
        await move(cast.sam, Move.SUBMIT)
    async with begin(cast.sam) as unit:
        await amend_contact(unit, kept.contact_id, contact(client=str(HUANG), duration_minutes=45))
    (row,) = await stored(ServiceContact)
    assert (row.client_id, row.duration_minutes, row.status, row.return_reason) == (
        HUANG, 45, ContactStatus.SUBMITTED, None,
    )  # fmt: skip
    assert [(one.client_id, one.heads) for one in await stored(Presence)] == [(HUANG, 1)]
    await move(cast.sam, Move.SUBMIT)


async def test_a_record_is_not_moved_into_a_locked_month(database: Database) -> None:
    kept = await log(contact(occurred_on="2026-10-02"))
    await locked()
    with pytest.raises(Invalid):
        async with begin(cast.sam) as unit:
            await amend_contact(unit, kept.contact_id, contact())
    assert [f"{row.occurred_on}" for row in await stored(ServiceContact)] == ["2026-10-02"]


async def test_whatever_is_logged_while_a_month_is_locked_is_in_its_figures_or_refused(real_database: Database) -> None:
    await move(cast.sam, Move.SUBMIT)
    await move(cast.sun, Move.APPROVE)
    writers = [log(contact(client=str(LIN), duration_minutes=n)) for n in range(1, 13)]
    answers = await asyncio.gather(*writers[:6], move(cast.ola, Move.LOCK), *writers[6:], return_exceptions=True)
    taken = [answer for answer in answers if isinstance(answer, Logged)]
    refused = [answer for answer in answers if isinstance(answer, Invalid)]
    assert (len(taken) + len(refused), answers[6]) == (12, None)
    (snapshot,) = await stored(MonthSnapshot)
    assert snapshot.figures["total"]["contacts"] == len(taken) == len(await stored(ServiceContact))


async def test_half_past_midnight_counts_on_the_local_date_and_in_the_local_month(database: Database) -> None:
    just_october = {"occurred_on": "2026-10-01", "started_at": "2026-10-01T00:30:00+08:00"}
    await log(without_client(**just_october))
    with pytest.raises(Invalid):
        await log(without_client(occurred_on="2026-09-30", started_at="2026-10-01T00:30:00+08:00"))
    await locked()
    figures = await _figures()
    assert (figures.corrected["contacts"], figures.reported) == (0, {**figures.corrected})


async def test_an_import_into_a_locked_month_adds_nothing_and_says_so_row_by_row(database: Database) -> None:
    first = await imported(sheet(row()))
    await locked()
    again = await imported(sheet(row(), row(序号="2", 服务日期="2026-09-04")))
    assert (fates_of(first), fates_of(again)) == ((1, 0, 0), (0, 1, 1))
    assert reasons_of(again) == [(2, "month_locked")]
    assert len(await stored(ServiceContact)) == 1


async def test_a_month_that_locks_while_an_import_runs_takes_none_of_its_rows(database: Database) -> None:
    book = open_workbook(sheet(row()))
    key = await bring(sheet(row()))
    async with begin(IMPORTER, read_only=True) as unit:
        plan = await plan_import(unit, book, PROGRAM, NORTH, MONTH)
    await locked()
    with pytest.raises(Conflict):
        async with begin(IMPORTER) as unit:
            await import_rows(unit, key, plan)
    await import_file(str(key))
    assert await stored(ServiceContact) == []
