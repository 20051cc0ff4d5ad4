"""Readers of one report: each gives every cell of every table as that form says it. A new form is one more reader.

A cell is named by its table, its row and its figure; None is a figure that is not shown.
"""

import csv
import io
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from lxml import etree, html
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from coord.language import words
from coord.releases.codes import COUNTS, SHARES
from coord.releases.people import AGES, NOT_GIVEN, SEXES
from coord.releases.tabling import FIGURES, HEADLINES, LOOP, PEOPLE_FIGURES, RATES
from schema.budget import Budget
from tests.schema.api import asking_as
from tests.web.visit import visitor
from tests.world import cast

Cells = Mapping[tuple[str, str, str], int | None]
Reader = Callable[[str], Awaitable[Cells]]
TOTAL, HOSPITALS, PEOPLE = "total", "hospitals", "people"
_PAGE = "/impact/DIP?period={period}"
_FILE = "/impact/DIP/report.{kind}?period={period}"
_NUMBER = re.compile(r"\d[\d,]*")


async def fetched(address: str) -> bytes:
    """What everybody gets at an address, in Chinese."""
    async with visitor() as anybody:
        answer = await anybody.get(address, headers={"Accept-Language": "zh-CN"})
    assert answer.status_code == 200
    return answer.content


def _figures_of(table: str) -> Sequence[str]:
    return PEOPLE_FIGURES if table == PEOPLE else FIGURES


def _named(key: Sequence[str | None]) -> str:
    return " ".join(part or "" for part in key)


def _people() -> Mapping[str, str]:
    """What a group of people is called in files and pages, and its key."""
    said = words("zh-CN")
    ages = {age: said("impact.age_not_given") if age == NOT_GIVEN else age for age in AGES}
    return {f"{said(f'impact.sex.{sex}')} · {word}": f"{sex} {age}" for sex in SEXES for age, word in ages.items()}


async def from_json(period: str) -> Cells:
    """The file that is signed."""
    told = orjson.loads(await fetched(_FILE.format(kind="json", period=period)))
    found: dict[tuple[str, str, str], int | None] = {}
    tables = [(TOTAL, "", told["total"])]
    tables += [(HOSPITALS, row["key"][0]["name"], row["figures"]) for row in told["rows"]]
    tables += [(PEOPLE, _named([key["code"] for key in row["key"]]), row["figures"]) for row in told["profile"]]
    for table, row, figures in tables:
        for name in _figures_of(table):
            found[table, row, name] = figures[name]["percent" if name in SHARES else "value"]
    return found


def _field(name: str) -> str:
    first, *rest = name.split("_")
    return "".join([first, *(part[0].upper() + part[1:] for part in rest)])


async def from_graphql(period: str) -> Cells:
    """The API, asked by the sponsor for each table by itself: together they would cost too much."""
    counts = " ".join(f"{_field(name)} {{ value }}" for name in COUNTS)
    figures = f"{counts} {' '.join(f'{_field(name)} {{ percent }}' for name in SHARES)}"
    asked = (
        f"total {{ {figures} }}", f"rows {{ key {{ label }} measures {{ {figures} }} }}",
        f"profile {{ sex ageBand measures {{ {figures} }} }}",
    )  # fmt: skip
    told: dict[str, Any] = {}
    async with asking_as(cast.fatima, Budget(10**9)) as api:
        for part in asked:
            query = f'{{ impactReport(program: "DIP", period: "{period}", groupBy: [HOSPITAL]) {{ {part} }} }}'
            told |= (await api.data(query))["impactReport"]
    tables = [(TOTAL, "", told["total"])]
    tables += [(HOSPITALS, row["key"][0]["label"], row["measures"]) for row in told["rows"]]
    tables += [(PEOPLE, _named([row["sex"], row["ageBand"]]), row["measures"]) for row in told["profile"]]
    return {
        (table, row, name): figures[_field(name)]["percent" if name in SHARES else "value"]
        for table, row, figures in tables
        for name in _figures_of(table)
    }


def _of_lines(lines: Sequence[Sequence[Any]]) -> Iterator[tuple[tuple[str, str, str], int | None]]:
    """Blocks of a sheet, each from its head to the next empty line: hospitals with the total, then people."""
    said, people = words("zh-CN"), _people()
    table = ""
    for line in lines:
        title = str(line[0]) if line else ""
        if title in {said("impact.hospital"), said("impact.by_person")}:
            table = HOSPITALS if title == said("impact.hospital") else PEOPLE
        elif not title:
            table = ""
        elif table:
            where = (TOTAL, "") if title == said("impact.total") else (table, people.get(title, title))
            for name, cell in zip(_figures_of(table), line[1:], strict=False):
                yield (*where, name), _number(str(cell))


def _number(text: str) -> int | None:
    found = _NUMBER.match(text)
    return int(found.group().replace(",", "")) if found else None


async def from_csv(period: str) -> Cells:
    """The file of values."""
    text = (await fetched(_FILE.format(kind="csv", period=period))).decode("utf-8-sig")
    return dict(_of_lines(list(csv.reader(io.StringIO(text)))))


async def from_xlsx(period: str) -> Cells:
    """The workbook, one table a sheet."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(await fetched(_FILE.format(kind="xlsx", period=period))))
    return dict(
        _of_lines([line for name in book.sheet_names for line in [*book.get_sheet_by_name(name).to_python(), []]])
    )


def _printed(text: str) -> Iterator[Sequence[str]]:
    """Lines of a printed page as cells: a row of a table is a name and one word a figure, the rest is one cell."""
    hidden = "|".join(re.escape(words("zh-CN")(key)) for key in ("impact.hidden", "impact.of_nobody"))
    row = re.compile(rf"(\S.*?)((?: (?:[\d,]+%?|{hidden})){{{len(PEOPLE_FIGURES)},}})")
    for line in text.splitlines():
        found = row.fullmatch(line.strip())
        yield [found[1], *found[2].split()] if found else [line.strip()]


async def from_pdf(period: str) -> Cells:
    """The text of the paper, page after page; each table begins under its title."""
    said, people = words("zh-CN"), _people()
    titles = {said("impact.by_hospital"): HOSPITALS, said("impact.by_person"): PEOPLE}
    pages = PdfReader(io.BytesIO(await fetched(_FILE.format(kind="pdf", period=period)))).pages
    found: dict[tuple[str, str, str], int | None] = {}
    table = ""
    for name, *cells in _printed("\n".join(page.extract_text() for page in pages)):
        table = titles.get(name, table)
        where = (TOTAL, "") if name == said("impact.total") else (table, people.get(name, name))
        found |= {
            (*where, figure): _number(cell) for figure, cell in zip(_figures_of(table), cells, strict=bool(cells))
        }
    return found


async def from_iati(period: str) -> Cells:
    """The activity: what is not shown is left out of it, so which cells there are is taken from the signed file."""
    root = etree.fromstring(await fetched(_FILE.format(kind="xml", period=period)))
    found: dict[tuple[str, str, str], int | None] = dict.fromkeys(await from_json(period))
    for indicator in root.iterfind(".//indicator"):
        code = indicator.find("reference").get("code")
        for actual in indicator.iterfind("period/actual") if code in FIGURES else ():
            of = {one.get("name"): one.get("value") for one in actual.iterfind("dimension")}
            age = NOT_GIVEN if of.get("age") == "not given" else of.get("age")
            where = (PEOPLE, _named([of["sex"], age])) if "sex" in of else (HOSPITALS, of.get("hospital name", ""))
            found[*(where if of else (TOTAL, "")), code] = int(actual.get("value"))
    return found


async def from_page(period: str) -> Cells:
    """The public page: its tables, and the total as large numbers and lists."""
    page = html.fromstring((await fetched(_PAGE.format(period=period))).decode())
    found: dict[tuple[str, str, str], int | None] = {}
    totals = page.xpath("//div[contains(@class,'kpis')]//p[@class='value']")
    totals += page.xpath("//div[@class='charts']//dd/b")
    for name, word in zip((*HEADLINES, *LOOP, *RATES), totals, strict=True):
        found[TOTAL, "", name] = _number(word.text_content())
    people = _people()
    # Many hospitals are folded, a table for each province; people by sex and age stand below them.
    folded = page.xpath("//details[@class='fold']//table")
    others = [table for table in page.xpath("//table") if table not in folded]
    kinds = [HOSPITALS] * len(folded) + ([PEOPLE] if folded else [HOSPITALS, PEOPLE])
    for table, rows in zip(kinds, [*folded, *others], strict=False):
        for row in rows.xpath(".//tbody/tr"):
            title, *cells = (cell.text_content().strip() for cell in row.xpath("./*"))
            for name, cell in zip(_figures_of(table), cells, strict=True):
                found[table, people.get(title, title), name] = _number(cell)
    return found


READERS: Mapping[str, Reader] = {
    "json": from_json, "graphql": from_graphql, "csv": from_csv, "xlsx": from_xlsx, "page": from_page,
    "pdf": from_pdf, "iati": from_iati,
}  # fmt: skip
