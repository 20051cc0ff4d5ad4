"""A list of people: read, tried, imported once, found by the duplicate search, taken back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col

from coord.access import Actor
from coord.clients.inputs import Likeness
from coord.clients.matching import ask_elsewhere, likely_doubles
from coord.clients.record.reads import records
from coord.clients.record.tables import ClientRecord
from coord.clients.tables import Client, ClientIdentity, ClientMatchKey
from coord.contacts.importing import RequestImport, import_report, request_import, undo_import
from coord.contacts.importing.reads import ImportReport
from coord.contacts.tables import ContactImport
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.work import begin
from coord.work.engine import Database
from tests.coord.importing.running import bring, fates_of, imported, reasons_of, row, sheet
from tests.coord.making import contact, log, stored
from tests.world import NORTH, PROGRAM, SOUTH, cast
from workers.jobs.imports import import_file
from workers.jobs.rights import undo_import as run_undo

pytestmark = pytest.mark.anyio
HEADER = "序号,服务对象编号,姓名,性别,出生日期,联系电话,现住区县,证件类型,证件号码,监护人,服务来源,医保类型,家庭类型,诊断(ICD)"
ZENG = "1,N-1,曾小雨,女,1949/12/31,139 1234 5678,海淀区,身份证,11010519491231002X,,社区转介,职工医保,低保边缘,F32.1"


def people(*rows: str, title: str = "H001 服务对象名单") -> bytes:
    return "\r\n".join([title, HEADER, *rows, ""]).encode()


async def brought(*rows: str, actor: Actor = cast.sam, **said: Any) -> ImportReport:
    return await imported(people(*rows), actor=actor, kind="CLIENTS", **said)


async def made(name: str = "") -> Sequence[Client]:
    return await stored(Client, col(Client.code).startswith(name or "N-"))


async def doubles(**said: Any) -> list[str]:
    async with begin(cast.sam) as unit:
        return [card.code for card in await likely_doubles(unit, Likeness.parse(said))]


async def test_everything_that_the_list_says_stands_in_the_record(database: Database) -> None:
    report = await brought(ZENG)
    assert (fates_of(report), [one.code for one in report.rows]) == ((1, 0, 0), ["N-1"])
    (client,) = await made()
    assert (client.gender, client.birth_year, client.district, client.hospital_id) == ("FEMALE", 1949, "海淀区", NORTH)
    async with begin(cast.sam) as unit:
        record = (await records(unit, [client.id]))[client.id]
    told = ("birth_date", "id_type", "id_number_end", "source", "insurance_type", "household_type", "diagnosis")
    assert [record[name] for name in told] == [
        "1949-12-31", "ID_CARD", "002X", "COMMUNITY", "EMPLOYEE", "NEAR_MINIMUM_INCOME", "F32.1",
    ]  # fmt: skip


async def test_who_came_by_a_list_is_found_like_who_was_registered(database: Database) -> None:
    await brought(ZENG)
    assert await doubles(name="曾小雨") == ["N-1"]
    assert await doubles(name="不一样", phone="010-5678") == ["N-1"]
    assert await doubles(name="不一样", id_number="11010519491231002x") == ["N-1"]
    asked = Likeness.parse({"name": "曾小雨", "phone": "13912345678", "birth_year": 1949})
    assert await ask_elsewhere(cast.nia, asked) == ["北岸医院 North"]


async def test_who_came_with_services_is_found_as_well(database: Database) -> None:
    await imported(sheet(row()))
    assert await doubles(name="王小明") == ["N-1"]


async def test_a_dry_run_tells_the_same_and_writes_nobody(database: Database) -> None:
    before = len(await stored(Client))
    report = await brought(ZENG, "2,N-2,林三,男,,,,,,,,,,", dry_run=True)
    assert (fates_of(report), len(await stored(Client))) == ((2, 0, 0), before)


async def test_the_same_list_twice_adds_nobody_with_or_without_codes(database: Database) -> None:
    rows = [ZENG, "2,,林三,男,1980-05-06,13800001111,,,,,,,,", "3,,王四,男,,,,护照,E7654321,,,,,"]
    assert fates_of(await brought(*rows)) == (3, 0, 0)
    number = len(await stored(Client))
    again = await brought(*rows)
    assert (fates_of(again), len(await stored(Client))) == ((0, 3, 0), number)
    assert all(one.code for one in again.rows)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2,N-2,,女,,,,,,,,,,", "missing_name"),
        ("2,N-2,林三,女,9月31日,,,,,,,,,", "bad_birth_year"),
        ("2,N-2,林三,女,2099-01-01,,,,,,,,,", "future_date"),
        ("2,N-2,林三,X,,,,,,,,,,", "bad_gender"),
        ("2,N-2,林三,女,,,,军官,1,,,,,", "bad_choice"),
        ("2,N-2,林三,女,,,,,E1,,,,,", "missing_id_type"),
        ("2,N-2,林三,女,,,,身份证,123,,,,,", "bad_id_number"),
        ("2,N-2,林三,女,1980-01-01,,,身份证,11010519491231002X,,,,,", "id_number_differs"),
        ("2,N-2,林三,女,2015-06-01,,,,,,,,,", "guardian_required"),
        ("2,N-2,林三,女,,,,,,,,,,抑郁", "not_icd"),
        ("2,,林三,女,1980-01-01,,,,,,,,,", "needs_more"),
        ("2,N-1,林三,女,,,,,,,,,,", "duplicate_of_row"),
        ("2,N-9,曾小雨,女,1949-12-31,13912345678,,,,,,,,", "duplicate_of_row"),
        ("2," + "N" * 41 + ",林三,女,,,,,,,,,,", "too_long"),
    ],
)
async def test_a_bad_row_is_refused_with_its_reason_and_loses_no_other(
    database: Database, line: str, reason: str
) -> None:
    report = await brought(ZENG, line)
    assert (fates_of(report), reasons_of(report)) == ((1, 0, 1), [(2, reason)])
    assert len(await made("N-1")) == 1


async def test_who_is_known_under_another_code_or_whose_code_is_anothers_is_not_written(database: Database) -> None:
    await brought(ZENG)
    report = await brought(
        "1,N-7,曾小雨,女,1949-12-31,13912345678,,,,,,,,", "2,N-1,赵大,男,,,,,,,,,,", "3,N-1,曾小雨,,,,,,,,,,,"
    )
    assert reasons_of(report) == [(1, "likely_double"), (2, "code_of_another"), (3, "duplicate_of_row")]
    assert report.rows[0].faults[0].arguments == {"code": "N-1"}
    assert await made("N-7") == []


@pytest.mark.parametrize(("who", "hospital"), [("ola", NORTH), ("sun", NORTH), ("sam", SOUTH), ("fatima", NORTH)])
async def test_nobody_but_a_worker_of_the_hospital_brings_people(database: Database, who: str, hospital: UUID) -> None:
    given = RequestImport.parse({"program": PROGRAM, "hospital": hospital, "file_name": "a.csv", "kind": "CLIENTS"})
    with pytest.raises((NotAllowed, Invalid, NotFound)):
        async with begin(getattr(cast, who)) as unit:
            await request_import(unit, given, people(ZENG))
    assert await stored(ContactImport) == []


async def test_taking_it_back_removes_whom_nothing_else_is_known_of(database: Database) -> None:
    key = await bring(people(ZENG, "2,N-2,林三,男,,,,,,,,,,"), kind="CLIENTS")
    await import_file(str(key))
    busy = next(client for client in await made() if client.code == "N-2")
    await log(contact(client=str(busy.id)))
    async with begin(cast.sam) as unit:
        await undo_import(unit, key)
    for _ in range(2):
        await run_undo(str(key))
    async with begin(cast.sam, read_only=True) as unit:
        report = await import_report(unit, key)
    assert report.undone == (1, 1)
    assert [client.code for client in await made()] == ["N-2"]
    gone = next(client for client in await stored(Client) if client.erased_on is not None)
    for model in (ClientIdentity, ClientRecord):
        assert await stored(model, model.id == gone.id) == []
    assert await stored(ClientMatchKey, ClientMatchKey.client_id == gone.id) == []
    # What was taken back can be imported again under the same code.
    assert fates_of(await brought(ZENG)) == (1, 0, 0)


async def test_an_import_is_taken_back_once_and_no_dry_run_and_no_services_are(database: Database) -> None:
    key = await bring(people(ZENG), kind="CLIENTS")
    await import_file(str(key))
    tried = await bring(people(ZENG), kind="CLIENTS", dry_run=True)
    await import_file(str(tried))
    services = await bring(sheet(row(服务对象编号="N-5")))
    await import_file(str(services))
    async with begin(cast.sam) as unit:
        await undo_import(unit, key)
    for one in (key, tried, services):
        with pytest.raises(Conflict):
            async with begin(cast.sam) as unit:
                await undo_import(unit, one)
    with pytest.raises(NotAllowed):
        async with begin(cast.ola) as unit:
            await undo_import(unit, key)


@pytest.mark.parametrize(
    ("household", "insurance", "source", "code"),
    [
        ("普通", "城镇职工医保", "社区", ("ORDINARY", "EMPLOYEE", "COMMUNITY")),
        ("低保户", "新农合", "主动求助", ("MINIMUM_INCOME", "RESIDENT", "SELF_REFERRED")),
        ("ORDINARY", "居民医保", "其他", ("ORDINARY", "RESIDENT", "OTHER")),
    ],
)
async def test_the_words_of_hospitals_lists_are_understood(
    database: Database, household: str, insurance: str, source: str, code: tuple[str, ...]
) -> None:
    report = await brought(f"1,N-1,曾小雨,女,1949-12-31,13912345678,海淀区,,,,{source},{insurance},{household},")
    assert fates_of(report) == (1, 0, 0), reasons_of(report)
    (client,) = await made()
    async with begin(cast.sam) as unit:
        record = (await records(unit, [client.id]))[client.id]
    assert tuple(record[name] for name in ("household_type", "insurance_type", "source")) == code
