"""The directory through the API."""

from typing import Any

import pytest

from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.referrals.test_directory import describe
from tests.schema.api import asking_as
from tests.world import CENTER, NORTH, SOUTH, cast

pytestmark = pytest.mark.anyio
_FOUND = """query($filter: ReceiverFilter) { receivers(filter: $filter) { totalCount edges { node {
  organization { code } services districts capacity stale } } } }"""
_WRITE = """mutation($input: DescribeReceiverInput!) { describeReceiver(input: $input) {
  ... on ReceiverDescribed { receiver { capacity services openingHours } } ... on Rejected { problems { field code } } } }"""
_CONFIRM = """mutation($id: ID!) { confirmReceiver(organization: $id) {
  ... on ReceiverDescribed { receiver { stale } } ... on Rejected { problems { field code } } } }"""


async def ask(actor: Any, document: str, **variables: Any) -> Any:
    async with asking_as(actor) as api:
        return await api.ask(document, **variables)


async def test_it_is_asked_by_need_and_search(database: Database) -> None:
    await describe()
    await describe(cast.ola, SOUTH, services=["PSYCHIATRIC_CARE"], districts="")
    answer = await ask(cast.sam, _FOUND, filter={"need": "PEER_SUPPORT", "search": "haidian"})
    (edge,) = answer["data"]["receivers"]["edges"]
    assert edge["node"] == {
        "organization": {"code": "C01"},
        "services": ["COMMUNITY_REHABILITATION", "PEER_SUPPORT"],
        "districts": ["海淀区", "朝阳区"],
        "capacity": "CAPACITY",
        "stale": False,
    }
    assert (await ask(cast.sam, _FOUND))["data"]["receivers"]["totalCount"] == 2


async def test_it_is_written_and_confirmed_by_who_keeps_it(database: Database) -> None:
    given = {"organization": global_id("Organization", CENTER), "services": ["HOUSING"], "capacity": "NO_CAPACITY",
             "openingHours": "9-17"}  # fmt: skip
    written = (await ask(cast.cai, _WRITE, input=given))["data"]["describeReceiver"]["receiver"]
    assert written == {"capacity": "NO_CAPACITY", "services": ["HOUSING"], "openingHours": "9-17"}
    confirmed = await ask(cast.cai, _CONFIRM, id=given["organization"])
    assert confirmed["data"]["confirmReceiver"]["receiver"] == {"stale": False}
    foreign = await ask(cast.cai, _WRITE, input={**given, "organization": global_id("Organization", NORTH)})
    assert foreign["data"]["describeReceiver"]["problems"] == [{"field": "organization", "code": "ANOTHERS_ENTRY"}]


async def test_others_read_nothing(database: Database) -> None:
    await describe()
    for actor in (cast.fatima, cast.petra):
        answer = await ask(actor, _FOUND)
        assert answer["errors"][0]["extensions"]["code"] == "NOT_ALLOWED"
