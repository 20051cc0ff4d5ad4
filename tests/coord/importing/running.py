"""Importing in tests: the way a person's upload goes, job included."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

from coord.access import Actor
from coord.contacts.importing import RequestImport, import_report, request_import
from coord.contacts.importing.outcome import Fate
from coord.contacts.importing.reads import ImportReport
from coord.measures import MeasureQuery, measure_table
from coord.work import begin
from tests.world import NORTH, PROGRAM, cast
from workers.jobs.imports import import_file

WORKBOOKS = Path(__file__).parents[2] / "data" / "workbooks"
HEADER = "序号,服务日期,服务对象编号,姓名,性别,出生年份,服务类型,服务阶段,时长(分钟),服务对象人数,家属人数,社工,是否完成,备注"
TITLE = "H001 2026年9月 医务社工服务记录表"
GOOD = {
    "序号": "1",
    "服务日期": "2026-09-03",
    "服务对象编号": "N-1",
    "姓名": "王小明",
    "性别": "男",
    "出生年份": "1980",
    "服务类型": "个案面谈",
    "服务阶段": "治疗",
    "时长(分钟)": "30",
    "服务对象人数": "1",
    "家属人数": "",
    "社工": "社工A",
    "是否完成": "是",
    "备注": "",
}


def row(**changed: str) -> str:
    """A good row as CSV, changed where a test needs it."""
    return ",".join({**GOOD, **changed}.values())


def sheet(*rows: str, title: str = TITLE) -> bytes:
    """A UTF-8 workbook of these rows."""
    return "\r\n".join([title, HEADER, *rows, ""]).encode()


def key_of(name: str) -> dict[str, Any]:
    """The answer key of a workbook."""
    found: dict[str, Any] = json.loads((WORKBOOKS / f"{name}_2026-09.key.json").read_text("utf-8"))
    return found


def file_of(name: str) -> Path:
    """The workbook itself."""
    return next(path for path in WORKBOOKS.glob(f"{name}_2026-09.*") if path.suffix in {".csv", ".xlsx"})


async def bring(content: bytes, *, actor: Actor = cast.sam, hospital: UUID = NORTH, **said: Any) -> UUID:
    """Upload a workbook; the job does not run yet."""
    given = RequestImport.parse({"program": PROGRAM, "hospital": hospital, "file_name": "sheet.csv", **said})
    async with begin(actor) as unit:
        return await request_import(unit, given, content)


async def imported(content: bytes, *, actor: Actor = cast.sam, **said: Any) -> ImportReport:
    """Upload a workbook, run its job, and read the report as the one who brought it."""
    key = await bring(content, actor=actor, **said)
    await import_file(str(key))
    async with begin(actor, read_only=True) as unit:
        return await import_report(unit, key)


def fates_of(report: ImportReport) -> tuple[int, int, int]:
    """How many rows were added, were there already, were refused."""
    told = [row.fate for row in report.rows]
    return told.count(Fate.ADDED), told.count(Fate.ALREADY_THERE), told.count(Fate.REFUSED)


def reasons_of(report: ImportReport) -> list[tuple[int, str]]:
    """Row number and first reason of each refused row."""
    return [(row.row, row.faults[0].reason.value) for row in report.rows if row.faults]


async def totals() -> dict[str, int]:
    """All figures of September, as the foundation sees them."""
    query = MeasureQuery(program=PROGRAM, from_day="2026-09-01", to_day="2026-09-30")
    async with begin(cast.ola, read_only=True) as unit:
        return dict((await measure_table(unit, query)).total)
