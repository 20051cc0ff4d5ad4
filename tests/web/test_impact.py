"""The public report: for everybody, without script, equal in every format, signed."""

import csv
import html
import io
import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from python_calamine import CalamineWorkbook
from sqlmodel import update

from coord.audit.signing import public_keys
from coord.kernel.clock import now
from coord.language import words
from coord.releases import ReleaseMove
from coord.releases.codes import COUNTS, SHARES
from coord.releases.tabling import FIGURES, figure_word
from coord.releases.verifying import faults_of
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.releases.making import OSCAR, QUARTER, build, lock, move, published, seen
from tests.schema.api import asking_as
from tests.web.visit import visiting, visitor
from tests.world import BUILDER, PROGRAM, cast
from web.queries import api_name

pytestmark = pytest.mark.anyio
_FILE = "/impact/DIP/report.{kind}?period=2026Q3"


async def test_everybody_reads_what_is_published_without_script(database: Database) -> None:
    await seen()
    await published()
    async with visitor() as anybody:
        page = await anybody.get("/impact/DIP")
        method = await anybody.get("/impact/method")
    assert page.status_code == method.status_code == 200
    assert "<script" not in page.text
    assert "2026Q3" in page.text
    assert all(word not in page.text for word in ("NORTH", "SOUTH", "林"))


@pytest.mark.parametrize("path", ["/impact/DIP", "/impact/NONE", "/impact/DIP?period=2026Q1", "/impact/DIP?period=x"])
async def test_what_is_not_published_is_not_there(database: Database, path: str) -> None:
    await seen()
    await lock()
    made = await build()
    assert made is not None
    await move(cast.ola, made, ReleaseMove.REVIEW)
    async with visitor() as anybody:
        assert (await anybody.get(path)).status_code == 404


async def test_every_format_says_the_same_cells(database: Database) -> None:
    await seen()
    await published()
    async with visitor() as anybody:
        told = json.loads((await anybody.get(_FILE.format(kind="json"))).content)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO((await anybody.get(_FILE.format(kind="xlsx"))).content))
        lines = list(csv.reader(io.StringIO((await anybody.get(_FILE.format(kind="csv"))).content.decode("utf-8-sig"))))
    every = (told["total"], *(row["figures"] for row in told["rows"]))
    expected = [[one[name]["value"] for name in COUNTS] + [one[name]["percent"] for name in SHARES] for one in every]
    sheet = workbook.get_sheet_by_index(0).to_python()
    cells = [row[1:] for row in sheet[1 : 1 + len(expected)]]
    assert [[None if isinstance(c, str) else c for c in row] for row in cells] == expected
    texts = [line[1:] for line in lines[1 : 1 + len(expected)]]
    assert [[int(c) if c.isdigit() else None for c in line] for line in texts] == expected


async def test_the_workbook_has_a_sheet_a_table_and_says_what_figures_mean_and_which_release_it_is(
    database: Database,
) -> None:
    await seen()
    made = await published()
    async with visitor() as anybody:
        content = (await anybody.get(_FILE.format(kind="xlsx"), headers={"Accept-Language": "en"})).content
        told = json.loads((await anybody.get(_FILE.format(kind="json"))).content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == ["By hospital", "Definitions", "Release"]
    definitions = book.get_sheet_by_name("Definitions").to_python()
    assert definitions[0] == ["Figure", "Definition"]
    assert [row[0] for row in definitions[1 : 1 + len(FIGURES)]] == [figure_word(name, words("en")) for name in FIGURES]
    assert str(definitions[1][1]).startswith("One person present in one delivered service is one person-time")
    assert definitions[1 + FIGURES.index("closed_loop")][1] == (
        "Part: Of the referrals sent in the chosen time, those reported back on and acknowledged by the sender. "
        "Whole: Referrals first sent in the chosen time, under the hospital that sent them."
    )
    (part,) = told["releases"]
    release = book.get_sheet_by_name("Release").to_python()
    assert release[1] == ["2026Q3", str(made), part["digest"], part["key"], part["signature"]]


async def test_every_published_figure_links_to_the_query_that_gives_it(database: Database) -> None:
    await seen()
    await published()
    async with visitor() as anybody:
        page = (await anybody.get("/impact/DIP")).text
        told = json.loads((await anybody.get(_FILE.format(kind="json"))).content)
        links = [html.unescape(link) for link in re.findall(r'href="(/graphql[^"]+)"', page)]
        opened = await anybody.get(links[0], headers={"Accept": "text/html"})
    documents = [parse_qs(urlsplit(link).query)["open"][0] for link in links]
    assert len(documents) == 2 * len(FIGURES) + 1
    assert html.escape(json.dumps(documents[0].strip(), ensure_ascii=False)) in opened.text
    async with asking_as(cast.fatima) as api:
        answers = [(await api.data(document))["impactReport"] for document in documents]
    together = answers.pop()
    for name in FIGURES:
        (whole,) = [a["total"][api_name(name)] for a in answers if api_name(name) in a.get("total", {})]
        (rows,) = [a["rows"] for a in answers if "rows" in a and api_name(name) in a["rows"][0]["measures"]]
        assert together["total"][api_name(name)] == whole
        assert told["total"][name] == whole | _dressed(told["total"][name])
        assert [row["figures"][name]["status"] for row in told["rows"]] == [
            row["measures"][api_name(name)]["status"] for row in rows
        ]


def _dressed(figure: Mapping[str, Any]) -> Mapping[str, Any]:
    """Numerator and denominator of a rate, of which the query asks the values alone."""
    return {name: figure[name] for name in ("numerator", "denominator") if name in figure}


async def test_a_file_is_verified_offline_and_every_change_is_found(database: Database) -> None:
    await seen()
    await published()
    async with visitor() as anybody:
        content = (await anybody.get(_FILE.format(kind="json"))).content
        assert (await anybody.get(_FILE.format(kind="json"))).content == content
    keys = public_keys()
    assert faults_of(content, keys) == []
    assert faults_of(content, {}) == ["NOT_SIGNED 2026Q3"]
    told = orjson.loads(content)
    (cube,) = [cube for cube, cells in told["releases"][0]["cells"].items() if cube == "PERSON_TIMES" and cells]
    first = next(iter(told["releases"][0]["cells"][cube]))
    told["releases"][0]["cells"][cube][first] += 3
    assert faults_of(orjson.dumps(told), keys) == ["CHANGED 2026Q3"]
    assert faults_of(b"[]", keys) == faults_of(b"x", keys) == ["NOT_A_REPORT"]


async def test_an_order_shows_how_far_it_is_and_where_to_look_when_it_is_over(database: Database) -> None:
    await seen()
    await lock()
    async with visiting("ola") as ola:
        said = {"program": PROGRAM, "period": QUARTER}
        assert (await ola.post("/releases", data=said)).status_code == 303
        page = (await ola.get("/releases")).text
        assert "2026Q3: the order waits for its turn." in page
        assert "Build a release 2026Q3" not in page
        assert "2025Q4" not in page, "no hospital had a post yet"
        assert (await ola.post("/releases", data=said)).status_code == 422
        again: Any = {"params": {"program": PROGRAM, "orders": "1"}, "headers": {"HX-Request": "true"}}
        poll = (await ola.get("/releases", **again)).text
        assert ("<progress" in poll, "<html" in poll) == (True, False)
        async with begin(BUILDER) as unit:
            await unit.session.run(update(OutboxJob).values(done_at=now()))
        over = (await ola.get("/releases", **again)).text
        assert ("<progress" in over, "Show the releases" in over) == (False, True)


async def test_officers_order_look_review_and_a_colleague_publishes(database: Database) -> None:
    await seen()
    await lock()
    async with visiting("ola") as ola:
        page = await ola.get("/releases")
        assert "Build a release 2026Q3" in page.text
        made = await build()
        shown = await ola.get(f"/releases/{made}")
        assert "Review done" in shown.text
        await ola.post(f"/releases/{made}", data={"move": "REVIEW"})
        again = await ola.post(f"/releases/{made}", data={"move": "PUBLISH"})
        assert again.status_code == 409
    assert made is not None
    await move(OSCAR, made, ReleaseMove.PUBLISH)
    async with visiting("fatima") as fatima:
        assert (await fatima.get("/releases")).status_code == 403
        assert f"/releases/{made}" not in (await fatima.get("/grants")).text
        assert "/impact/DIP" in (await fatima.get("/grants")).text
        assert (await fatima.get(f"/releases/{made}")).status_code == 403
