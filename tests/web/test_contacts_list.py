"""The list of contacts: filtered by its address, pseudonyms only, taken along as a file."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from coord.clients.disclosure import notice
from coord.contacts.codes import FlagKind
from coord.contacts.tables import QualityFlag
from coord.work import begin
from coord.work.engine import Database
from tests.queries import counting
from tests.web.foundation import january, logged, signed_in
from tests.world import BUILDER, LIN, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    """A fixed day: nothing is in the future."""
    with time_machine.travel(datetime(2026, 11, 21, 2, 40, tzinfo=UTC)):
        yield


async def both_hospitals() -> None:
    """Two contacts at North, one at South."""
    await logged(cast.sam, client=str(LIN), occurred_on="2026-09-03")
    await logged(cast.sam, service_code="CONSULTATION", anonymous_count=3, occurred_on="2026-09-10")
    await logged(cast.nia, client=str(SOUTH_ZHAO), occurred_on="2026-09-07")


async def test_the_foundation_sees_all_contacts_newest_first_with_their_person_times(database: Database) -> None:
    await both_hospitals()
    async with signed_in("ola") as ola:
        page = await ola.get("/contacts")
    assert [(row.texts[0], row.texts[2], row.texts[3], row.texts[6]) for row in page.rows] == [
        ("10 Sep 2026", "Nobody named", "北岸医院 North", "3"),
        ("7 Sep 2026", "SOUTH-0001", "南湖医院 South", "1"),
        ("3 Sep 2026", "NORTH-0001", "北岸医院 North", "1"),
    ]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("hospital=H002", ["7 Sep 2026"]),
        ("worker=W-SAM", ["10 Sep 2026", "3 Sep 2026"]),
        ("service_code=CONSULTATION", ["10 Sep 2026"]),
        ("from_day=2026-09-07", ["10 Sep 2026", "7 Sep 2026"]),
        ("to_day=2026-09-03", ["3 Sep 2026"]),
        ("hospital=H001&to_day=2026-09-09", ["3 Sep 2026"]),
        ("status=VERIFIED", []),
        ("status=SUBMITTED&service_code=", ["10 Sep 2026", "7 Sep 2026", "3 Sep 2026"]),
    ],
)
async def test_every_filter_narrows_the_list(database: Database, query: str, days: list[str]) -> None:
    await both_hospitals()
    async with signed_in("ola") as ola:
        page = await ola.get(f"/contacts?{query}", **HTMX)
    assert [row.texts[0] for row in page.rows] == days


async def test_only_contacts_with_an_open_flag_are_listed_when_asked_and_say_why(database: Database) -> None:
    await both_hospitals()
    flagged = await logged(cast.sam, client=str(LIN), occurred_on="2026-09-04", duration_minutes=1)
    async with begin(BUILDER) as unit:
        unit.add(QualityFlag(contact_id=flagged, kind=FlagKind.TOO_SHORT))
    async with signed_in("ola") as ola:
        page = await ola.get("/contacts?flagged=true")
    assert [(row.texts[0], row.texts[1]) for row in page.rows] == [("4 Sep 2026", "Individual case contact Too short")]


async def test_each_filter_is_a_badge_that_leads_to_the_list_without_it(database: Database) -> None:
    await both_hospitals()
    async with signed_in("ola") as ola:
        page = await ola.get("/contacts?hospital=H002&from_day=2026-09-01&service_code=CASE_CONTACT")
        without = next(link for link in page.links if link.startswith("/contacts?") and "hospital" not in link)
        wider = await ola.get(without)
    assert "from_day=2026-09-01" in without
    assert "service_code=CASE_CONTACT" in without
    assert (len(page.rows), len(wider.rows)) == (1, 2)


async def test_pages_hold_25_50_or_100_rows_and_the_last_one_the_rest(database: Database) -> None:
    for number in range(53):
        await logged(cast.sam, client=str(LIN), occurred_on=f"2026-0{1 + number // 28}-{1 + number % 28:02d}")
    async with signed_in("ola") as ola:
        sizes = [
            len((await ola.get(f"/contacts?{query}", **HTMX)).rows)
            for query in (
                "",
                "page=3",
                "page=99",
                "size=50",
                "size=50&page=2",
                "size=100",
                "size=7",
                "page=0",
                "page=x",
            )
        ]
    assert sizes == [25, 3, 3, 50, 3, 53, 25, 25, 25]


async def test_names_of_people_served_never_stand_in_the_list(database: Database) -> None:
    await both_hospitals()
    for name in ("ola", "sun", "sam"):
        async with signed_in(name) as visitor:
            page = await visitor.get("/contacts")
        assert ("NORTH-0001" in page.text, "林芳" in page.response.text) == (True, False)


async def test_a_worker_of_south_sees_nothing_of_north(database: Database) -> None:
    await both_hospitals()
    async with signed_in("nia") as nia:
        page = await nia.get("/contacts")
        foreign = [(await nia.get(f"/contacts?{query}")).status for query in ("hospital=H001", "worker=W-SAM")]
    assert [row.texts[2] for row in page.rows] == ["SOUTH-0001"]
    assert "NORTH" not in page.response.text.upper().replace("NORTHEAST", "")
    assert foreign == [404, 404]


@pytest.mark.parametrize("name", ["fatima", "petra", "adam"])
@pytest.mark.parametrize("path", ["/contacts", "/export/contacts.csv"])
async def test_those_who_may_not_list_contacts_get_a_refusal(database: Database, name: str, path: str) -> None:
    await both_hospitals()
    async with signed_in(name) as visitor:
        page = await visitor.get(path)
    assert (page.status, "NORTH-0001" in page.text) == (403, False)


@pytest.mark.parametrize(
    "wrong",
    ["2026-02-30", "2026-9-3", "03.09.2026", "2026/09/03", "20260903", "0000-01-01", "2026-13-01", "yesterday", "😀",
     "2026-09-03T10:00", "2026年9月3日", "-2026-09-03", "1899-12-31"],
)  # fmt: skip
async def test_a_wrong_date_is_named_and_stays_in_its_field(database: Database, wrong: str) -> None:
    async with signed_in("ola") as ola:
        page = await ola.get(f"/contacts?from_day={wrong}&service_code=CRISIS")
    assert page.status == 422
    assert f'value="{wrong}"' in page.response.text
    assert 'aria-invalid="true"' in page.response.text
    assert 'value="CRISIS" selected' in page.response.text


@pytest.mark.parametrize("query", ["service_code=NOPE", "status=OPEN", "flagged=perhaps"])
async def test_a_choice_that_does_not_exist_is_refused(database: Database, query: str) -> None:
    async with signed_in("ola") as ola:
        assert (await ola.get(f"/contacts?{query}")).status == 422


async def test_the_files_hold_exactly_the_filtered_list(database: Database) -> None:
    await january()
    await both_hospitals()
    async with signed_in("ola") as ola:
        page = await ola.get("/contacts?hospital=H001&to_day=2026-02-28")
        links = [link for link in page.links if link.startswith("/export/contacts.")]
        as_xlsx, as_csv = [(await ola.client.get(link)) for link in links]
    rows = list(csv.reader(io.StringIO(as_csv.content.decode("utf-8-sig"))))
    cells = CalamineWorkbook.from_filelike(io.BytesIO(as_xlsx.content)).get_sheet_by_index(0).to_python()
    # Below the list and an empty row stands the notice on passing it on.
    assert (rows[-2], rows[-1], cells[-1][0]) == ([], [str(notice("en"))], str(notice("en")))
    del rows[-2:], cells[-2:]
    person_times = rows[0].index("Person-times")
    assert (as_csv.status_code, as_csv.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert (len(rows) - 1, len(cells) - 1) == (len(page.rows), len(page.rows)) == (11, 11)
    assert sum(int(row[person_times]) for row in rows[1:]) == 104
    assert sum(int(row.texts[6]) for row in page.rows) == 104
    assert {row[rows[0].index("Hospital code")] for row in rows[1:]} == {"H001"}


async def test_a_file_of_another_kind_does_not_exist(database: Database) -> None:
    async with signed_in("ola") as ola:
        assert (await ola.get("/export/contacts.pdf")).status == 404


async def test_ten_times_the_contacts_need_no_more_statements(database: Database) -> None:
    async with signed_in("ola") as ola:
        await both_hospitals()
        with counting() as few:
            await ola.get("/contacts?size=100")
        for _ in range(10):
            await both_hospitals()
        with counting() as many:
            page = await ola.get("/contacts?size=100")
    assert (len(page.rows), len(many)) == (33, len(few))
