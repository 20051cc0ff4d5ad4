"""Workbooks of the same kind with known answers: whatever mixture of rows, the figures are the ones built in."""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coord.contacts.importing import fates, open_workbook
from coord.contacts.importing.names import DEFAULT_NAMES
from coord.contacts.importing.outcome import Fate
from coord.contacts.importing.place import Place
from coord.contacts.importing.plan import Plan, judge
from coord.measures.workbook import workbook_figures
from coord.programs import ProgramFacts
from tests.coord.importing.running import GOOD, HEADER, TITLE
from tests.world import FOUNDATION, NORTH, PROGRAM, PROGRAM_ID, STARTS

NOW = datetime(2026, 11, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
PLACE = Place(
    ProgramFacts(PROGRAM_ID, PROGRAM, "Depression intervention", "Asia/Shanghai", STARTS, None, FOUNDATION), NORTH, "H001", {},
    DEFAULT_NAMES,
)  # fmt: skip
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
COUNTED = {
    "个案面谈": "CASE_CONTACT",
    "电话随访": "CASE_CONTACT",
    "病房探访": "BEDSIDE_VISIT",
    "入户探访": "HOME_VISIT",
}
UNCOUNTED = {"资源链接": "RESOURCE_LINK", "医患沟通": "DOCTOR_PATIENT_COMM"}
FAULTS = {
    "date_outside_month": {"服务日期": "2026-10-03"},
    "unknown_service": {"服务类型": "打麻将"},
    "bad_duration": {"时长(分钟)": "-20"},
    "bad_date": {"服务日期": "2026-02-31"},
    "missing_client": {"服务对象编号": ""},
    "bad_headcount": {"服务对象人数": "很多"},
}


@dataclass
class Answer:
    """What a generated workbook must give."""

    person_times: Counter[str] = field(default_factory=Counter)
    services: set[str] = field(default_factory=set)
    minutes: int = 0
    missed: int = 0
    clients: set[str] = field(default_factory=set)
    reasons: dict[int, str] = field(default_factory=dict)


def _day(chance: random.Random, day: int) -> str:
    return chance.choice(
        (f"2026-09-{day:02d}", f"2026/9/{day}", f"2026年9月{day}日", f"2026-09-{day:02d}".translate(WIDE))
    )


def _length(chance: random.Random, minutes: int) -> str:
    return chance.choice((str(minutes), f"{minutes}分钟", f"约{minutes}分钟", str(minutes).translate(WIDE)))


def _row(chance: random.Random, number: int, answer: Answer) -> dict[str, str]:
    service, code = chance.choice([*COUNTED.items(), *UNCOUNTED.items()])
    client, family, came = f"H001-{chance.randrange(30):04d}", chance.randrange(3), chance.random() < 0.9
    # The number makes each row another service.
    minutes = number
    answer.services.add(code)
    if came:
        counts = service in COUNTED
        answer.person_times[code] += (1 + family) if counts else 0
        answer.minutes += minutes
        answer.clients |= {client} if counts else set()
    answer.missed += not came
    return {
        **GOOD, "序号": str(number), "服务日期": _day(chance, chance.randint(1, 30)), "服务对象编号": client,
        "服务类型": service, "时长(分钟)": _length(chance, minutes), "家属人数": str(family or ""),
        "是否完成": "是" if came else "未到",
    }  # fmt: skip


def _group(chance: random.Random, number: int, answer: Answer) -> dict[str, str]:
    heads = chance.randint(1, 200)
    answer.services.add("GROUP_SESSION")
    answer.person_times["GROUP_SESSION"] += heads
    answer.minutes += number
    return {
        **GOOD, "序号": str(number), "服务日期": _day(chance, chance.randint(1, 30)), "服务对象编号": "", "姓名": "",
        "性别": "", "出生年份": "", "服务类型": "小组活动", "时长(分钟)": _length(chance, number),
        "服务对象人数": chance.choice((str(heads), f"{heads}人")), "备注": "支持小组",
    }  # fmt: skip


def workbook(chance: random.Random, size: int) -> tuple[bytes, Answer]:
    """A workbook with faults, a pair of twins, blank lines and a totals row, and its answer."""
    answer = Answer()
    rows = [(_group if chance.random() < 0.1 else _row)(chance, number, answer) for number in range(1, size + 1)]
    for number, (reason, fault) in enumerate(FAULTS.items(), size + 1):
        rows.append({**GOOD, "序号": str(number), "时长(分钟)": "30", **fault})
        answer.reasons[number] = reason
    chance.shuffle(rows)
    twin = next(row for row in rows if int(row["序号"]) <= size)
    rows.append({**twin, "序号": str(size + 100)})
    answer.reasons[size + 100] = "duplicate_of_row"
    lines = [",".join(row.values()) for row in rows]
    for _ in range(3):
        lines.insert(chance.randrange(len(lines)), "")
    text = "\r\n".join([TITLE, "填表人:社工A", HEADER, *lines, "合计,,,,,,,,,9"])
    return text.encode(chance.choice(("utf-8", "utf-8-sig", "gb18030"))), answer


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chance=st.randoms(use_true_random=True), size=st.integers(1, 120))
def test_a_generated_workbook_gives_its_answer(chance: random.Random, size: int) -> None:
    content, answer = workbook(chance, size)
    plan = Plan(PLACE, "2026-09", judge(open_workbook(content), PLACE, "2026-09", NOW))
    told = fates(plan)
    assert {row.row: row.faults[0].reason.value for row in told if row.faults} == answer.reasons
    assert len([row for row in told if row.fate is Fate.ADDED]) == size
    figures = workbook_figures(row.facts for row in told if row.facts)
    assert figures.person_times_by_service == {code: answer.person_times[code] for code in answer.services}
    assert figures.person_times == answer.person_times.total()
    assert (figures.minutes, figures.contacts_not_delivered) == (answer.minutes, answer.missed)
    assert figures.identified_clients == len(answer.clients)
