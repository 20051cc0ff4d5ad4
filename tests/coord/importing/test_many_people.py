"""A long list of people, really imported by the page and by the API: bad rows in the middle lose nobody, twice adds nobody."""

import base64
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from coord.clients.record.tables import ClientRecord
from coord.clients.tables import Client, ClientIdentity, ClientKey
from coord.contacts.importing import import_report
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id, parse_id
from tests.coord.importing.test_people import people
from tests.coord.making import stored
from tests.schema.api import asking_as
from tests.web.test_imports import done
from tests.web.visit import visiting
from tests.world import NORTH, PROGRAM, cast
from workers.jobs.imports import import_file

pytestmark = pytest.mark.anyio
MANY = 400
"""Of them every seventh row is wrong, and every fifth says no more than code and name."""
IMPORT = """mutation ($input: ImportClientsInput!) { importClients(input: $input) {
  ... on ClientImportStarted { clientImport { id } } ... on Rejected { problems { code } } } }"""
ROWS = """query ($id: ID!, $skip: Int) { clientImport(id: $id) { state rowsDone
  rows(skip: $skip) { row fate code lacks problems { field code } } } }"""


def row(n: int) -> str:
    """The n-th person; wrong by turns in three ways."""
    if n % 7 == 0:
        return (
            f"{n},M-{n},,女,,,,,,,,,,",
            f"{n},M-{n},某人{n},女,2099-01-01,,,,,,,,,",
            f"{n},M-{n},某人{n},女,,,,,,,,,,抑郁",
        )[n % 3]
    if n % 5 == 0:
        return f"{n},M-{n},某人{n},,,,,,,,,,,"
    return f"{n},M-{n},某人{n},女,1960-01-{n % 28 + 1:02d},139{n:08d},海淀区,,,,社区转介,职工医保,普通,F32.1"


LINES = [row(n) for n in range(1, MANY + 1)]
WRONG = MANY // 7
BARE = sum(1 for n in range(1, MANY + 1) if n % 7 and n % 5 == 0)


async def fates(import_id: str) -> tuple[Counter[str], int]:
    """How many rows met which fate, and how many of those taken lack something."""
    parsed = parse_id(import_id)
    assert parsed is not None
    async with begin(cast.sam, read_only=True) as unit:
        report = await import_report(unit, parsed[1])
    return Counter(one.fate.value for one in report.rows), sum(bool(one.lacks) for one in report.rows)


async def everybody() -> Sequence[tuple[str, int]]:
    """How many rows each table has of the people of the list."""
    clients = {one.id for one in await stored(Client) if one.code.startswith("M-")}
    tables: Sequence[Any] = (ClientKey, ClientIdentity, ClientRecord)
    beside = [(table.__name__, sum(one.id in clients for one in await stored(table))) for table in tables]
    return [("client", len(clients)), *beside]


async def test_by_the_page_bad_rows_lose_nobody_and_twice_adds_nobody(database: Database) -> None:
    async with visiting("sam") as sam:
        path = await done(sam, people(*LINES), kind="CLIENTS")
        first = global_id("ClientImport", UUID(path.rsplit("/", 1)[1]))
        shown = (await sam.get(path)).text
        assert await fates(first) == (Counter(ADDED=MANY - WRONG, REFUSED=WRONG), BARE)
        assert (f"{BARE} people have files that lack something" in shown, 'href="/clients?lacking=1"' in shown) == (
            True,
            True,
        )
        made = await everybody()
        again = global_id("ClientImport", UUID((await done(sam, people(*LINES), kind="CLIENTS")).rsplit("/", 1)[1]))
    assert await fates(again) == (Counter(ALREADY_THERE=MANY - WRONG, REFUSED=WRONG), 0)
    assert made == await everybody()
    assert made == [
        ("client", MANY - WRONG),
        ("ClientKey", MANY - WRONG),
        ("ClientIdentity", MANY - WRONG),
        ("ClientRecord", MANY - WRONG - BARE),
    ]


async def test_by_the_api_each_row_tells_its_fate_and_what_the_file_lacks(database: Database) -> None:
    content = base64.b64encode(people(*LINES)).decode()
    asked = {"program": PROGRAM, "hospital": global_id("Organization", NORTH), "fileName": "a.csv", "content": content}
    keys = []
    async with asking_as(cast.sam) as api:
        for _ in range(2):
            started = (await api.data(IMPORT, input=asked))["importClients"]["clientImport"]["id"]
            parsed = parse_id(started)
            assert parsed is not None
            await import_file(str(parsed[1]))
            keys.append(started)
        told = (await api.data(ROWS, id=keys[0], skip=0))["clientImport"]
    assert (told["state"], told["rowsDone"], len(told["rows"])) == ("DONE", MANY, MANY)
    by_row = {one["row"]: one for one in told["rows"]}
    assert by_row[1] == {"row": 1, "fate": "ADDED", "code": "M-1", "lacks": [], "problems": []}
    assert by_row[5]["lacks"] == ["GENDER", "BIRTH_DATE", "DISTRICT", "SOURCE"]
    assert [by_row[n]["problems"] for n in (7, 14, 21)] == [
        [{"field": "birthDate", "code": "FUTURE_DATE"}, {"field": "guardian", "code": "GUARDIAN_REQUIRED"}],
        [{"field": "diagnosis", "code": "NOT_ICD"}],
        [{"field": "name", "code": "MISSING_NAME"}],
    ]
    assert await fates(keys[1]) == (Counter(ALREADY_THERE=MANY - WRONG, REFUSED=WRONG), 0)
    assert (await everybody())[0] == ("client", MANY - WRONG)
