"""On PostgreSQL what the wall asks for each row, in a page or in the API, is one step into an index."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from coord.work.engine import Database
from schema.budget import Budget
from tests.coord.making import contact, log, signed_in, without_client
from tests.coord.wall.plain import as_person
from tests.queries import heard_by_the_driver
from tests.schema.api import asking_as
from tests.schema.walking import documents
from tests.world import SOUTH, cast

pytestmark = pytest.mark.anyio
WHO = ("sam", "ola", "sun", "adam")
# The last record of each hospital: one step into an index for each of a few hospitals, not for each contact.
_BY_DESIGN = ("max(service_contact.recorded_at)",)
_EVERY = 3
"""Of all paths through the schema each person asks every third one."""


_OF_THE_ROW = re.compile(r"= \(?[a-z_]\w*\.\w+")
"""A value from outside in a condition of an index; columns of the index's own table stand there without its name."""


def _scans(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The tables that a look-up reads, one after the other."""
    if node["Node Type"] != "Nested Loop":
        yield node
        return
    for inner in node["Plans"]:
        if inner["Parent Relationship"] in ("Outer", "Inner"):
            yield from _scans(inner)


def is_step(node: Mapping[str, Any]) -> bool:
    """Whether a subquery looks up the row at hand: all by index, and one of them by a value of that row.

    Which one comes first says nothing here: the tables of a test hold a row or two.
    """
    scans = list(_scans(node))
    by_index = all(one["Node Type"] in ("Index Scan", "Index Only Scan") and "Index Cond" in one for one in scans)
    return by_index and any(_OF_THE_ROW.search(one["Index Cond"]) for one in scans)


def searches(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The subqueries of a plan that ran more than once and looked for more than one step."""
    if node.get("Parent Relationship") == "SubPlan" and node["Actual Loops"] > 1 and not is_step(node):
        yield node
    for inner in node.get("Plans", ()):
        yield from searches(inner)


async def _statements_of(database: Database, name: str) -> dict[str, Any]:
    """The SELECTs that somebody's documents run, with parameters."""
    heard: dict[str, Any] = {}

    def hear(statement: str, parameters: Any) -> None:
        if statement.startswith("SELECT") and not any(
            part in statement for part in ("set_config", "audit_append", *_BY_DESIGN)
        ):
            heard[statement] = parameters

    async with asking_as(await signed_in(name), Budget(10**9)) as api:
        with heard_by_the_driver(hear):
            for document in documents()[WHO.index(name) % _EVERY :: _EVERY]:
                await api.ask(document)
    return heard


async def _plan(connection: Any, statement: str, parameters: Any) -> Mapping[str, Any]:
    # The tables of a test are so small that reading them whole is cheapest: what matters is whether there is a way by index.
    for other in ("seqscan", "bitmapscan"):
        await connection.exec_driver_sql(f"SET LOCAL enable_{other} = off")
    told = (await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)).scalar()
    found: Mapping[str, Any] = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return found


@pytest.mark.parametrize("name", WHO)
async def test_no_statement_searches_for_each_row(database: Database, name: str) -> None:
    if database.is_sqlite:
        pytest.skip("the plans of PostgreSQL")
    await log(contact())
    await log(without_client(service_code="COMMUNITY_EVENT", hosts=[str(SOUTH)]))
    statements = await _statements_of(database, name)
    assert len(statements) > 5
    async with as_person(database, await signed_in(name)) as connection:
        for statement, parameters in statements.items():
            assert list(searches(await _plan(connection, statement, parameters))) == [], statement


async def test_a_search_for_each_row_is_found(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("the plans of PostgreSQL")
    careless = "SELECT id, (SELECT count(*) FROM case_file f WHERE f.client_id = c.id) FROM client c"
    async with as_person(database, cast.sam) as connection:
        assert list(searches(await _plan(connection, careless, {}))) != []


def test_going_through_a_hospital_is_no_step() -> None:
    step = {"Node Type": "Index Scan", "Index Cond": "(id = quality_flag.contact_id)"}
    walk = {"Node Type": "Index Scan", "Index Cond": "(hospital_id = '1'::uuid)"}

    def joined(*scans: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"Node Type": "Nested Loop", "Plans": [{**one, "Parent Relationship": "Inner"} for one in scans]}

    given = (step, joined(walk, step), walk, joined(walk, walk), joined(step, {"Node Type": "Seq Scan"}))
    assert [is_step(each) for each in given] == [True, True, False, False, False]
