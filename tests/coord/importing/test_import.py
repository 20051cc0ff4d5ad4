"""Importing: what it writes, what it leaves alone, and who may."""

import uuid
from datetime import timedelta

import anyio
import pytest
import time_machine
from sqlmodel import func

from coord.audit.tables import AuditEntry
from coord.clients import find_clients
from coord.clients.codes import Gender
from coord.clients.consents.tables import Consent
from coord.clients.tables import Client, ClientIdentity, ClientKey
from coord.clients.vault import opened_identity
from coord.contacts import ContactFilter, contacts_on_page, count_contacts, withdraw_contact
from coord.contacts.codes import FlagKind
from coord.contacts.importing import IMPORTER, import_content, import_report, import_rows, imports, open_workbook
from coord.contacts.importing import plan_import as plan
from coord.contacts.importing.reads import ImportReport
from coord.contacts.importing.refused import refused_table
from coord.contacts.tables import ContactImport, ImportFile, QualityFlag, ServiceContact
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, NotAllowed, NotFound
from coord.kernel.sheets import csv_table, xlsx_table
from coord.kernel.sql import select
from coord.placements.tables import Placement
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from coord.workforce.tables import Worker
from tests.coord.importing.running import (
    HEADER,
    bring,
    fates_of,
    file_of,
    imported,
    reasons_of,
    row,
    sheet,
    totals,
)
from tests.coord.making import stored
from tests.world import AGENCY, NORTH, PROGRAM, SAM_WORKER, SOUTH, cast
from workers.jobs.imports import import_file
from workers.perform import perform

pytestmark = pytest.mark.anyio


async def how_many(model: type, *where: object) -> int:
    async with begin(IMPORTER, read_only=True) as unit:
        return int(await unit.scalar(select(func.count()).select_from(model).where(*where)))


async def test_a_client_not_yet_known_is_registered_by_code_without_recorded_consent(database: Database) -> None:
    await imported(sheet(row(), row(序号="2", 服务日期="2026-09-04", 姓名="")))
    async with begin(IMPORTER, read_only=True) as unit:
        client = await unit.scalar(select(Client).where(Client.code == "N-1"))
        vault = await unit.scalar(select(ClientIdentity).where(ClientIdentity.id == client.id))
        key = await unit.scalar(select(ClientKey).where(ClientKey.id == client.id))
    assert (client.hospital_id, client.gender, client.birth_year) == (NORTH, Gender.MALE, 1980)
    assert await how_many(Consent, Consent.client_id == client.id) == 0
    assert opened_identity(client.id, key.wrapped, vault.name) == ("王小明", None)
    assert await how_many(Client, Client.code == "N-1") == 1


async def test_a_client_without_a_name_is_registered_without_an_identity(database: Database) -> None:
    await imported(sheet(row(姓名="")))
    async with begin(IMPORTER, read_only=True) as unit:
        client = await unit.scalar(select(Client).where(Client.code == "N-1"))
    assert await how_many(ClientIdentity, ClientIdentity.id == client.id) == 0


async def test_a_known_client_keeps_what_is_recorded(database: Database) -> None:
    await imported(sheet(row(服务对象编号="NORTH-0001", 姓名="别人", 出生年份="1901")))
    async with begin(cast.sam) as unit:
        client = await unit.scalar(select(Client).where(Client.code == "NORTH-0001"))
        assert (await find_clients(unit, "别人"), len(await find_clients(unit, "NORTH-0001"))) == ([], 1)
    assert client.birth_year == 1980
    assert await how_many(Consent, Consent.client_id == client.id) == 1
    assert await how_many(ClientIdentity, ClientIdentity.id == client.id) == 1


async def test_a_worker_with_a_post_is_found_by_name_and_others_become_the_hospitals_own(database: Database) -> None:
    await imported(sheet(row(社工="Sam"), row(序号="2", 服务日期="2026-09-04"), row(序号="3", 服务日期="2026-09-05")))
    async with begin(IMPORTER, read_only=True) as unit:
        rows = await unit.rows(
            select(ServiceContact.worker_id, ServiceContact.agency_id).order_by(ServiceContact.occurred_on)
        )
        own = await unit.scalar(select(Worker).where(Worker.display_name == "社工A"))
    assert [tuple(found) for found in rows] == [(SAM_WORKER, AGENCY), (own.id, None), (own.id, None)]
    assert own.employer_id == NORTH


async def test_two_workers_of_one_service_count_people_once_and_minutes_for_each(database: Database) -> None:
    await imported(sheet(row(社工="Sam、Eve")))
    told = await totals()
    assert (told["person_times"], told["minutes"]) == (1, 60)


async def test_a_post_that_had_ended_refuses_the_row(database: Database) -> None:
    async with begin(IMPORTER) as unit:
        post = await unit.scalar(select(Placement).where(Placement.worker_id == SAM_WORKER))
        post.ends_on = post.starts_on
    report = await imported(sheet(row(社工="Sam")))
    assert reasons_of(report) == [(1, "outside_post")]


async def test_heads_relatives_and_attempts_become_facts_of_the_contact(database: Database) -> None:
    await imported(
        sheet(
            row(家属人数="2"),
            row(序号="2", 服务日期="2026-09-04", 是否完成="未到"),
            row(序号="3", 服务日期="2026-09-05", 服务对象编号="", 姓名="", 服务类型="小组活动", 服务对象人数="12人"),
            row(序号="4", 服务日期="2026-09-06", 服务对象人数="0"),
            row(序号="5", 服务日期="2026-09-07", 服务类型="资源链接"),
        )
    )
    told = await totals()
    assert told["person_times"] == 15
    assert told["persons"] == 3
    assert (told["attempts_not_delivered"], told["sessions"], told["minutes"]) == (1, 1, 120)


async def test_a_dry_run_tells_every_fate_and_writes_nothing(database: Database) -> None:
    before = [await how_many(model) for model in (ServiceContact, Client, Worker)]
    report = await imported(sheet(row(), row(序号="2", 服务日期="x")), dry_run=True)
    assert fates_of(report) == (1, 0, 1)
    assert [await how_many(model) for model in (ServiceContact, Client, Worker)] == before


async def test_a_dry_run_after_an_import_says_what_is_there_already(database: Database) -> None:
    await imported(sheet(row()))
    report = await imported(sheet(row(), row(序号="2", 服务日期="2026-09-09")), dry_run=True)
    assert fates_of(report) == (1, 1, 0)


async def test_the_month_that_is_given_wins_over_the_title(database: Database) -> None:
    report = await imported(sheet(row(), row(序号="2", 服务日期="2026-08-03")), month="2026-08")
    assert reasons_of(report) == [(1, "date_outside_month")]
    assert report.card.month == "2026-08"


async def test_without_any_month_the_whole_file_is_refused(database: Database) -> None:
    report = await imported(sheet(row(), title="记录表"))
    assert report.problem is not None
    assert (report.problem.field, report.problem.code, report.card.state) == (
        "month", "FILE_NAMES_NO_MONTH", "REFUSED",
    )  # fmt: skip


@pytest.mark.parametrize(
    "title", ["H002 2026年9月 医务社工服务记录表", "2026年9月\n医院：ｈ００２", "（H002）2026年9月", "H002_2026-09"]
)
async def test_a_title_that_names_another_hospital_refuses_the_whole_file(database: Database, title: str) -> None:
    report = await imported(sheet(row(), title=title))
    assert report.problem is not None
    assert (report.problem.field, report.problem.code) == ("file", "FILE_OF_ANOTHER_HOSPITAL")
    assert dict(report.problem.arguments) == {"named": "H002", "chosen": "H001"}
    assert (report.card.state, await how_many(ServiceContact), await how_many(Client, Client.code == "N-1")) == (
        "REFUSED", 0, 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    "title",
    [
        "2026年9月 记录表",
        "H0021 2026年9月",
        "XH002 2026年9月",
        "A01 2026年9月",
        "H999 2026年9月",
        "H001（转自H002）2026年9月",
    ],
)
async def test_a_title_without_the_code_of_another_hospital_is_no_obstacle(database: Database, title: str) -> None:
    assert fates_of(await imported(sheet(row(), title=title))) == (1, 0, 0)


async def test_a_wholly_wrong_file_is_refused_with_one_problem_and_writes_nothing(database: Database) -> None:
    report = await imported(b"\x89PNG\r\n\x1a\n\0\0")
    assert report.problem is not None
    assert (report.problem.code, report.card.state, report.rows) == ("FILE_NOT_A_SHEET", "REFUSED", [])
    assert await how_many(ServiceContact) == 0


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_refused_rows_are_downloaded_corrected_and_imported(database: Database, kind: str) -> None:
    content = file_of("H001").read_bytes()
    book, report = open_workbook(content), await imported(content)
    table = refused_table(book, report.rows)
    assert [len(line.cells) for line in table.rows] == [14] * 7
    lines = [[*line.cells, "why"] for line in table.rows]
    rows = [*table.titles, [*table.header, "拒绝原因"], *lines]
    unchanged = csv_table(rows) if kind == "csv" else xlsx_table("记录", rows, header=3)
    assert [reason for _, reason in reasons_of(await imported(unchanged))] == [
        "bad_duration", "missing_client", "bad_headcount", "unknown_service", "date_outside_month", "bad_date",
    ]  # fmt: skip
    places = {name: place for place, name in enumerate(table.header)}
    for cells in lines:
        cells[places["服务日期"]], cells[places["服务类型"]] = "2026-09-30", "个案面谈"
        cells[places["时长(分钟)"]], cells[places["服务对象人数"]] = "77", "1"
        cells[places["服务对象编号"]] = cells[places["服务对象编号"]] or "H001-0299"
    corrected = csv_table(rows) if kind == "csv" else xlsx_table("记录", rows, header=3)
    assert fates_of(await imported(corrected)) == (7, 0, 0)


async def test_an_import_that_was_killed_goes_on_where_it_was(database: Database) -> None:
    content = sheet(*(row(序号=str(n), 服务对象编号=f"N-{n}") for n in range(1, 451)))
    key = await bring(content)
    async with begin(IMPORTER) as unit:
        first = await plan(unit, open_workbook(content), PROGRAM, NORTH)
        assert not await import_rows(unit, key, first)
    assert await how_many(ServiceContact) == 200
    await import_file(str(key))
    await import_file(str(key))
    async with begin(cast.sam, read_only=True) as unit:
        report = await import_report(unit, key)
    assert fates_of(report) == (450, 0, 0)
    assert (report.card.rows_done, report.card.rows_total, await how_many(ServiceContact)) == (450, 450, 450)


async def test_each_contact_is_on_the_trail_and_all_wait_for_one_quality_check(database: Database) -> None:
    await imported(sheet(row(), row(序号="2", 服务日期="2026-09-04")))
    assert await how_many(AuditEntry, AuditEntry.verb == "contact.log") == 2
    assert await how_many(AuditEntry, AuditEntry.verb == "contact.import") == 1
    (check,) = await stored(OutboxJob, OutboxJob.job == "contacts.flag_quality")
    assert check.arguments == {"contact": " ".join(sorted(str(c.id) for c in await stored(ServiceContact)))}
    assert await how_many(OutboxJob, OutboxJob.job == "contacts.import") == 1


async def test_the_check_after_an_import_flags_long_services_but_neither_lateness_nor_many_at_once(
    database: Database,
) -> None:
    rows = [row(序号=str(n), 服务日期="2026-09-03", 服务对象编号=f"N-{n}") for n in range(1, 31)]
    with time_machine.travel("2026-12-01T10:00:00+08:00"):
        await imported(sheet(*rows, row(序号="31", **{"时长(分钟)": "400"})))
        checks = await stored(OutboxJob, OutboxJob.job == "contacts.flag_quality")
        for check in checks * 2:
            await perform(str(check.id))
    assert [flag.kind for flag in await stored(QualityFlag)] == [FlagKind.TOO_LONG]


async def test_one_check_finds_what_clashes_inside_a_batch_and_with_what_was_logged(database: Database) -> None:
    note = "与患者及家属沟通病情，患者情绪稳定，配合治疗，继续关注。"
    await imported(
        sheet(row(备注=note), row(序号="2", 社工="社工B"), row(序号="3", 服务对象编号="N-2", 备注=note + " "))
    )
    (check,) = await stored(OutboxJob, OutboxJob.job == "contacts.flag_quality")
    await perform(str(check.id))
    flags = await stored(QualityFlag)
    assert sorted(flag.kind for flag in flags) == [FlagKind.COPIED_NOTE] * 2 + [FlagKind.SAME_CLIENT_TWO_WORKERS] * 2
    assert await how_many(AuditEntry, AuditEntry.verb == "contact.flag") == 4


async def test_a_contact_that_was_withdrawn_does_not_come_back_by_itself(database: Database) -> None:
    await imported(sheet(row()))
    async with begin(cast.sam) as unit:
        (contact,) = await contacts_on_page(unit, ("id",), ContactFilter(), page=1, size=10)
        await withdraw_contact(unit, contact["id"])
    assert reasons_of(await imported(sheet(row()))) == [(1, "withdrawn_before")]
    assert (await totals())["person_times"] == 0


async def test_souths_worker_cannot_import_for_north_nor_see_its_imports(database: Database) -> None:
    with pytest.raises(Invalid) as refused:
        await bring(sheet(row()), actor=cast.nia, hospital=NORTH)
    assert [(p.field, p.code) for p in refused.value.problems] == [("hospital", "NO_IMPORT_FOR_HOSPITAL")]
    assert await how_many(ContactImport) == 0
    key = await bring(sheet(row()), actor=cast.sam)
    async with begin(cast.nia, read_only=True) as unit:
        assert await imports(unit) == []
        with pytest.raises(NotFound):
            await import_report(unit, key)


@pytest.mark.parametrize("hospital", [SOUTH, AGENCY, uuid.UUID(int=5)])
async def test_foreign_and_invented_hospitals_get_the_same_answer(database: Database, hospital: uuid.UUID) -> None:
    with pytest.raises(Invalid) as refused:
        await bring(sheet(row()), hospital=hospital)
    assert [p.code for p in refused.value.problems] == ["NO_IMPORT_FOR_HOSPITAL"]


@pytest.mark.parametrize("name", ["fatima", "cai", "sun", "petra", "adam"])
async def test_others_may_not_import_at_all(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await bring(sheet(row()), actor=getattr(cast, name))
    assert await how_many(ContactImport) == 0


async def test_the_foundation_may_import_for_its_hospitals_but_does_not_get_others_files(database: Database) -> None:
    report: ImportReport = await imported(sheet(row()), actor=cast.ola)
    assert fates_of(report) == (1, 0, 0)
    key = await bring(sheet(row()), actor=cast.sam)
    async with begin(cast.ola, read_only=True) as unit:
        assert [card.id for card in await imports(unit)] == [key, report.card.id]
        with pytest.raises(NotFound):
            await import_content(unit, key)
    async with begin(cast.sam, read_only=True) as unit:
        assert await import_content(unit, key) == sheet(row())


async def test_imported_contacts_are_seen_by_their_hospital_only(database: Database) -> None:
    await imported(sheet(row()))
    seen = []
    for actor in (cast.sam, cast.nia, cast.ola):
        async with begin(actor, read_only=True) as unit:
            seen.append(await count_contacts(unit, ContactFilter()))
    assert seen == [1, 0, 1]


async def test_a_row_without_a_number_is_told_by_its_place(database: Database) -> None:
    report = await imported(sheet(row(序号="", 服务日期="x")))
    assert reasons_of(report) == [(3, "bad_date")]
    assert HEADER.startswith("序号")


async def test_files_are_forgotten_after_seven_days(database: Database) -> None:
    old = await bring(sheet(row()))
    with time_machine.travel(now() + timedelta(days=8), tick=True):
        young = await bring(sheet(row(序号="2", 服务日期="2026-09-04")))
        await import_file(str(young))
    assert await how_many(ImportFile, ImportFile.id == old) == 0
    assert await how_many(ImportFile, ImportFile.id == young) == 1


async def test_a_workers_code_that_is_taken_elsewhere_does_not_stop_an_import(database: Database) -> None:
    async with begin(IMPORTER) as unit:
        unit.add(Worker(code="H001-社工A", display_name="somebody else", employer_id=SOUTH))
    report = await imported(sheet(row(), row(序号="2", 服务日期="2026-09-04", 社工="长" * 90)))
    assert fates_of(report) == (2, 0, 0)
    assert await how_many(Worker, Worker.display_name == "社工A") == 1


async def test_the_same_file_imported_twice_at_once_adds_everything_once(real_database: Database) -> None:
    content = file_of("H001").read_bytes()
    keys = [await bring(content) for _ in range(2)]
    async with anyio.create_task_group() as tasks:
        for key in keys:
            tasks.start_soon(import_file, str(key))
    added = []
    for key in keys:
        async with begin(cast.sam, read_only=True) as unit:
            added.append(fates_of(await import_report(unit, key)))
    assert sum(new for new, _, _ in added) == 158
    assert [new + there for new, there, _ in added] == [158, 158]
    assert await how_many(ServiceContact) == 158
    assert await how_many(Worker, Worker.display_name == "社工A") == 1
