"""Pages by cursor: rows that come while somebody pages are neither skipped nor repeated."""

import uuid
from typing import Any

import pytest

from coord.work.engine import Database
from tests.schema import filling
from tests.schema.api import Api, asking_as
from tests.schema.test_line import log
from tests.world import cast

pytestmark = pytest.mark.anyio

PAGE = """query ($first: Int, $after: String) { serviceContacts(first: $first, after: $after) {
  edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount } }"""


async def page(api: Api, first: int | None, after: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = (await api.data(PAGE, first=first, after=after))["serviceContacts"]
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [edge["node"]["id"] for edge in found["edges"]]


async def test_pages_join_to_the_whole_list_although_rows_come_in_between(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        await filling.contacts(7)
        whole = ids(await page(api, 100))
        found = await page(api, 3)
        seen = ids(found)
        while found["pageInfo"]["hasNextPage"]:
            # A newer one comes before all pages, an older one belongs behind them.
            await log(api, occurredOn="2026-09-03")
            found = await page(api, 3, found["pageInfo"]["endCursor"])
            seen += ids(found)
    assert seen == whole
    assert len(whole) == 7


async def test_a_row_that_belongs_further_down_is_met_there_once(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        await filling.contacts(4)
        first = await page(api, 2)
        late = (await log(api, occurredOn="2026-02-01"))["serviceContact"]["id"]
        rest = await page(api, 100, first["pageInfo"]["endCursor"])
    assert ids(first).count(late) == 0
    assert ids(rest).count(late) == 1
    assert len(ids(first) + ids(rest)) == len(set(ids(first) + ids(rest))) == 5


async def test_a_page_says_where_it_stands(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        await filling.contacts(3)
        first = await page(api, 2)
        last = await page(api, 2, first["pageInfo"]["endCursor"])
        none = await page(api, 0)
        beyond = await page(api, 2, last["pageInfo"]["endCursor"])
    assert first["pageInfo"] == {
        "hasNextPage": True, "hasPreviousPage": False,
        "startCursor": first["edges"][0]["cursor"], "endCursor": first["edges"][1]["cursor"],
    }  # fmt: skip
    assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)
    assert (len(first["edges"]), len(last["edges"]), none["edges"], beyond["edges"]) == (2, 1, [], [])
    assert {found["totalCount"] for found in (first, last, none, beyond)} == {3}


async def test_without_a_size_a_page_has_20_rows(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        await filling.contacts(21)
        assert len((await page(api, None))["edges"]) == 20


async def test_nested_pages_go_on_where_they_ended(database: Database) -> None:
    ask = """query ($after: String) { clients(search: "NORTH-0001") { edges { node {
      serviceContacts(first: 2, after: $after) { totalCount edges { node { id } } pageInfo { hasNextPage endCursor } } } } } }"""
    async with asking_as(cast.sam) as api:
        await filling.contacts(3)
        first = (await api.data(ask))["clients"]["edges"][0]["node"]["serviceContacts"]
        after = first["pageInfo"]["endCursor"]
        second = (await api.data(ask, after=after))["clients"]["edges"][0]["node"]["serviceContacts"]
    assert (first["totalCount"], len(first["edges"]), first["pageInfo"]["hasNextPage"]) == (3, 2, True)
    assert (len(second["edges"]), second["pageInfo"]["hasNextPage"]) == (1, False)
    assert second["edges"][0]["node"]["id"] not in ids(first)


async def test_filters_narrow_together(database: Database) -> None:
    ask = "query ($f: ServiceContactFilter) { serviceContacts(filter: $f) { totalCount } }"
    async with asking_as(cast.sam) as api:
        key = str(uuid.uuid4())
        await log(api, idempotencyKey=key, occurredOn="2026-09-03")
        await log(api, occurredOn="2026-09-10", serviceCode="CONSULTATION")
        counts = [
            (await api.data(ask, f=given))["serviceContacts"]["totalCount"]
            for given in (
                {"from": "2026-09-03", "to": "2026-09-09"},
                {"from": "2026-09-04"},
                {"serviceCode": ["CASE_CONTACT", "CONSULTATION"]},
                {"serviceCode": ["CONSULTATION"], "to": "2026-09-09"},
                {"status": ["SUBMITTED"], "program": "DIP"},
                {"program": "NONE"},
            )
        ]
    assert counts == [1, 1, 2, 0, 2, 0]


async def test_aliases_fragments_and_directives_are_followed(database: Database) -> None:
    ask = """query ($with: Boolean!) { serviceContacts { edges { node { ...Who on: occurredOn
      ... on ServiceContact { hospital @include(if: $with) { place: name } } } } } }
      fragment Who on ServiceContact { client { kind: __typename ...Code } } fragment Code on Client { code }"""
    async with asking_as(cast.sam) as api:
        await filling.contacts(1)
        with_place = (await api.data(ask, **{"with": True}))["serviceContacts"]["edges"][0]["node"]
        without = (await api.data(ask, **{"with": False}))["serviceContacts"]["edges"][0]["node"]
    who = {"client": {"kind": "Client", "code": "NORTH-0001"}, "on": "2026-03-01"}
    assert with_place == {**who, "hospital": {"place": "北岸医院 North"}}
    assert without == who
