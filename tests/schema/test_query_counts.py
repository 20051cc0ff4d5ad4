"""The number of statements does not depend on the number of rows."""

from typing import Any

import pytest
from sqlmodel import col

from coord.access import system
from coord.audit.tables import AuditEntry
from coord.kernel.sql import select
from coord.work import begin
from coord.work.engine import Database
from tests.coord.measures.rolling import caught_up
from tests.coord.releases.making import published, seen
from tests.queries import counting
from tests.schema import filling
from tests.schema.api import Api, asking_as
from tests.world import cast

pytestmark = pytest.mark.anyio

AUDITOR = system("test", "counts the trail", "job.run")
LISTS = {
    "contacts with all their objects": (
        """{ serviceContacts(first: 100) { edges { node { id occurredOn personTimes client { code }
          worker { displayName } hospital { name } program { name foundation { name } } } } } }""",
        2,
    ),
    "contacts with nothing joined": ("{ serviceContacts(first: 100) { edges { node { occurredOn } } } }", 1),
    "contacts with their number": ("{ serviceContacts(first: 100) { totalCount edges { cursor } } }", 2),
    "clients with their contacts": (
        """{ clients(first: 50) { edges { node { code serviceContacts(first: 5) {
          edges { node { occurredOn worker { code } } } pageInfo { hasNextPage } } } } } }""",
        2,
    ),
    "clients with two pages of contacts, one counted": (
        """{ clients(first: 20) { edges { node { a: serviceContacts(first: 1) { totalCount }
          b: serviceContacts(first: 3) { edges { node { id } } } } } } }""",
        4,
    ),
    "organizations": ("{ organizations { totalCount edges { node { id name } } } }", 2),
    "programs with their foundations": ("{ programs { edges { node { name foundation { name } } } } }", 2),
    "placements": (
        "{ placements { edges { node { hospital { name } employer { name } worker { displayName } program { name } } } } }",
        1,
    ),
    "the viewer": ("{ viewer { name memberships { role organization { name } } } }", 1),
}


async def own_statements(api: Api, query: str) -> tuple[int, dict[str, Any]]:
    """How many statements a document takes beyond finding out who asks, and its data."""
    await api.data("{ __typename }")  # notes the use of the token
    with counting() as who:
        await api.data("{ __typename }")
    with counting() as sent:
        answer = await api.data(query)
    return len([s for s in sent if not s.startswith("INSERT") and "audit_append" not in s]) - len(who), answer


async def test_every_list_takes_the_same_statements_for_ten_times_the_rows(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        await filling.contacts(2)
        await filling.clients(1, contacts_each=1)
        few = {name: await own_statements(api, query) for name, (query, _) in LISTS.items()}
        await filling.contacts(18)
        await filling.clients(9, contacts_each=2)
        many = {name: await own_statements(api, query) for name, (query, _) in LISTS.items()}
    expected = {name: number for name, (_, number) in LISTS.items()}
    assert {name: number for name, (number, _) in few.items()} == expected
    assert {name: number for name, (number, _) in many.items()} == expected
    rows = [len(found["contacts with nothing joined"][1]["serviceContacts"]["edges"]) for found in (few, many)]
    assert rows == [3, 39]


async def test_identities_are_read_in_one_statement_and_each_is_on_the_trail_once(database: Database) -> None:
    query = "{ clients(first: 50) { edges { node { code identity { name } } } } }"
    counts = []
    async with asking_as(cast.sam) as api:
        for _ in range(2):
            read_before = await readings()
            statements, answer = await own_statements(api, query)
            shown = [edge["node"]["identity"]["name"] for edge in answer["clients"]["edges"]]
            assert all("NORTH" in name for name in shown)
            counts.append((statements, len(shown), await readings() - read_before))
            await filling.clients(20)
    assert counts == [(2, 13, 13), (2, 33, 33)]


async def readings() -> int:
    """Entries of the trail about identities that were read."""
    async with begin(AUDITOR) as unit:
        return await unit.count(select(AuditEntry.seq).where(col(AuditEntry.verb) == "client.read_identity"))


async def test_the_numbers_of_a_year_take_the_same_statements_for_ten_times_the_rows(database: Database) -> None:
    query = """{ measures(program: "DIP", from: "2026-01-01", to: "2026-12-31", groupBy: [HOSPITAL, MONTH]) {
      rows { key { label } measures { contacts personTimes persons } } total { contacts } } }"""
    progress = '{ hospitalProgress(program: "DIP", month: "2026-08") { hospital { name } monthlyPersonTimes } }'
    counts, totals = [], []
    async with asking_as(cast.ola) as api:
        for number in (2, 18):
            await filling.contacts(number)
            statements, table = await own_statements(api, query)
            counts.append((statements, (await own_statements(api, progress))[0]))
            totals.append(table["measures"]["total"]["contacts"])
    assert counts[0] == counts[1]
    assert totals == [2, 20]


async def test_figures_that_are_kept_ready_take_one_statement_when_they_come_back(database: Database) -> None:
    query = """{ measures(program: "DIP", from: "2026-01-01", to: "2026-12-31", groupBy: [HOSPITAL]) {
      rows { key { label } measures { contacts personTimes persons } } total { contacts persons } } }"""
    await filling.contacts(2)
    await caught_up()
    async with asking_as(cast.ola) as api:
        first = await own_statements(api, query)
        again = await own_statements(api, query)
    assert again == (1, first[1])
    assert first[0] > 1


async def test_a_published_report_takes_as_many_statements_however_often_it_is_asked_for(database: Database) -> None:
    query = """{ impactReport(program: "DIP", period: "2026Q3", groupBy: [HOSPITAL]) {
      rows { key { label } measures { persons { value } } } } }"""
    await seen()
    await published()
    async with asking_as(cast.fatima) as api:
        first, *again = [await own_statements(api, query) for _ in range(3)]
        named = await own_statements(api, query.replace("rows", "program { name } rows"))
    assert [statements for statements, _ in again] == [3, 3]
    assert first[1] == again[0][1] == again[1][1]
    assert named[0] == 4, "the program's own words are read where they are asked for"
