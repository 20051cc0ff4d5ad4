"""Saved queries as files: for spreadsheets and programs that can only fetch an address."""

import base64
import csv
import io

import httpx2
import pytest
from python_calamine import CalamineWorkbook

from coord.clients.disclosure import version
from coord.work.engine import Database
from schema.app import core
from schema.budget import Budget
from schema.documents import prepare
from schema.saved_files import ENDINGS, served
from schema.tabular import table_of
from schema.trusted import saved_queries
from tests.coord.releases.making import published, seen
from tests.disclosure.world import QUARTERS, lay, publish
from tests.schema.api import asking_as, door, token_of
from tests.world import cast

pytestmark = pytest.mark.anyio
REPORT = "/api/q/impact-report.{ending}?period=2026Q3"


def lines(answer: httpx2.Response) -> list[list[str]]:
    """The rows of a CSV file."""
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def basic(token: str) -> dict[str, str]:
    """The header that a spreadsheet sends for a password."""
    return {"Authorization": f"Basic {base64.b64encode(f'anybody:{token}'.encode()).decode()}"}


async def test_a_sponsor_gets_the_report_as_csv_at_once_with_a_byte_order_mark(database: Database) -> None:
    await seen()
    await published()
    async with asking_as(cast.fatima) as api:
        answer = await api.http.get(REPORT.format(ending="csv"), headers=api.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    head, *rows = lines(answer)
    assert head[:6] == [
        "period",
        "releaseId",
        "hospital.key",
        "hospital.label",
        "personTimes.value",
        "personTimes.status",
    ]
    assert [row[0] for row in rows] == ["2026Q3", "2026Q3"]
    assert [row[2] for row in rows] == ["H001", "H002"]


async def test_every_ending_holds_the_cells_of_the_graphql_answer(database: Database) -> None:
    await seen()
    await published()
    async with asking_as(cast.fatima) as api:
        told = (await api.data(saved_queries()["9-impact-report"]))["impactReport"]
        files = {e: await api.http.get(REPORT.format(ending=e), headers=api.headers) for e in ENDINGS}
    expected = [
        [told["period"], told["releaseId"], row["key"][0]["key"], row["key"][0]["label"],
         *(value for figure in row["measures"].values() for value in figure.values())]
        for row in told["rows"]
    ]  # fmt: skip
    assert [list(row.values()) for row in files["json"].json()["rows"]] == expected
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(files["xlsx"].content)).get_sheet_by_index(0).to_python()
    assert [["" if cell is None else cell for cell in row] for row in expected] == sheet[1:]
    assert [["" if cell is None else str(cell) for cell in row] for row in expected] == lines(files["csv"])[1:]
    assert sheet[0] == lines(files["csv"])[0] == list(files["json"].json()["rows"][0])


async def test_without_a_period_the_newest_whole_quarter_is_answered_and_a_year_never(database: Database) -> None:
    await lay(quarters=tuple(QUARTERS))
    async with asking_as(cast.fatima, Budget(10**9)) as api:
        assert (await api.http.get("/api/q/impact-report.csv", headers=api.headers)).status_code == 404
        for quarter in QUARTERS:
            await publish(quarter)
            for address in ("/api/q/impact-report.csv", "/api/q/impact-report.csv?period=LATEST"):
                answer = await api.http.get(address, headers=api.headers)
                assert {row[0] for row in lines(answer)[1:]} == {quarter}
        assert (await api.data(saved_queries()["10-impact-total"]))["impactReport"]["period"] == "2026Q3"


async def test_a_token_may_come_as_a_basic_password_here_and_nowhere_else(database: Database) -> None:
    token = await token_of(cast.ola)
    async with door() as client:
        good = await client.get("/api/q/posts.csv", headers=basic(token))
        wrong = await client.get("/api/q/posts.csv", headers=basic("coord_wrong"))
        broken = await client.get("/api/q/posts.csv", headers={"Authorization": "Basic %%%"})
        nobody = await client.get("/api/q/posts.csv")
        elsewhere = await client.get("/graphql?query={viewer{name}}", headers=basic(token))
    assert [one.status_code for one in (good, wrong, broken, nobody, elsewhere)] == [200, 401, 401, 401, 401]
    assert nobody.headers["www-authenticate"].startswith('Basic realm="coord"')


async def test_what_was_not_released_is_not_there_and_says_no_number(database: Database) -> None:
    await seen()
    async with asking_as(cast.fatima) as api:
        answer = await api.http.get(REPORT.format(ending="csv"), headers=api.headers)
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["extensions"] == {"code": "NOT_FOUND"}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/q/impact-report.csv?period=2026", 404, "NOT_FOUND"),
        ("/api/q/impact-report.csv?period=x", 400, "INVALID"),
        ("/api/q/impact-report.csv?program=NONE", 404, "NOT_FOUND"),
        ("/api/q/impact-report.csv?quarter=2026Q3", 400, "BAD_REQUEST"),
        ("/api/q/impact-report.pdf", 404, "NOT_FOUND"),
        ("/api/q/9-impact-report.csv", 404, "NOT_FOUND"),
        ("/api/q/log-a-contact.csv", 404, "NOT_FOUND"),
        ("/api/q/numbers-by-month.csv?from=yesterday", 400, "INVALID"),
        ("/api/q/numbers-by-month.csv", 403, "NOT_ALLOWED"),
    ],
)
async def test_what_cannot_be_given_is_said_with_its_status(
    database: Database, path: str, status: int, code: str
) -> None:
    async with asking_as(cast.fatima) as api:
        answer = await api.http.get(path, headers=api.headers)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (status, code)


async def test_a_longer_list_names_the_address_of_its_next_page(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        whole = await api.http.get("/api/q/clients-with-contacts.json", headers=api.headers)
    assert "link" not in whole.headers
    assert whole.json()["notice"].endswith(f"({version()})")


async def test_a_file_is_paid_from_the_budget_of_the_api(database: Database) -> None:
    await seen()
    await published()
    async with asking_as(cast.fatima, Budget(20_000, clock=lambda: 0.0)) as api:
        answers = [await api.http.get(REPORT.format(ending="csv"), headers=api.headers) for _ in range(8)]
    paid, last = answers[0], answers[-1]
    assert int(paid.headers["x-ratelimit-remaining"]) < int(paid.headers["x-ratelimit-limit"]) == 20_000
    assert (last.status_code, last.headers["retry-after"].isdigit()) == (429, True)


@pytest.mark.parametrize("slug", served())
async def test_the_columns_of_every_file_stand_without_any_data(database: Database, slug: str) -> None:
    table = table_of(core, prepare(core, served()[slug], None, {}).node)
    names = [column.name for column in table.columns]
    assert len(names) == len(set(names)) > 0
    async with asking_as(cast.sam if slug == "clients-with-contacts" else cast.ola) as api:
        answer = await api.http.get(f"/api/q/{slug}.csv", headers=api.headers)
    assert answer.status_code == 404 if slug.startswith("impact") else lines(answer)[0] == names


def test_numbers_by_two_dimensions_have_a_column_of_each() -> None:
    table = table_of(core, prepare(core, served()["numbers-by-month"], None, {}).node)
    names = [column.name for column in table.columns]
    assert names[:2] == ["asOf", "countingRuleVersion"]
    assert {"total.persons", "hospital.label", "month.label", "persons"} <= set(names)
