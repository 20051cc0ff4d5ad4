"""The numbers page: each figure is the domain's, and its rows add up to it."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from coord.measures import MEASURES, Dimension, MeasureQuery, measure_table
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.cases.making import closed_case
from tests.queries import counting
from tests.web.foundation import Page, Visitor, january, logged, signed_in
from tests.world import CHEN, LIN, NORTH, PROGRAM, SOUTH_ZHAO, cast
from web.numbers import COLUMNS
from web.queries import measures_query

pytestmark = pytest.mark.anyio
HTMX = {"HX-Request": "true"}
PERIOD = "from_day=2026-01-01&to_day=2026-02-28"


@pytest.fixture(autouse=True)
def in_november() -> Iterator[None]:
    """A fixed day: nothing is in the future."""
    with time_machine.travel(datetime(2026, 11, 21, 2, 40, tzinfo=UTC)):
        yield


def measures_of(page: Page) -> list[list[str]]:
    """The rows of the table of all measures."""
    return [row.texts for row in page.rows if len(row.cells) > len(COLUMNS)]


async def test_the_worked_example_stands_on_the_page_number_by_number(database: Database) -> None:
    await january()
    async with signed_in("ola") as ola:
        total, first, second = measures_of(await ola.get(f"/numbers?{PERIOD}&by=MONTH"))
    # person-times, persons, identified share, sessions, groups, events, contacts, minutes, attempts
    assert first[:10] == ["Jan 2026", "102", "13", "41.2%", "4", "1", "1", "8", "360", "1"]
    assert second[:10] == ["Feb 2026", "2", "1", "100%", "0", "0", "0", "2", "60", "0"]
    assert total[:10] == ["Total", "104", "13", "42.3%", "4", "1", "1", "10", "420", "1"]


async def test_the_page_says_that_persons_are_no_sum_and_by_which_rules_it_counts(database: Database) -> None:
    await january()
    async with signed_in("ola") as ola:
        text = (await ola.get(f"/numbers?{PERIOD}")).text
    assert "the total is not the sum of the rows" in text
    assert "Counting rules 2026.1 · as of 21 Nov 10:40" in text


async def everything() -> None:
    """Something of every kind at both hospitals."""
    await january()
    await logged(cast.sam, client=str(CHEN), occurred_on="2026-02-11", stage="TREATMENT", phase="PRE_VISIT")
    await logged(cast.nia, client=str(SOUTH_ZHAO), occurred_on="2026-02-12", family_present=2)
    await logged(cast.sam, service_code="ADMIN", occurred_on="2026-02-13", duration_minutes=90)
    await closed_case(CHEN, date(2026, 1, 20), date(2026, 2, 20), "GOALS_REACHED")


async def adds_up(visitor: Visitor, href: str) -> tuple[int, int]:
    """The figure on a page of rows, and the sum of all its rows on all its pages."""
    first = await visitor.get(f"{href}&size=25")
    assert first.status == 200, href
    figure = first.response.text.split('<p class="value">')[1].split("</p>")[0].replace(",", "")
    added, number, page = 0, 1, first
    while True:
        added += sum(int(row.texts[-1]) for row in page.rows)
        number += 1
        if not any(f"page={number}" in link for link in page.links):
            return int(figure), added
        page = await visitor.get(f"{href}&size=25&page={number}")


@pytest.mark.parametrize("dimension", list(Dimension))
async def test_every_figure_of_every_dimension_is_the_sum_of_its_rows(database: Database, dimension: Dimension) -> None:
    await everything()
    async with begin(cast.ola, read_only=True) as unit:
        query = {"program": PROGRAM, "from_day": "2026-01-01", "to_day": "2026-02-28", "group_by": [dimension]}
        table = await measure_table(unit, MeasureQuery.parse(query))
    async with signed_in("ola") as ola:
        for row in table.rows:
            # What is 0 has no rows, which one measure shows; the others would only take their time.
            for measure in [name for name in MEASURES if row.figures[name] or name == "referrals_lost"]:
                cell = f"{dimension}={row.key[0].key}"
                found = await adds_up(ola, f"/numbers/rows?{PERIOD}&measure={measure}&{cell}")
                assert found == (row.figures[measure], row.figures[measure]), (measure, cell)


async def test_every_figure_on_the_page_links_to_rows_that_add_up_to_it(database: Database) -> None:
    await everything()
    async with signed_in("ola") as ola:
        page = await ola.get(f"/numbers?{PERIOD}&by=HOSPITAL&by=TARGET")
        tables = [row for row in page.rows if len(row.cells) >= len(COLUMNS)]
        links = [(cell.text.strip(), cell.href) for row in tables for cell in row.cells if cell.href]
        assert len(links) > 20
        for shown, href in links:
            figure, added = await adds_up(ola, href)
            assert figure == added
            assert shown.endswith("%") or int(shown.replace(",", "")) == figure, href


async def test_the_hospital_filter_narrows_figures_and_rows_alike(database: Database) -> None:
    await everything()
    async with signed_in("ola") as ola:
        page = await ola.get(f"/numbers?{PERIOD}&by=&hospital=H002")
        (total,) = measures_of(page) or [[]]
        rows = await ola.get(f"/numbers/rows?{PERIOD}&hospital=H002&measure=person_times")
    assert total[:3] == ["Total", "3", "3"]
    assert [row.texts[2] for row in rows.rows] == ["SOUTH-0001"]


async def test_numbers_of_a_worker_end_at_the_own_hospital(database: Database) -> None:
    await everything()
    async with signed_in("nia") as nia:
        page = await nia.get(f"/numbers?{PERIOD}&by=HOSPITAL")
        rows = await nia.get(f"/numbers/rows?{PERIOD}&measure=person_times&HOSPITAL=H001")
        people = await nia.get(f"/numbers/rows?{PERIOD}&measure=persons")
    assert [row[:2] for row in measures_of(page)] == [["Total", "3"], ["南湖医院 South", "3"]]
    assert "北岸" not in page.response.text
    assert "There are no rows, so the figure is 0." in rows.text
    assert sorted(row.texts[0] for row in people.rows) == [
        "Relative of SOUTH-0001", "Relative of SOUTH-0001", "SOUTH-0001",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["fatima", "cai", "petra", "adam"])
@pytest.mark.parametrize("path", ["/numbers", "/numbers/rows?measure=persons", "/export/numbers.csv"])
async def test_those_who_may_not_read_numbers_get_a_refusal(database: Database, name: str, path: str) -> None:
    async with signed_in(name) as visitor:
        assert (await visitor.get(path)).status == 403


@pytest.mark.parametrize(
    "query",
    ["from_day=2026-02-30", "from_day=2026-03-01&to_day=2026-02-01", "by=COLOR", "to_day=", "from_day=1e9"],
)
async def test_what_cannot_be_asked_is_said_beside_the_form(database: Database, query: str) -> None:
    async with signed_in("ola") as ola:
        page = await ola.get(f"/numbers?{query}")
    assert (page.status, 'class="notice bad"' in page.response.text, measures_of(page)) == (422, True, [])


@pytest.mark.parametrize(
    "query", ["measure=nope", "measure=", "measure=persons&SERVICE_CODE=NOPE", "measure=persons&PROVINCE=%00"]
)
async def test_rows_of_nothing_are_refused(database: Database, query: str) -> None:
    async with signed_in("ola") as ola:
        assert (await ola.get(f"/numbers/rows?{PERIOD}&{query}")).status == 422


async def test_presets_lead_to_this_month_quarter_and_year(database: Database) -> None:
    async with signed_in("ola") as ola:
        page = await ola.get("/numbers")
    starts = [parse_qs(urlsplit(link).query)["from_day"] for link in page.links if "to_day=2026-11-21&" not in link
              and link.startswith("/numbers?")]  # fmt: skip
    assert [start for (start,) in starts] == ["2026-11-01", "2026-10-01", "2026-01-01"]


async def test_the_query_behind_a_figure_gives_the_same_figure_through_the_api(database: Database) -> None:
    await everything()
    async with signed_in("ola") as ola:
        path = f"/numbers/rows?{PERIOD}&measure=person_times&hospital=H001&MONTH=2026-01"
        page = await ola.get(path)
        link = next(link for link in page.links if link.startswith("/graphql"))
        query = parse_qs(urlsplit(link).query)["open"][0]
        answer = await ola.client.post(
            "/graphql",
            json={"query": query},
            headers={"Accept": "application/json", "Sec-Fetch-Site": "same-origin"},
        )
    rows = answer.json()["data"]["measures"]["rows"]
    assert next((row["key"][0]["key"], row["measures"]["personTimes"]) for row in rows) == ("2026-01", 102)
    assert '<p class="value">102</p>' in page.response.text


def test_a_hospital_in_the_query_has_the_id_that_the_api_gave_it() -> None:
    days = {"from_day": "2026-01-01", "to_day": "2026-02-28"}
    given = MeasureQuery.parse({"program": PROGRAM, **days, "hospitals": [NORTH], "group_by": ["MONTH"]})
    assert f'hospitals: ["{global_id("Organization", NORTH)}"]' in measures_query(given, ["persons"])
    assert "groupBy: [MONTH]" in measures_query(given, ["persons"])


async def test_the_file_of_the_numbers_holds_what_the_page_shows(database: Database) -> None:
    await january()
    async with signed_in("ola") as ola:
        page = await ola.get(f"/numbers?{PERIOD}&by=MONTH")
        link = next(link for link in page.links if link.startswith("/export/numbers.csv"))
        answer = await ola.client.get(link)
    head, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    share = head.index("Identified share")
    shown = measures_of(page)
    assert [row[:3] for row in rows] == [row[:3] for row in shown]
    assert [float(row[share]) for row in rows] == [0.4231, 0.4118, 1.0]


async def test_charts_have_their_data_as_tables(database: Database) -> None:
    await january()
    async with signed_in("ola") as ola:
        page = await ola.get(f"/numbers?{PERIOD}", **HTMX)
    assert page.row("Jan 2026").texts == ["Jan 2026", "102", "60", "38", "4"]
    assert page.row("Public").texts == ["Public", "60"]
    assert page.row("Family caregiver").texts == ["Family caregiver", "1"]


async def test_ten_times_the_contacts_need_no_more_statements(database: Database) -> None:
    async def statements(visitor: Visitor, path: str) -> int:
        with counting() as sent:
            assert (await visitor.get(path)).status == 200
        return len(sent)

    paths = ["/numbers?by=MONTH&by=HOSPITAL", f"/numbers/rows?{PERIOD}&measure=person_times"]
    async with signed_in("ola") as ola:
        await logged(cast.sam, client=str(LIN), occurred_on="2026-02-02")
        few = [await statements(ola, path) for path in paths]
        for day in range(3, 13):
            await logged(cast.sam, client=str(LIN), occurred_on=f"2026-02-{day:02d}")
        assert [await statements(ola, path) for path in paths] == few


@pytest.mark.parametrize(
    ("show", "by", "words"),
    [
        ("CASES", "MONTH", ["Cases reopened", "Cases taken over"]),
        ("REFERRALS", "RECEIVER", ["Closed loop", "Median hours to first contact", "Follow-up within 72 hours"]),
        ("QUALITY", "HOSPITAL", ["Q1 referrals answered in time", "Q14 posts staffed", "aim: at most 10%"]),
    ],
)
async def test_every_set_of_figures_is_shown_with_its_ratios_and_their_rows(
    database: Database, show: str, by: str, words: list[str]
) -> None:
    await everything()
    async with signed_in("ola") as ola:
        page = await ola.get(f"/numbers?{PERIOD}&by={by}&show={show}")
        links = [link for link in page.links if link.startswith("/numbers/rows")]
        assert [word for word in words if word not in page.text] == []
        for link in links[:12]:
            figure, added = await adds_up(ola, link)
            assert figure == added, link
    assert links or show == "REFERRALS"
