"""Bringing a workbook through the page: at once refused, tried, imported, corrected."""

import io
import re
from typing import Any
from uuid import UUID

import httpx2
import pytest
from python_calamine import CalamineWorkbook

from coord.contacts import ContactFilter, count_contacts
from coord.work import begin
from coord.work.engine import Database
from tests.coord.importing.running import GOOD, bring, file_of, row, sheet
from tests.web.visit import HTMX, count_of, visiting, visitor
from tests.world import NORTH, PROGRAM, SOUTH, cast
from workers.jobs.imports import import_file

pytestmark = pytest.mark.anyio
PLACE = f"{PROGRAM}/{NORTH}"


async def upload(client: httpx2.AsyncClient, content: bytes, name: str = "H001.csv", **said: str) -> httpx2.Response:
    """Post the form as a browser does."""
    given = {"place": PLACE, "month": "", "dry_run": "false", **said}
    return await client.post("/imports", data=given, files={"file": (name, content)} if name else None)


async def done(client: httpx2.AsyncClient, content: bytes, **said: str) -> str:
    """Upload, let the job run, and return the path of the result."""
    answer = await upload(client, content, **said)
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    await import_file(path.rsplit("/", 1)[1])
    return str(path)


async def test_a_workbook_is_brought_imported_by_the_job_and_told_row_by_row(database: Database) -> None:
    async with visiting("sam") as sam:
        answer = await upload(sam, file_of("H001").read_bytes())
        path = answer.headers["location"]
        waiting = await sam.get(path)
        assert f'hx-get="{path}?asked=1"' in waiting.text
        assert "You may leave this page" in waiting.text
        await import_file(path.rsplit("/", 1)[1])
        over = await sam.get(f"{path}?asked=1", headers=HTMX)
        history = await sam.get("/imports")
    assert over.text.strip().startswith('<div id="outcome"')
    assert "hx-trigger" not in over.text
    assert [int(n) for n in re.findall(r'<p class="value">([\d,]+)</p>', over.text.replace(",", ""))] == [
        337, 34, 4755, 9, 7,
    ]  # fmt: skip
    assert re.findall(r"(Refused|Added|Already there|All) <b>(\d+)</b>", over.text) == [
        ("Refused", "7"), ("Added", "158"), ("Already there", "0"), ("All", "165"),
    ]  # fmt: skip
    assert "service: “打麻将” is no known service" in over.text
    assert path in history.text
    assert await count_of() == 158


async def test_the_poll_waits_longer_each_time_and_stops_by_itself(database: Database) -> None:
    async with visiting("sam") as sam:
        path = (await upload(sam, sheet(row()))).headers["location"]
        delays = [
            re.findall(r"load delay:(\d)s", (await sam.get(f"{path}?asked={n}", headers=HTMX)).text) for n in range(6)
        ]
        odd = await sam.get(f"{path}?asked=-9x", headers=HTMX)
    assert delays == [["1"], ["2"], ["3"], ["5"], ["5"], ["5"]]
    assert odd.status_code == 200


async def test_a_dry_run_writes_nothing_and_leads_to_the_import(database: Database) -> None:
    async with visiting("sam") as sam:
        path = await done(sam, sheet(row()), dry_run="true")
        tried = await sam.get(f"{path}?fate=ALL")
        assert ("Would be added" in tried.text, await count_of()) == (True, 0)
        answer = await sam.post(f"{path}/run")
        await import_file(answer.headers["location"].rsplit("/", 1)[1])
    assert await count_of() == 1


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "", "Choose the file"),
        (b"", "a.csv", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\0", "a.csv", "not a spreadsheet"),
        (sheet(row(备注="=1+1")), "a.csv", "contains formulas"),
        (b"hello", "a.xlsx", "No header was found"),
    ],
)
async def test_a_wrong_file_is_refused_at_once_and_the_rest_of_the_form_stays(
    database: Database, content: bytes, name: str, sentence: str
) -> None:
    async with visiting("sam") as sam:
        answer = await upload(sam, content, name, month="2026-09")
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="2026-09"' in answer.text
    assert 'id="file-wrong"' in answer.text


async def test_a_file_above_the_limit_is_refused_with_one_sentence(database: Database) -> None:
    async with visiting("sam") as sam:
        above = await upload(sam, b"a" * (20 * 1024 * 1024 + 1))
        far_above = await upload(sam, b"a" * (30 * 1024 * 1024))
    assert (above.status_code, "larger than 20 MB" in above.text) == (422, True)
    assert far_above.status_code == 413


async def test_a_table_without_a_month_asks_for_it_and_takes_the_one_given(database: Database) -> None:
    content = sheet(row(), title="记录表")
    async with visiting("sam") as sam:
        asked = await upload(sam, content)
        wrong = await upload(sam, content, month="2026-13")
        path = await done(sam, content, month="2026-09")
        result = await sam.get(path)
    assert (asked.status_code, "The title names no month" in asked.text) == (422, True)
    assert (wrong.status_code, 'id="month-wrong"' in wrong.text) == (422, True)
    assert "Sep 2026" in result.text
    assert await count_of() == 1


@pytest.mark.parametrize("place", [f"{PROGRAM}/{SOUTH}", "X/" + str(NORTH), "nonsense", "", f"{PROGRAM}/1"])
async def test_a_hospital_that_is_not_ones_own_is_refused_and_nothing_is_written(
    database: Database, place: str
) -> None:
    async with visiting("sam") as sam:
        answer = await upload(sam, sheet(row()), place=place)
        history = await sam.get("/imports")
    assert (answer.status_code, "You cannot import records for this hospital" in answer.text) == (422, True)
    assert "Nothing has been imported yet" in history.text


async def test_the_hospitals_to_choose_are_ones_own(database: Database) -> None:
    chosen = {}
    for name in ("sam", "nia", "ola"):
        async with visiting(name) as client:
            chosen[name] = re.findall(r'<option value="DIP/([^"]+)"', (await client.get("/imports")).text)
    assert chosen == {"sam": [str(NORTH)], "nia": [str(SOUTH)], "ola": [str(NORTH), str(SOUTH)]}


@pytest.mark.parametrize("name", ["fatima", "cai", "petra", "adam", "sun"])
async def test_others_may_not_import(database: Database, name: str) -> None:
    async with visiting(name) as client:
        assert [(await client.get("/imports")).status_code, (await upload(client, sheet(row()))).status_code] == [
            403,
            403,
        ]


async def test_foreign_imports_are_not_found_on_any_path(database: Database) -> None:
    key = await bring(sheet(row(服务日期="x")), actor=cast.sam)
    await import_file(str(key))
    async with visiting("nia") as nia:
        seen = [
            (await nia.get(f"/imports/{key}")).status_code,
            (await nia.get(f"/imports/{key}/refused.csv")).status_code,
            (await nia.post(f"/imports/{key}/run")).status_code,
            (await nia.get(f"/imports/{UUID(int=7)}")).status_code,
        ]
    assert seen == [404, 404, 404, 404]


async def test_the_foundation_sees_the_result_but_not_the_file_of_somebody_else(database: Database) -> None:
    key = await bring(sheet(row(服务日期="x", 姓名="某某某")), actor=cast.sam)
    await import_file(str(key))
    async with visiting("ola") as ola:
        page = await ola.get(f"/imports/{key}")
        file = await ola.get(f"/imports/{key}/refused.csv")
    assert ("some" not in page.headers, page.status_code, file.status_code) == (True, 200, 404)
    assert "某某某" not in page.text
    assert "refused.csv" not in page.text


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
async def test_refused_rows_are_downloaded_corrected_and_brought_again(database: Database, ending: str) -> None:
    async with visiting("sam") as sam:
        path = await done(sam, sheet(row(), row(序号="2", **{"时长(分钟)": "-20"}), row(序号="3", 服务日期="x")))
        file = await sam.get(f"{path}/refused.{ending}")
        rows = _rows(file.content, ending)
        assert [cells[0] for cells in rows] == ["H001 2026年9月 医务社工服务记录表", "序号", "2", "3"]
        assert rows[1] == [*GOOD, "Reason for refusal"]
        assert rows[2][8] == ("'-20" if ending == "csv" else "-20")
        corrected = [rows[0], rows[1], [*rows[2][:8], "20", *rows[2][9:]], [rows[3][0], "2026-09-05", *rows[3][2:]]]
        again = await done(sam, "\n".join(",".join(cells) for cells in corrected).encode())
        result = await sam.get(again)
    assert file.headers["content-disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''H001%202026-09%20refused." in file.headers["content-disposition"]
    assert re.findall(r"(Refused|Added) <b>(\d+)</b>", result.text) == [("Refused", "0"), ("Added", "2")]
    assert await count_of() == 3


def _rows(content: bytes, ending: str) -> list[list[str]]:
    if ending == "csv":
        return [line.split(",") for line in content.decode("utf-8-sig").splitlines()]
    return [
        list(map(str, cells))
        for cells in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    ]


async def test_an_unknown_kind_of_download_is_not_found(database: Database) -> None:
    async with visiting("sam") as sam:
        path = await done(sam, sheet(row(服务日期="x")))
        assert (await sam.get(f"{path}/refused.exe")).status_code == 404


async def test_rows_are_shown_page_by_page_and_by_fate(database: Database) -> None:
    content = sheet(*(row(序号=str(n), 服务对象编号=f"N-{n}") for n in range(1, 31)), row(序号="99", 服务日期="x"))
    async with visiting("sam") as sam:
        path = await done(sam, content)
        first = await sam.get(f"{path}?fate=ADDED", headers=HTMX)
        second = await sam.get(f"{path}?fate=ADDED&page=2", headers=HTMX)
        odd = await sam.get(f"{path}?fate=XX&page=9999999")
    assert first.text.count('class="num c-head"') == 25
    assert second.text.count('class="num c-head"') == 5
    assert "<html" not in first.text
    assert odd.text.count('class="num c-head"') == 1


@pytest.mark.parametrize("language", ["zh-CN", "en", "ko"])
async def test_every_page_speaks_every_language(database: Database, language: str) -> None:
    key = await bring(file_of("H003").read_bytes(), actor=cast.sam)
    await import_file(str(key))
    async with visiting("sam") as sam:
        await sam.post("/me/preferences", data={"language": language, "theme": "auto"})
        pages = [await sam.get(path) for path in ("/imports", f"/imports/{key}", "/imports/names")]
    assert [(page.status_code, f'lang="{language}"' in page.text) for page in pages] == [(200, True)] * 3


async def test_the_foundation_teaches_a_name_and_workbooks_with_it_import(database: Database) -> None:
    async with visiting("ola") as ola, visiting("sam") as sam:
        before = await done(sam, sheet(row(服务类型="园艺 治疗")))
        added = await ola.post("/imports/names", data={"name": "园艺治疗", "service_code": "CASE_CONTACT"})
        twice = await ola.post("/imports/names", data={"name": "园艺治疗", "service_code": "MDT"})
        empty = await ola.post("/imports/names", data={"name": " ", "service_code": "X"})
        refused, after = await sam.get(before), await sam.get(await done(sam, sheet(row(服务类型="园艺 治疗"))))
        listed = await sam.get("/imports/names")
        own = await sam.post("/imports/names", data={"name": "x", "service_code": "MDT"})
        name_id = re.findall(r"/imports/names/([^/]+)/remove", (await ola.get("/imports/names")).text)
        gone = [(await ola.post(f"/imports/names/{each}/remove")).status_code for each in name_id]
        unknown = await ola.post(f"/imports/names/{UUID(int=3)}/remove")
    assert [added.status_code, twice.status_code, empty.status_code, own.status_code] == [303, 422, 422, 403]
    assert ("Refused <b>1</b>" in refused.text, "Added <b>1</b>" in after.text) == (True, True)
    assert ("园艺治疗" in listed.text, "/remove" in listed.text) == (True, False)
    assert (gone, unknown.status_code) == ([303, 303], 404)


async def test_what_sam_imports_souths_worker_never_counts(database: Database) -> None:
    counted: dict[str, Any] = {}
    async with visiting("sam") as sam:
        await done(sam, sheet(row()))
    for name in ("sam", "nia"):
        async with begin(getattr(cast, name), read_only=True) as unit:
            counted[name] = await count_contacts(unit, ContactFilter())
    assert counted == {"sam": 1, "nia": 0}


async def test_an_upload_without_a_session_asks_to_sign_in_and_comes_back(database: Database) -> None:
    async with visitor() as nobody:
        answer = await upload(nobody, sheet(row()))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Fimports")
    assert await count_of() == 0
