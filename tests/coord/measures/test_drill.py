"""From a figure to its rows: pages, unknown names, cases in hand by month."""

from datetime import date

import pytest

from coord.cases.tables import CaseFile
from coord.kernel.errors import Invalid, NotAllowed, NotFound
from coord.measures import measure_table
from coord.measures.drill import drill_down
from coord.measures.rows_behind import cases_behind, groups_behind, people_behind
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import closed_case
from tests.coord.making import asked, behind, cells, contact, log, stored
from tests.world import CHEN, LIN, NORTH_GROUP, NORTH_MEMBERS, cast

pytestmark = pytest.mark.anyio


async def test_pages_of_rows_do_not_overlap_and_keep_the_figure(database: Database) -> None:
    for day in range(1, 6):
        await log(contact(occurred_on=f"2026-09-{day:02d}"))
    first, second, third = [await behind("contacts", {}, page=n, size=2) for n in (1, 2, 3)]
    ids = [row["id"] for rows in (first, second, third) for row in rows.rows]
    assert [len(first.rows), len(second.rows), len(third.rows)] == [2, 2, 1]
    assert len(set(ids)) == 5
    assert {first.figure, second.figure, third.figure} == {5}


async def test_an_unknown_measure_is_refused(database: Database) -> None:
    with pytest.raises(Invalid) as refused:
        await behind("happiness", {})
    assert [(p.field, p.code) for p in refused.value.problems] == [("measure", "NOT_A_CHOICE")]


async def test_a_foreign_program_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound):
        async with begin(cast.ola, read_only=True) as unit:
            await measure_table(unit, asked(program="NOPE"))


@pytest.mark.parametrize("name", ["fatima", "cai", "petra", "adam"])
async def test_who_does_not_run_the_program_gets_no_exact_number(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        async with begin(getattr(cast, name), read_only=True) as unit:
            await drill_down(unit, asked(), "persons", {})


async def test_behind_persons_stand_clients_and_their_relatives_by_pseudonym(database: Database) -> None:
    await log(contact(family_present=1))
    rows = (await behind("persons", {})).rows
    async with begin(cast.ola, read_only=True) as unit:
        people = await people_behind(unit, [row["id"] for row in rows])
    assert sorted((p.client_code, p.is_relative) for p in people.values()) == [
        ("NORTH-0001", False),
        ("NORTH-0001", True),
    ]
    assert {p.client_id for p in people.values()} == {LIN}


async def test_behind_groups_stand_their_names(database: Database) -> None:
    session = {"client": None, "service_code": "GROUP_SESSION", "group": str(NORTH_GROUP)}
    await log(contact(**session, attendees=[str(NORTH_MEMBERS[0])]))
    rows = await behind("groups", {})
    async with begin(cast.ola, read_only=True) as unit:
        assert await groups_behind(unit, [row["id"] for row in rows.rows]) == {NORTH_GROUP: "正念小组NORTH"}
    assert rows.kind == "group"


async def test_a_case_is_in_hand_at_the_end_of_each_month_until_the_day_it_closes(database: Database) -> None:
    await closed_case(CHEN, date(2026, 2, 10), date(2026, 4, 30), "GOALS_REACHED")
    ends = ("2026-01-31", "2026-02-28", "2026-04-29", "2026-04-30")
    in_hand = [(await behind("cases_active", {}, ("2026-01-01", end))).figure for end in ends]
    assert in_hand == [1, 2, 2, 1]
    assert {row.closure for row in await stored(CaseFile)} == {None, "GOALS_REACHED"}


async def test_cases_in_hand_stand_in_the_last_month_of_the_period(database: Database) -> None:
    by_month = await cells("MONTH", days=("2026-01-01", "2026-03-31"))
    assert {key[0]: f["cases_active"] for key, f in by_month.items()} == {
        "2026-01": 0, "2026-02": 0, "2026-03": 1,
    }  # fmt: skip
    by_quarter = await cells("QUARTER", days=("2026-01-01", "2026-06-30"))
    assert {key[0]: f["cases_active"] for key, f in by_quarter.items()} == {"2026Q1": 0, "2026Q2": 1}


async def test_behind_cases_stand_their_clients_codes(database: Database) -> None:
    rows = await behind("cases_opened", {})
    async with begin(cast.ola, read_only=True) as unit:
        cases = await cases_behind(unit, [row["id"] for row in rows.rows])
    assert [case["code"] for case in cases.values()] == ["NORTH-0001"]
