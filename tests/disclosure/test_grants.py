"""A sponsor's own page says cells of the published release, of the hospitals that it funds, and nothing that they do not."""

import csv
import html
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import orjson
import pytest
from lxml import html as pages
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlmodel import col

from coord.access import Actor, Grant, Role
from coord.agreements import allocate
from coord.agreements.funded import funded_hospitals
from coord.agreements.inputs import Allocate
from coord.kernel.errors import NotAllowed
from coord.placements.tables import Placement
from coord.programs.quarters import days_of
from coord.releases.codes import CubeCode
from coord.releases.exporting import tables_of
from coord.releases.granted import BY_HOSPITAL, granted
from coord.releases.serving import Place, Released, answer
from coord.work import begin
from coord.work.engine import Database
from schema.budget import Budget
from tests.coord.agreements.making import active, draft, gift, go, line
from tests.coord.making import stored
from tests.disclosure.readers import fetched
from tests.disclosure.test_endpoint import PEOPLE
from tests.disclosure.world import HOSPITALS, QUARTERS, lay, publish
from tests.queries import counting
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import CENTER, FOUNDATION, PROGRAM, PROGRAM_ID, SPONSOR, cast, fixed
from web.queries import api_name

pytestmark = pytest.mark.anyio
QUARTER = "2026Q3"
FUNDED = (1, 4, 7)
"""Numbers of the funded hospitals: by a line of their own, by an allocation, by a post."""
NAMES = [f"Hospital H{101 + n}" for n in FUNDED]
OTHER_SPONSOR = Actor.of(fixed("user/cai"), "Cai", "en", [Grant(CENTER, Role.SPONSOR_VIEWER, FOUNDATION)])
_TABLES = re.compile(r'(?:FROM|JOIN|INTO|UPDATE)\s+"?(\w+)', re.IGNORECASE)


async def _allocated(of: UUID, **place: UUID) -> None:
    async with begin(cast.ola) as unit:
        given = {name: str(value) for name, value in place.items()}
        await allocate(unit, Allocate.parse({"line": str(of), "amount": "10.00", **given}))


async def funded(**changed: Any) -> UUID:
    """A signed agreement that a gift of Fatima's sponsor pays, for three of the hospitals."""
    by_line, by_part, by_post = (HOSPITALS[n] for n in FUNDED)
    agreement = await active(**{"gift": str(await gift()), **changed})
    days = {
        "period_start": changed.get("starts_on", "2026-01-01"), "period_end": changed.get("ends_on", "2026-12-31")
    }  # fmt: skip
    await line(agreement, "100.00", **{"hospital": str(by_line), **days})
    shared = await line(agreement, "200.00", **days)
    (post,) = await stored(Placement, col(Placement.hospital_id) == by_post)
    await _allocated(shared, hospital=by_part)
    await _allocated(shared, placement=post.id)
    return agreement


async def _said() -> Mapping[str, Any]:
    async with begin(cast.fatima, read_only=True) as unit:
        found = await granted(unit, PROGRAM, "")
    assert found.report is not None
    return tables_of(found.report.answer)


async def _public(quarter: str = QUARTER) -> Mapping[str, Any]:
    told: Mapping[str, Any] = orjson.loads(await fetched(f"/impact/{PROGRAM}/report.json?period={quarter}"))
    return told


def _released(part: Mapping[str, Any]) -> Released:
    """A release as everybody can put it together from the published file alone."""
    cells = {
        (CubeCode(cube), *key.rsplit("/", 1)): value
        for cube, held in part["cells"].items()
        for key, value in held.items()
    }
    places = [
        Place(UUID(p["id"]), p["code"], p["name"], p["province"], frozenset(map(CubeCode, p.get("withheld", ()))))
        for p in part["places"]
    ]
    return Released(part["period"], places, cells)


async def test_every_row_is_a_published_row_and_the_total_follows_from_published_cells(database: Database) -> None:
    await lay()
    await publish()
    await funded()
    said, public = await _said(), await _public()
    assert [row["key"][0]["name"] for row in said["rows"]] == NAMES
    assert all(row in public["rows"] for row in said["rows"])
    assert said["profile"] == []
    recomputed = answer([_released(public["releases"][0])], BY_HOSPITAL, [HOSPITALS[n] for n in FUNDED])
    assert tables_of(recomputed) == said
    sent = sum(row["figures"]["referrals_sent"]["value"] for row in said["rows"])
    assert said["total"]["referrals_sent"] == {"value": sent, "status": "SHOWN"}


async def test_page_workbook_paper_and_csv_say_these_hospitals_and_no_other(database: Database) -> None:
    await lay()
    await publish()
    await funded()
    said = await _said()
    async with visiting("fatima") as fatima:
        page = await fatima.get("/grants")
        files = {kind: (await fatima.get(f"/grants/report.{kind}")).content for kind in ("xlsx", "pdf", "csv")}
        for kind in ("json", "xml", "exe"):
            assert (await fatima.get(f"/grants/report.{kind}")).status_code == 404
    book = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"]))
    sheet = book.get_sheet_by_index(0).to_python()
    texts = {
        "page": page.text,
        "xlsx": str([book.get_sheet_by_name(name).to_python() for name in book.sheet_names]),
        "pdf": "".join(one.extract_text() for one in PdfReader(io.BytesIO(files["pdf"])).pages),
        "csv": files["csv"].decode("utf-8-sig"),
    }
    for name, text in texts.items():
        assert set(re.findall(r"Hospital H\d+", text)) == set(NAMES), name
        assert "Spring Water Co." in text or name == "page", name
    every = [said["total"], *(row["figures"] for row in said["rows"])]
    expected = [[figure.get("value", figure.get("percent")) for figure in one.values()] for one in every]
    assert [[None if isinstance(c, str) else c for c in row[1:]] for row in sheet[1:5]] == expected
    lines = list(csv.reader(io.StringIO(texts["csv"])))
    assert [[int(c) if c.isdigit() else None for c in row[1:]] for row in lines[1:5]] == expected
    rows = pages.fromstring(page.text).xpath("//table//tbody/tr")
    shown = [[_number(cell.text_content()) for cell in row.xpath("./td")] for row in rows]
    assert shown == expected[1:]


def _number(text: str) -> int | None:
    digits = text.strip().rstrip("%").replace(",", "")
    return int(digits) if digits.isdigit() else None


async def test_two_clicks_lead_to_the_query_that_gives_the_same_numbers(database: Database) -> None:
    await lay()
    await publish()
    await funded()
    said = await _said()
    async with visiting("fatima") as fatima:
        page = (await fatima.get("/grants")).text
    links = [html.unescape(link) for link in re.findall(r'class="btn[^"]*" href="(/graphql[^"]+)"', page)]
    (document,) = [parse_qs(urlsplit(link).query)["open"][0] for link in links]
    async with asking_as(cast.fatima, Budget(10**9)) as api:
        told = (await api.data(document))["impactReport"]
    assert len(told["rows"]) == len(FUNDED)
    for name in said["total"]:
        assert told["total"][api_name(name)]["status"] == said["total"][name]["status"]
        for row, expected in zip(told["rows"], said["rows"], strict=True):
            given = row["measures"][api_name(name)]
            assert given.get("value", given.get("percent")) == expected["figures"][name].get(
                "value", expected["figures"][name].get("percent")
            )


@pytest.mark.parametrize(
    "days", [("2025-01-01", "2025-12-31"), ("2026-10-01", "2026-12-31")]
)  # fmt: skip
async def test_an_agreement_of_another_time_funds_nothing_in_the_quarter(
    database: Database, days: tuple[str, str]
) -> None:
    await lay()
    await publish()
    await funded(starts_on=days[0], ends_on=days[1])
    async with visiting("fatima") as fatima:
        page = await fatima.get("/grants")
        assert (await fatima.get("/grants/report.xlsx")).status_code == 404
    assert "No hospital is funded by you in 2026Q3" in page.text
    assert not re.search(r"Hospital H\d+", page.text)


async def _hospitals(who: Actor) -> Sequence[UUID]:
    async with begin(who, read_only=True) as unit:
        return sorted(await funded_hospitals(unit, PROGRAM_ID, *days_of(QUARTER)))


async def test_only_who_pays_and_only_what_is_signed_counts(database: Database) -> None:
    await lay()
    await line(await draft(gift=str(await gift())), hospital=str(HOSPITALS[0]))
    await line(await active(), hospital=str(HOSPITALS[2]))
    assert await _hospitals(cast.fatima) == []
    first = await line(await active(funder=str(SPONSOR)), hospital=str(HOSPITALS[3]))
    assert await _hospitals(cast.fatima) == [HOSPITALS[3]]
    (row,) = await stored(Placement, col(Placement.hospital_id) == HOSPITALS[5])
    await _allocated(first, placement=row.id)
    assert await _hospitals(cast.fatima) == sorted([HOSPITALS[3], HOSPITALS[5]])
    assert await _hospitals(OTHER_SPONSOR) == []


async def test_a_line_that_was_replaced_counts_no_more(database: Database) -> None:
    await lay()
    agreement = await active(funder=str(SPONSOR))
    first = await line(agreement, hospital=str(HOSPITALS[3]))
    await line(agreement, hospital=str(HOSPITALS[6]), replaces=str(first), reason="The ward moved")
    assert await _hospitals(cast.fatima) == [HOSPITALS[6]]


async def test_a_terminated_agreement_has_funded_what_it_funded(database: Database) -> None:
    await lay()
    agreement = await active(funder=str(SPONSOR))
    await line(agreement, hospital=str(HOSPITALS[3]))
    await go(cast.ola, agreement, "TERMINATE", reason="The agency closed")
    assert await _hospitals(cast.fatima) == [HOSPITALS[3]]


@pytest.mark.parametrize("name", ["sam", "ola", "sun", "cai", "adam", "petra"])
async def test_nobody_else_has_such_a_page(database: Database, name: str) -> None:
    async with visiting(name) as person:
        assert (await person.get(f"/grants?program={PROGRAM}")).status_code in {403, 404}
        assert (await person.get(f"/grants/report.xlsx?program={PROGRAM}")).status_code in {403, 404}
    with pytest.raises(NotAllowed):
        async with begin(cast.ola, read_only=True) as unit:
            await granted(unit, PROGRAM, "")


@pytest.mark.parametrize("query", ["period=2026Q2", "period=x", "program=NONE"])
async def test_what_is_not_published_or_not_theirs_is_not_there(database: Database, query: str) -> None:
    await lay()
    await publish()
    await funded()
    async with visiting("fatima") as fatima:
        for path in ("/grants", "/grants/report.xlsx"):
            assert (await fatima.get(f"{path}?{query}")).status_code == 404


async def test_before_the_first_release_the_page_says_so(database: Database) -> None:
    async with visiting("fatima") as fatima:
        page = await fatima.get("/grants")
    assert page.status_code == 200
    assert "No quarter of this program has been published yet." in page.text


async def test_the_newest_whole_quarter_comes_first_and_others_by_their_tab(database: Database) -> None:
    await lay(quarters=tuple(QUARTERS))
    for quarter in QUARTERS:
        await publish(quarter)
    await funded()
    async with visiting("fatima") as fatima:
        first = (await fatima.get("/grants")).text
        earlier = (await fatima.get("/grants?period=2026Q1")).text
    assert '<a href="/grants?program=DIP&amp;period=2026Q3" aria-current="page">2026Q3</a>' in first
    assert 'aria-current="page">2026Q1</a>' in earlier
    assert "/grants/report.xlsx?program=DIP&amp;period=2026Q3" in first


async def test_no_record_is_read_and_the_statements_do_not_follow_the_hospitals(database: Database) -> None:
    await lay()
    await publish()
    agreement = await funded()
    async with visiting("fatima") as fatima:
        await fatima.get("/grants")
        sent = []
        for more in ((), range(8, 20)):
            for n in more:
                await line(agreement, "1.00", hospital=str(HOSPITALS[n]))
            with counting() as statements:
                await fatima.get("/grants")
            sent.append(len(statements))
            assert not {table for sql in statements for table in _TABLES.findall(sql)} & PEOPLE
    assert sent[0] == sent[1]
