"""T3, T4, T6, T9: at the endpoint itself, whoever asks, however they ask, whatever happened to the records since."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from coord.access import Actor, Retention
from coord.access.rows import all_rules
from coord.demo.loading import trusted
from coord.work import begin
from coord.work.engine import Database
from schema.budget import Budget
from schema.ids import global_id
from tests.coord.releases.making import published, seen
from tests.disclosure.endpoint import TARGETS
from tests.disclosure.world import HOSPITALS, LOOP, lay, publish, referral
from tests.interference.rows import chance, put
from tests.queries import counting
from tests.schema.api import GRAPHQL, asking_as
from tests.schema.walking import documents
from tests.world import BUILDER, cast, fixed

pytestmark = pytest.mark.anyio
REPORT = """
query ($period: String = "2026Q3", $program: String = "DIP", $by: [Dimension!], $hospitals: [ID!]) {
  impactReport(program: $program, period: $period, groupBy: $by, hospitals: $hospitals) {
    releaseId suppressedCells dataVersion releasedAt
    rows { key { key label } measures { ...figures } }
    profile { sex ageBand measures { ...figures } }
    total { ...figures }
  }
}
fragment figures on ImpactMeasures {
  personTimes { value status } referralsSent { value status } referralsClosedLoop { value status }
  closedLoop { percent status numerator { value } denominator { value } }
}
"""
PEOPLE = {rule.model.__tablename__ for rule in all_rules() if rule.retention is Retention.CLINICAL}
_TABLES = re.compile(r'(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)


async def asked(who: Actor, **variables: Any) -> bytes:
    """The whole body of an answer."""
    async with asking_as(who, Budget(10**9)) as api:
        return (await api.post({"query": REPORT, "variables": variables}, Accept=GRAPHQL)).content


async def refused(**variables: Any) -> Mapping[str, Any]:
    """The whole answer of one that holds an error."""
    async with asking_as(cast.fatima, Budget(10**9)) as api:
        answer: dict[str, Any] = await api.ask(REPORT, **variables)
    assert answer.get("errors"), answer
    return answer


async def more_referrals(number: int = 40) -> None:
    """Records that come late: forty more closed loops of the first hospitals."""
    async with begin(BUILDER) as unit, trusted(unit):
        rows = [
            referral(HOSPITALS[n % 3], fixed(f"attacked/{n % 3}/{n % 6}"), f"late/{n}", LOOP) for n in range(number)
        ]
        await put(unit, rows, chance("late"))


async def test_t3_a_total_is_the_same_however_it_is_cut(database: Database) -> None:
    await lay()
    await publish()
    figure = "referralsSent"
    async with asking_as(cast.fatima, Budget(10**9)) as api:
        whole = (await api.data(REPORT, by=["HOSPITAL"]))["impactReport"]
        for by in (["PROVINCE"], ["HOSPITAL", "PROVINCE"], ["QUARTER"], ["QUARTER", "HOSPITAL"]):
            cut = (await api.data(REPORT, by=by))["impactReport"]
            assert cut["total"] == whole["total"], by
            assert sum(row["measures"][figure]["value"] for row in cut["rows"]) == whole["total"][figure]["value"], by
        ids = [target.id for target in TARGETS]
        for cut_at in (1, 7, 23):
            parts = [
                (await api.data(REPORT, hospitals=part))["impactReport"]["total"][figure]["value"]
                for part in (ids[:cut_at], ids[cut_at:])
            ]
            assert sum(parts) == whole["total"][figure]["value"]


async def test_t4_and_t7_late_records_change_no_byte_of_any_answer(database: Database) -> None:
    await lay()
    await publish()
    questions: Sequence[Mapping[str, Any]] = (
        {}, {"by": ["HOSPITAL"]}, {"by": ["PROVINCE"]}, {"hospitals": [TARGETS[0].id]}, {"hospitals": []},
    )  # fmt: skip
    before = [await asked(cast.fatima, **one) for one in questions]
    await more_referrals()
    assert [await asked(cast.fatima, **one) for one in questions] == before


async def test_t9_two_readers_get_the_same_bytes_for_the_same_slice(database: Database) -> None:
    await lay()
    await publish()
    heard = {await asked(who, by=["HOSPITAL"], hospitals=[TARGETS[3].id]) for who in (cast.fatima, cast.cai, cast.sun)}
    assert len({re.sub(rb'"remaining":\d+|"resetAt":"[^"]*"', b"", body) for body in heard}) == 1


async def test_people_by_sex_and_age_are_served_whole_and_never_for_some_hospitals(database: Database) -> None:
    await lay()
    await publish()
    async with asking_as(cast.fatima) as api:
        whole = (await api.data(REPORT))["impactReport"]
        some = (await api.data(REPORT, hospitals=[target.id for target in TARGETS]))["impactReport"]
    assert some["profile"] == []
    groups = {(row["sex"], row["ageBand"]) for row in whole["profile"]}
    assert groups == {("FEMALE", "60+"), ("FEMALE", "35-59"), ("MALE", "35-59"), ("FEMALE", "18-34"), ("MALE", "18-34")}
    for row in whole["profile"]:
        assert row["measures"]["personTimes"] == {"value": None, "status": "SUPPRESSED"}
        assert row["measures"]["referralsSent"]["value"] % 3 == 0
    total = sum(row["measures"]["referralsSent"]["value"] for row in whole["profile"])
    assert abs(total - whole["total"]["referralsSent"]["value"]) <= 6


async def test_t6_nothing_that_a_funder_can_ask_reads_a_table_of_people(database: Database) -> None:
    await seen()
    await published()
    read: dict[str, str] = {}
    async with asking_as(cast.fatima, Budget(10**9)) as api:
        for document in documents():
            with counting() as statements:
                await api.ask(document)
            read |= {table: document for sql in statements for table in _TABLES.findall(sql)}
    assert "protected_cell" in read
    assert {table: document for table, document in read.items() if table in PEOPLE} == {}


async def test_t6_the_walk_would_find_a_table_of_people(database: Database) -> None:
    async with asking_as(cast.sam, Budget(10**9)) as api:
        with counting() as statements:
            await api.ask("{ clients { totalCount } }")
    assert "client" in {table for sql in statements for table in _TABLES.findall(sql)} & PEOPLE


async def test_t6_the_number_of_statements_does_not_follow_the_records(database: Database) -> None:
    await lay()
    await publish()
    first, sent = await _statements(), await _statements()  # the first one reads the cells that are signed
    await more_referrals()
    assert (first, await _statements()) == (sent + 1, sent)


async def _statements() -> int:
    async with asking_as(cast.fatima) as api:
        with counting() as statements:
            await api.data(REPORT, by=["HOSPITAL"])
    return len(statements)


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        ({"program": "NONE"}, "NOT_FOUND"),
        ({"program": ""}, "INVALID"),
        ({"period": "2026-13"}, "INVALID"),
        ({"period": "2026Q5"}, "INVALID"),
        ({"period": "2026-07-01/2026-09-30"}, "INVALID"),
        ({"period": "2026Q3x"}, "INVALID"),
        ({"period": ""}, "INVALID"),
        ({"hospitals": ["x"]}, "INVALID"),
        ({"hospitals": [global_id("Organization", fixed(f"none/{n}")) for n in range(501)]}, "INVALID"),
        ({"by": ["HOSPITAL"] * 5}, "INVALID"),
        ({"by": ["HOSPITAL", "MONTH"]}, "DIMENSIONS_NOT_RELEASED"),
    ],
)
async def test_bad_questions_get_a_clear_error_and_no_number(
    database: Database, variables: Mapping[str, Any], code: str
) -> None:
    await seen()
    await published()
    answer = await refused(**variables)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"]
    told = f"{error} {answer.get('data')}"
    assert not re.search(r"\b(53|55|51|54)\b", told), told


async def test_ten_thousand_hospitals_are_too_many(database: Database) -> None:
    ids = [global_id("Organization", fixed(f"none/{n}")) for n in range(10_000)]
    async with asking_as(cast.fatima) as api:
        answer = await api.post({"query": REPORT, "variables": {"hospitals": ids}}, Accept=GRAPHQL)
    (error,) = answer.json()["errors"]
    assert (answer.json()["data"], error["extensions"]["code"]) == ({"impactReport": None}, "INVALID")
    assert [problem["field"] for problem in error["extensions"]["problems"]] == ["hospitals"]
    assert "protected" not in answer.text


async def test_hospitals_that_are_not_of_the_program_add_nothing(database: Database) -> None:
    await seen()
    await published()
    async with asking_as(cast.fatima) as api:
        found = await api.data(REPORT, hospitals=[global_id("Organization", fixed("none")), TARGETS[0].id])
    assert found["impactReport"]["total"]["personTimes"] == {"value": 0, "status": "SHOWN"}
    assert found["impactReport"]["rows"] == []


@pytest.mark.parametrize("number", [16, 1000])
async def test_many_aliases_are_refused_before_anything_is_read(database: Database, number: int) -> None:
    await seen()
    await published()
    aliases = " ".join(f'a{n}: impactReport(program: "DIP", period: "2026Q3") {{ releaseId }}' for n in range(number))
    async with asking_as(cast.fatima) as api:
        with counting() as statements:
            answer = await api.ask(f"{{ {aliases} }}")
    assert answer.get("data") is None
    assert answer["errors"][0]["extensions"]["code"] in {"PARSE_FAILED", "ALIAS_LIMIT"}
    assert not any("protected_cell" in sql for sql in statements)
