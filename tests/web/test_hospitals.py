"""The page of partner hospitals and the page of one of them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine

from coord.measures import ProgressQuery, hospital_progress
from coord.placements.tables import Placement
from coord.work import begin
from coord.work.engine import Database
from tests.queries import counting
from tests.web.foundation import Page, Visitor, january, logged, signed_in
from tests.world import AGENCY, BUILDER, LIN, PROGRAM, PROGRAM_ID, SOUTH, cast

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}
JANUARY = "/hospitals?month=2026-01"


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    """Late in the program's first year: what is behind depends on today."""
    with time_machine.travel(datetime(2026, 11, 21, 2, 40, tzinfo=UTC)):
        yield


async def test_hospitals_stand_worst_first_with_the_numbers_of_the_domain(database: Database) -> None:
    await january()
    async with begin(cast.ola, read_only=True) as unit:
        progress = await hospital_progress(unit, ProgressQuery(program=PROGRAM, month="2026-01"))
    async with signed_in("ola") as ola:
        page = await ola.get(JANUARY)
    shown = [row.texts for row in page.rows[: len(progress)]]
    assert [(row[0], row[2], row[4]) for row in shown] == [
        (p.name, f"{p.completeness:.0%}", str(p.monthly_person_times[-1])) for p in progress
    ]
    assert [row[0] for row in shown] == ["南湖医院 South", "北岸医院 North"]
    assert [row[1] for row in shown] == ["Behind", "Behind"]


async def test_the_tiles_show_january_of_the_worked_example(database: Database) -> None:
    await january()
    async with signed_in("ola") as ola:
        text = (await ola.get(JANUARY)).text
    assert "Person-times in the month 102" in text
    assert "Persons in the month 13" in text
    assert "Group sessions 4 1 group · 1 event" in text
    assert "Identified share 41.2% 42 of 102 person-times" in text
    assert "Hospitals behind 2 / 2" in text


async def test_a_running_month_is_compared_with_the_same_days_of_the_month_before(database: Database) -> None:
    for day in ("2026-10-05", "2026-10-30", "2026-11-05", "2026-11-06", "2026-11-09"):
        await logged(cast.sam, client=str(LIN), occurred_on=day)
    async with signed_in("ola") as ola:
        text = (await ola.get("/hospitals")).text
    # October to the 21st has one contact, November three.
    assert "Person-times in the month 3 200% more than the same days last month" in text


@pytest.mark.parametrize(
    ("typed", "found"),
    [("bayy", ["北岸医院 North"]), ("nanhu", ["南湖医院 South"]), ("H002", ["南湖医院 South"]), ("北岸", ["北岸医院 North"]),
     ("ＢＡＹＹ", ["北岸医院 North"]), ("zzz", [])],
)  # fmt: skip
async def test_a_hospital_is_found_by_name_pinyin_initials_or_code(
    database: Database, typed: str, found: list[str]
) -> None:
    async with signed_in("ola") as ola:
        page = await ola.get(f"/hospitals?q={typed}", **HTMX)
    assert [row.texts[0] for row in page.rows] == found


async def test_tabs_are_addresses_with_counts_and_keep_the_other_filters(database: Database) -> None:
    async with signed_in("ola") as ola:
        page = await ola.get("/hospitals?province=湖北")
        behind = next(link for link in page.links if "standing=BEHIND" in link and "province" in link)
        narrowed = await ola.get(behind)
        none = await ola.get(behind.replace("BEHIND", "ON_TRACK"))
    assert "Behind 1 Watch 0 On track 0 All 1" in page.text
    assert narrowed.rows[0].texts[0] == "南湖医院 South"
    assert "No hospital matches." in none.text


async def test_htmx_gets_the_list_alone_and_back_gets_the_whole_page(database: Database) -> None:
    async with signed_in("ola") as ola:
        part = await ola.get("/hospitals?q=bayy", **HTMX)
        back = await ola.get("/hospitals?q=bayy", **HTMX, **{"HX-History-Restore-Request": "true"})
    assert "<html" not in part.response.text
    assert 'id="tabs" aria-label="By status" hx-swap-oob="true"' in part.response.text
    assert back.response.text.startswith("<!doctype html>")
    assert next(row.texts[0] for row in back.rows) == "北岸医院 North"


@pytest.mark.parametrize("name", ["sam", "nia", "sun", "fatima", "cai", "petra", "adam"])
@pytest.mark.parametrize("path", ["/hospitals", "/hospitals/H001"])
async def test_those_who_do_not_follow_hospitals_get_a_refusal(database: Database, name: str, path: str) -> None:
    async with signed_in(name) as visitor:
        page = await visitor.get(path)
    assert (page.status, "北岸" in page.text) == (403, False)


@pytest.mark.parametrize(
    "path", ["/hospitals/H999", "/hospitals/C01", "/hospitals/H001?program=NOPE", "/hospitals/%00"]
)
async def test_a_code_that_is_no_hospital_of_the_program_is_not_found(database: Database, path: str) -> None:
    async with signed_in("ola") as ola:
        assert (await ola.get(path)).status == 404


@pytest.mark.parametrize(
    "month",
    [
        "2026-13",
        "2026-00",
        "2026-1",
        "26-01",
        "2026/01",
        "2026-01-01",
        "1",
        "-1",
        "0001-01",
        "9999-01",
        "a",
        "😀",
        "%00",
    ],
)
async def test_a_month_that_is_none_is_said_and_the_running_one_is_shown(database: Database, month: str) -> None:
    async with signed_in("ola") as ola:
        page = await ola.get(f"/hospitals?month={month}")
    assert (page.status, "Nov 2026 · as of 21 Nov 10:40" in page.text, len(page.rows) >= 2) == (422, True, True)


async def test_the_hospital_page_shows_posts_with_days_and_pseudonyms_without_names(database: Database) -> None:
    await january()
    async with signed_in("ola") as ola:
        page = await ola.get("/hospitals/H001?month=2026-01")
    # January 2026 has 22 working days; nine of them have a record of Sam.
    assert page.row("Sam").texts[3] == "9 of 22 days"
    assert "not trained before the post" in page.row("Sam").texts[1]
    assert page.row("Eve").texts[3] == "0 of 22 days"
    assert "NORTH-0001" in page.text
    assert "林芳" not in page.response.text


async def test_a_vacant_post_is_counted_in_the_list_and_named_on_the_page(database: Database) -> None:
    async with begin(BUILDER) as unit:
        unit.add(Placement(program_id=PROGRAM_ID, hospital_id=SOUTH, employer_id=AGENCY, starts_on=date(2026, 1, 1)))
    async with signed_in("ola") as ola:
        listed, shown = await ola.get("/hospitals"), await ola.get("/hospitals/H002")
    assert (listed.row("南湖医院 South").texts[5], listed.row("北岸医院 North").texts[5]) == ("1", "0")
    assert shown.rows[-1].texts[0] == "Vacant" or "Vacant" in [row.texts[0] for row in shown.rows]


async def test_the_figure_of_a_hospital_leads_to_rows_that_add_up_to_it(database: Database) -> None:
    await january()
    async with signed_in("ola") as ola:
        figure = (await ola.get(JANUARY)).row("北岸医院 North").cells[4]
        behind = await ola.get(figure.href)
    assert (figure.text.strip(), sum(int(row.texts[-1]) for row in behind.rows)) == ("102", 102)


async def _statements(visitor: Visitor, path: str) -> int:
    with counting() as sent:
        page: Page = await visitor.get(path)
    assert page.status == 200
    return len(sent)


@pytest.mark.parametrize("path", ["/hospitals", "/hospitals/H001"])
async def test_ten_times_the_contacts_need_no_more_statements(database: Database, path: str) -> None:
    async with signed_in("ola") as ola:
        await logged(cast.sam, client=str(LIN), occurred_on="2026-11-02")
        few = await _statements(ola, path)
        for _ in range(10):
            await logged(cast.sam, client=str(LIN), occurred_on="2026-11-02")
        assert await _statements(ola, path) == few
