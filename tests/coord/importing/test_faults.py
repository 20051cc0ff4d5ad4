"""Each fault of a row: the row is refused with its reason, the others are imported."""

import pytest

from coord.work.engine import Database
from tests.coord.importing.running import fates_of, imported, reasons_of, row, sheet, totals

pytestmark = pytest.mark.anyio
GOOD_TWIN = row(序号="9", 服务对象编号="N-9")


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("服务日期", "", "missing_date"),
        ("服务日期", "2026-02-31", "bad_date"),
        ("服务日期", "九月三日", "bad_date"),
        ("服务日期", "3/9/2026", "bad_date"),
        ("服务日期", "26-09-03", "bad_date"),
        ("服务日期", "2026-13-01", "bad_date"),
        ("服务日期", "2026-10-03", "date_outside_month"),
        ("服务日期", "2025-09-03", "date_outside_month"),
        ("服务类型", "", "missing_service"),
        ("服务类型", "打麻将", "unknown_service"),
        ("服务对象编号", "", "missing_client"),
        ("服务对象编号", "N" * 41, "too_long"),
        ("服务对象编号", "N\x01-1", "bad_client"),
        ("姓名", "王\x07明", "bad_name"),
        ("性别", "公", "bad_gender"),
        ("出生年份", "不知道", "bad_birth_year"),
        ("出生年份", "2199", "bad_birth_year"),
        ("服务阶段", "出院", "bad_stage"),
        ("时长(分钟)", "", "bad_duration"),
        ("时长(分钟)", "-20", "bad_duration"),
        ("时长(分钟)", "0", "bad_duration"),
        ("时长(分钟)", "很久", "bad_duration"),
        ("时长(分钟)", "1441", "bad_duration"),
        ("时长(分钟)", "30-40", "bad_duration"),
        ("时长(分钟)", "9" * 40, "bad_duration"),
        ("服务对象人数", "很多", "bad_headcount"),
        ("服务对象人数", "-3", "bad_headcount"),
        ("服务对象人数", "100001", "bad_headcount"),
        ("家属人数", "21", "bad_headcount"),
        ("是否完成", "", "bad_attendance"),
        ("是否完成", "也许", "bad_attendance"),
        ("社工", "社" * 101, "bad_worker"),
        ("备注", "长" * 4001, "too_long"),
        ("备注", "a\x02b", "control_characters"),
        ("社工", "", "missing_worker"),
    ],
)
async def test_a_wrong_cell_refuses_its_row_only(database: Database, column: str, cell: str, reason: str) -> None:
    report = await imported(sheet(row(**{column: cell}), GOOD_TWIN))
    assert reasons_of(report) == [(1, reason)]
    assert fates_of(report) == (1, 0, 1)
    assert (await totals())["person_times"] == 1


async def test_a_group_or_event_without_anybody_has_a_bad_headcount(database: Database) -> None:
    nobody = {"服务对象编号": "", "姓名": "", "服务对象人数": "0"}
    report = await imported(sheet(row(服务类型="小组活动", **nobody), row(序号="2", 服务类型="科普讲座", **nobody)))
    assert reasons_of(report) == [(1, "bad_headcount"), (2, "bad_headcount")]


async def test_relatives_without_their_client_are_refused(database: Database) -> None:
    report = await imported(sheet(row(服务对象人数="0", 家属人数="1")))
    assert reasons_of(report) == [(1, "bad_headcount")]


async def test_a_day_before_the_program_is_refused(database: Database) -> None:
    report = await imported(sheet(row(服务日期="2025-12-31"), title="2025年12月"))
    assert reasons_of(report) == [(1, "outside_program")]


async def test_a_day_that_has_not_come_is_refused(database: Database) -> None:
    report = await imported(sheet(row(服务日期="2099-09-03")), month="2099-09")
    assert reasons_of(report) == [(1, "future_date")]


async def test_all_faults_of_a_row_are_told_in_the_order_of_the_sheet(database: Database) -> None:
    report = await imported(sheet(row(服务日期="x", 服务类型="y", 性别="z"), GOOD_TWIN))
    told = [(fault.column.value, fault.reason.value) for fault in report.rows[0].faults]
    assert told == [("date", "bad_date"), ("gender", "bad_gender"), ("service", "unknown_service")]
    assert report.rows[0].faults[2].arguments == {"name": "y"}


async def test_a_row_that_is_the_same_but_for_its_number_is_refused_with_the_number_of_the_first(
    database: Database,
) -> None:
    report = await imported(
        sheet(row(序号="7"), row(序号="8", 服务日期="2026年9月3日", **{"时长(分钟)": "约３０分钟"}))
    )
    assert reasons_of(report) == [(8, "duplicate_of_row")]
    assert report.rows[1].of == 7


async def test_a_twin_of_a_refused_row_is_refused_for_the_same_fault(database: Database) -> None:
    report = await imported(sheet(row(服务类型="打麻将"), row(序号="2", 服务类型="打麻将")))
    assert reasons_of(report) == [(1, "unknown_service"), (2, "unknown_service")]
