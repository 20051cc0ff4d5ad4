"""The workbooks of a case and of a month, cell by cell: what stands in them is what was written and counted."""

import io
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from coord.cases.codes import CaseStatus
from coord.clients.disclosure import notice
from coord.contacts.adjusting import take_back
from coord.contacts.inputs import TakeBack
from coord.kernel.workdays import same_month_day_after
from coord.rights import CorrectClient, correct_client
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import SOON, TODAY, case_in
from tests.coord.making import contact, log
from tests.coord.periods.handling import locked
from tests.web.visit import visiting
from tests.world import CHEN, NORTH, cast

pytestmark = pytest.mark.anyio


STEPS = (
    "Handed on · Sam · 请补充材料", "Taken · Sam · 请补充材料", "Submitted for opening · Sam · 请补充材料",
    "Opening approved · Sun · 请补充材料", "Plan submitted · Sam · 请补充材料", "Plan approved · Sun · 请补充材料",
    "Closing submitted · Sam", "Closing approved · Sun · 请补充材料", "Followed up · Sam",
)  # fmt: skip


def due(months: int) -> str:
    """The day of a follow-up after a closure today."""
    return str(same_month_day_after(TODAY, months))


def cells(content: bytes) -> list[list[Any]]:
    """Every cell of the first sheet, as people see it."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return [[said.isoformat() if hasattr(said, "isoformat") else said for said in row] for row in rows]


def expected() -> list[list[Any]]:
    """The file of a case that was opened, planned, closed and followed up once, as written below."""
    day, soon = str(TODAY), str(SOON)
    return [
        ["Part", "Field", "What it says"],
        ["Record", "Code", "NORTH-0231"],
        ["Record", "Gender", "not recorded"],
        ["Record", "District", "海淀区"],
        ["Record", "Name", "陈NORTH"],
        ["Record", "Phone", "13800138000"],
        ["Record", "How the person came", "community"],
        ["Record", "Diagnosis (ICD)", "F32.1"],
        ["Intake", "How they came", "community"],
        ["Intake", "Urgency", "routine"],
        ["Intake", "Quick screen for self-harm", "none seen"],
        ["Intake", "Proposal", "open a case"],
        ["Intake", "Presenting problem", "失眠NORTH三个月"],
        ["Assessment", "Assessed on", day],
        ["Assessment", "Needs, the weightiest first", "睡眠"],
        ["Service plan", "Where the plan stands", "approved"],
        ["Service plan", "Review the plan on", soon],
        ["Service plan", "The client agrees to the plan", "Yes"],
        ["Evaluation of the goals", "Until", soon],
        ["Evaluation of the goals", "Reached (%)", 80],
        ["Evaluation of the goals", "Rated on", day],
        ["Evaluation of the goals", "Goal", "每周外出三次"],
        ["Evaluation of the goals", "Indicator", "外出记录"],
        ["Evaluation of the goals", "From", "0 次"],
        ["Evaluation of the goals", "To", "3 次"],
        ["Closing report", "Why it ends", "ended by the client"],
        ["Closing report", "Last day of service", day],
        ["Closing report", "Referred at the closure", "No"],
        ["Closing report", "Adequate treatment, as the treating doctor says", "reached"],
        ["Closing report", "Summary", "按计划完成"],
        ["Follow-up", "Due on", due(1)],
        ["Follow-up", "Result", "reached"],
        ["Follow-up", "Done on", day],
        ["Follow-up", "How", "phone"],
        ["Follow-up", "Relapse or readmission", "No"],
        *(
            ["Follow-up", *line]
            for months in (3, 6)
            for line in (("Due on", due(months)), ("Result", "due"), ("Relapse or readmission", "No"))
        ),
        ["What was done", day, "Individual case contact · 40 min · Sam · 谈睡眠NORTH"],
        *(["History", day, step] for step in STEPS),
        ["", "", ""],
        [str(notice("en")), "", ""],
    ]


async def test_every_cell_of_a_case_is_what_was_written(database: Database) -> None:
    given = {"idempotency_key": "6f0f5f0a-6ed3-4c6c-8f0e-5f4f0a6ed34c", "client": str(CHEN), "name": "陈NORTH",
             "source": "COMMUNITY", "diagnosis": "F32.1", "reason": "补充"}  # fmt: skip
    async with begin(cast.sam) as unit:
        await correct_client(unit, CorrectClient.parse(given))
    case = await case_in(CaseStatus.FOLLOW_UP)
    await log(contact(client=str(CHEN), occurred_on=str(TODAY), duration_minutes=40, note="谈睡眠NORTH"))
    async with visiting("sam") as sam:
        found = cells((await sam.get(f"/cases/{case}/file.xlsx")).content)
    assert found == expected()


async def test_every_cell_of_a_month_is_what_was_counted_and_corrected(database: Database) -> None:
    """September: two contacts with one client and a relative at one of them, an event of sixty, one no-show."""
    await log(contact(client=str(CHEN), family_present=1, duration_minutes=30))
    kept = await log(contact(client=str(CHEN), occurred_on="2026-09-10", duration_minutes=40))
    await log(contact(client=None, service_code="COMMUNITY_EVENT", anonymous_count=60, duration_minutes=90))
    await log(contact(client=str(CHEN), occurred_on="2026-09-11", attendance="NO_SHOW", duration_minutes=0))
    await locked()
    async with begin(cast.sam) as unit:
        said = {
            "contact": str(kept.contact_id),
            "correction_reason": "ENTERED_TWICE",
            "correction_note": "同一次服务录了两次",
        }
        await take_back(unit, TakeBack.parse(said))
    async with visiting("ola") as ola:
        found = cells((await ola.get(f"/months/{NORTH}/2026-09.xlsx")).content)
    none = ["", "", "", "", ""]
    assert found == [
        ["Figure", "As originally reported", "As corrected", "", ""],
        ["Person-times", 63, 62, "", ""],
        ["Persons", 2, 2, "", ""],
        ["Contacts", 3, 2, "", ""],
        ["Group sessions", 0, 0, "", ""],
        ["Groups", 0, 0, "", ""],
        ["Events", 1, 1, "", ""],
        ["Minutes", 160, 120, "", ""],
        ["Attempts not delivered", 1, 1, "", ""],
        ["Cases opened", 0, 0, "", ""],
        ["Cases reopened", 0, 0, "", ""],
        ["Cases taken over", 0, 0, "", ""],
        ["Cases in hand", 1, 1, "", ""],
        ["Cases closed", 0, 0, "", ""],
        none,
        ["Service", "Contacts", "Person-times", "Persons", "Minutes"],
        ["Individual case contact", 1, 2, 2, 30],
        ["Community event", 1, 60, 0, 90],
        none,
        ["Correction notes", "Reason", "Correction note", "", ""],
        ["taken back", "entered twice", "同一次服务录了两次", "", ""],
    ]
