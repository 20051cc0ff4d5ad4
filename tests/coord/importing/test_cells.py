"""Single cells as hospitals write them."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.clients.codes import Gender
from coord.contacts.codes import AttendanceStatus, ServiceCode
from coord.contacts.importing import cells
from coord.contacts.importing.names import DEFAULT_NAMES, name_key
from coord.contacts.importing.reasons import BadCell

THIRD = date(2026, 9, 3)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-09-03", "2026-9-3", "2026/9/3", "2026.09.03", "2026年9月3日", "2026年09月03日", "2026年9月3号",
        "２０２６-０９-０３", "２０２６年９月３日", " 2026-09-03 ", "2026-09-03 00:00:00", "2026-09-03T08:30:00",
        "2026年9月3日 周四", "2026-09-03(星期四)", "20260903", "46268", "46268.0", "9月3日", "9/3", "2026년 9월 3일",
        "\u200b2026-09-03",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_way_it_is_written(cell: str) -> None:
    assert cells.day(cell, "2026-09") == THIRD


@pytest.mark.parametrize(
    ("cell", "minutes"),
    [
        ("30", 30), ("30.0", 30), ("45分钟", 45), ("约30分钟", 30), ("４５", 45), ("约 ４５ 分", 45), ("30min", 30),
        ("1小时", 60), ("1.5小时", 90), ("1小时30分", 90), ("半小时", 30), ("1:30", 90), ("0:45", 45), ("30分钟左右", 30),
        ("2h", 120), ("30분", 30), ("1440", 1440), ("", None), ("　", None),
    ],
)  # fmt: skip
def test_a_length_is_read_in_every_way_it_is_written(cell: str, minutes: int | None) -> None:
    assert cells.minutes(cell, most=1440) == minutes


@pytest.mark.parametrize(
    ("cell", "heads"),
    [
        ("1", 1),
        ("108人", 108),
        ("１２", 12),
        ("12.0", 12),
        ("约60人", 60),
        ("1,200人", 1200),
        ("30人次", 30),
        ("", None),
    ],
)
def test_a_number_of_people_is_read_in_every_way_it_is_written(cell: str, heads: int | None) -> None:
    assert cells.heads(cell, most=100_000) == heads


@pytest.mark.parametrize(("cell", "year"), [("1980", 1980), ("1980年", 1980), ("1980-05-01", 1980), ("1980.0", 1980)])
def test_a_year_of_birth_is_read_from_a_year_or_a_date(cell: str, year: int) -> None:
    assert cells.birth_year(cell, 2026) == year


def test_gender_attendance_and_workers_are_read() -> None:
    assert [cells.gender(c) for c in ("男", "女", "", "其他")] == [
        Gender.MALE, Gender.FEMALE, Gender.UNKNOWN, Gender.OTHER,
    ]  # fmt: skip
    assert [cells.attendance(c) for c in ("是", "未到", "取消")] == [
        AttendanceStatus.ATTENDED, AttendanceStatus.NO_SHOW, AttendanceStatus.CANCELED,
    ]  # fmt: skip
    assert cells.workers("社工A、社工B") == ("社工A", "社工B")
    assert cells.workers("社工A，社工A") == ("社工A",)


def test_a_shielding_apostrophe_is_taken_off_and_other_text_stays() -> None:
    assert [cells.prose(c) for c in ("'=1+1", "'-20", "'tis", " “好”。 ")] == ["=1+1", "-20", "'tis", "“好”。"]


@pytest.mark.parametrize(
    "read",
    [
        lambda text: cells.day(text, "2026-09"),
        lambda text: cells.minutes(text, most=1440),
        lambda text: cells.heads(text, most=100_000),
        lambda text: cells.birth_year(text, 2026),
        cells.gender,
        cells.stage,
        cells.attendance,
    ],
    ids=["day", "minutes", "heads", "birth_year", "gender", "stage", "attendance"],
)
@given(text=st.text(max_size=40))
def test_no_text_at_all_breaks_a_reader(read: Callable[[str], object], text: str) -> None:
    with suppress(BadCell):
        read(text)


@given(day=st.dates(date(2020, 1, 1), date(2099, 12, 31)), style=st.sampled_from(("iso", "slash", "zh", "wide")))
def test_every_date_survives_every_way_of_writing(day: date, style: str) -> None:
    written = {
        "iso": day.isoformat(),
        "slash": f"{day.year}/{day.month}/{day.day}",
        "zh": f"{day.year}年{day.month}月{day.day}日",
        "wide": day.isoformat().translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    }[style]
    assert cells.day(written, "2026-09") == day


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("个案面谈", "CASE_CONTACT"), ("电话随访", "CASE_CONTACT"), ("病房探访", "BEDSIDE_VISIT"),
        ("入户探访", "HOME_VISIT"), ("政策咨询", "CONSULTATION"), ("危机干预", "CRISIS"), ("出院计划", "DISCHARGE_PLAN"),
        ("医患沟通", "DOCTOR_PATIENT_COMM"), ("资源链接", "RESOURCE_LINK"), ("小组活动", "GROUP_SESSION"),
        ("科普讲座", "COMMUNITY_EVENT"), ("病 友 会", "COMMUNITY_EVENT"), ("家访", "HOME_VISIT"), ("热线", "HOTLINE"),
        ("支持者赋能培训", "SUPPORTER_TRAINING"), ("多学科诊疗", "MDT"), ("Group Session", "GROUP_SESSION"),
    ],
)  # fmt: skip
def test_the_usual_names_of_services_are_known(name: str, code: str) -> None:
    assert DEFAULT_NAMES[name_key(name)] is ServiceCode(code)


def test_every_default_name_is_written_as_names_are_compared() -> None:
    assert [name for name in DEFAULT_NAMES if name_key(name) != name] == []
