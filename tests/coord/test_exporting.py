"""Lists that leave the house: harmless in every spreadsheet, capped, on the trail, within the actor's rows."""

import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from coord.audit.tables import AuditEntry
from coord.clients.disclosure import version
from coord.contacts import ContactFilter
from coord.contacts.importing import IMPORTER
from coord.kernel.errors import Invalid, NotAllowed
from coord.kernel.sheets import csv_table, harmless, sheet_name, xlsx_table
from coord.kernel.sql import select
from coord.measures import MeasureQuery, ProgressQuery, exporting
from coord.work import begin
from coord.work.engine import Database
from tests.coord.importing.running import imported, row, sheet
from tests.world import NORTH, PROGRAM, cast

ATTACKS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\0=1", "＝1", "＋1", "－1", "＠x")


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_that_could_start_a_formula_gets_an_apostrophe_in_csv(attack: str) -> None:
    assert harmless(attack) == "'" + attack


def test_csv_starts_with_a_byte_order_mark_and_keeps_numbers_and_dates() -> None:
    made = csv_table([("甲", -3, 1.5, date(2026, 9, 3), datetime(2026, 9, 3, 8, 5, tzinfo=UTC), None, 'a"b,c')])
    assert made == b'\xef\xbb\xbf\xe7\x94\xb2,-3,1.5,2026-09-03,2026-09-03 08:05+00:00,,"a""b,c"\r\n'


def test_xlsx_keeps_dangerous_text_as_text_and_has_no_formula_and_no_link() -> None:
    made = xlsx_table("x", [("h",), *((attack,) for attack in ATTACKS[:4]), ("https://example.org",)])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_index(0).to_python()
    assert [cells[0] for cells in rows] == ["h", *ATTACKS[:4], "https://example.org"]
    assert b"<f>" not in made


@given(st.text(max_size=60))
def test_every_text_makes_a_sheet_name(text: str) -> None:
    name = sheet_name(text)
    assert 1 <= len(name) <= 31
    assert not set(name) & set("[]:*?/\\'")


@given(st.lists(st.lists(st.text(max_size=30), min_size=1, max_size=4), max_size=5))
def test_no_exported_cell_starts_like_a_formula(rows: list[list[str]]) -> None:
    assert all(not harmless(cell).startswith(("=", "+", "-", "@", "\t", "\r")) for cells in rows for cell in cells)


@pytest.mark.anyio
async def test_an_export_holds_the_actors_rows_and_leaves_a_trace(database: Database) -> None:
    await imported(sheet(row(家属人数="1"), row(序号="2", 服务日期="2026-09-04", 是否完成="未到")))
    counted = []
    for actor in (cast.sam, cast.nia, cast.ola):
        async with begin(actor) as unit:
            rows = await exporting.export_contacts(unit, ContactFilter(program=PROGRAM, hospital=NORTH))
        counted.append([(str(r["occurred_on"]), r["client.code"], r["person_times"]) for r in rows])
    assert counted == [[("2026-09-04", "N-1", 0), ("2026-09-03", "N-1", 2)], [], counted[0]]
    async with begin(IMPORTER, read_only=True) as unit:
        entries = await unit.scalars(select(AuditEntry).where(AuditEntry.verb == "contact.export"))
    told = {"rules": "2026.1", "notice": version()}
    assert [(e.actor_name, e.subject, e.after) for e in sorted(entries, key=lambda e: e.seq)] == [
        (name, "service_contact", {"program": PROGRAM, "hospital": str(NORTH), "rows": n, **told})
        for name, n in (("Sam", 2), ("Nia", 0), ("Ola", 2))
    ]


@pytest.mark.anyio
async def test_pages_of_a_long_export_are_put_together(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await imported(sheet(*(row(序号=str(n), 服务日期=f"2026-09-{n:02d}") for n in range(1, 8))))
    monkeypatch.setattr(exporting, "_AT_ONCE", 3)
    async with begin(cast.sam) as unit:
        rows = await exporting.export_contacts(unit, ContactFilter())
    assert [r["occurred_on"].day for r in rows] == [7, 6, 5, 4, 3, 2, 1]


@pytest.mark.anyio
async def test_a_list_too_long_for_a_spreadsheet_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(sheet(row(), row(序号="2", 服务日期="2026-09-04")))
    monkeypatch.setattr(exporting, "MAX_ROWS", 1)
    with pytest.raises(Invalid) as refused:
        async with begin(cast.sam) as unit:
            await exporting.export_contacts(unit, ContactFilter())
    assert [p.code for p in refused.value.problems] == ["EXPORT_TOO_LARGE"]


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["fatima", "cai", "petra", "adam"])
async def test_others_may_not_export(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        async with begin(getattr(cast, name)) as unit:
            await exporting.export_contacts(unit, ContactFilter())


@pytest.mark.anyio
async def test_the_foundation_exports_its_hospitals_and_leaves_a_trace(database: Database) -> None:
    async with begin(cast.ola) as unit:
        hospitals = await exporting.export_hospitals(unit, ProgressQuery(program=PROGRAM))
    assert sorted(h.code for h in hospitals) == ["H001", "H002"]
    async with begin(IMPORTER, read_only=True) as unit:
        (entry,) = await unit.scalars(select(AuditEntry).where(AuditEntry.verb == "contact.export"))
    assert (entry.subject, entry.after) == ("hospital", {"program": PROGRAM, "rows": 2, "rules": "2026.1"})


@pytest.mark.anyio
async def test_exported_numbers_leave_a_trace_and_entry_times_are_the_programs(database: Database) -> None:
    query = MeasureQuery(program=PROGRAM, from_day="2026-09-01", to_day="2026-09-30", group_by=("HOSPITAL",))
    with time_machine.travel(datetime(2026, 9, 30, 20, 5, tzinfo=UTC), tick=False):
        await imported(sheet(row()))
    async with begin(cast.ola) as unit:
        table = await exporting.export_measures(unit, query)
        (contact,) = await exporting.export_contacts(unit, ContactFilter())
    async with begin(IMPORTER, read_only=True) as unit:
        entries = await unit.scalars(select(AuditEntry).where(AuditEntry.verb == "contact.export"))
    assert table.total["person_times"] == 1
    assert str(contact["recorded_at"]) == "2026-10-01 04:05:00"
    assert sorted((e.subject, e.after["rows"]) for e in entries) == [("measure", 2), ("service_contact", 1)]
