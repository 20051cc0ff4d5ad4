"""Documents that come with coord are known by their hash; nobody can add one."""

from typing import Any

import pytest

from coord.work.engine import Database
from schema.trusted import hash_of, saved_queries, trusted_documents
from tests.schema.api import GRAPHQL, asking_as
from tests.world import cast

pytestmark = pytest.mark.anyio

ME = saved_queries()["1-who-am-i"]
OWN = "{ viewer { name } }"


def naming(name: Any, **more: Any) -> dict[str, Any]:
    """A request that names a document."""
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": name}}, **more}


async def test_a_document_that_comes_with_coord_need_not_be_sent(database: Database) -> None:
    async with asking_as(cast.sam) as api:
        by_name = await api.post(naming(hash_of(ME)))
        as_text = await api.post({"query": ME})
        with_both = await api.post(naming(hash_of(OWN), query=OWN))
    assert by_name.json()["data"]["viewer"] == as_text.json()["data"]["viewer"]
    assert with_both.json()["data"] == {"viewer": {"name": "Sam"}}


@pytest.mark.parametrize(
    "asked",
    [
        naming(hash_of(OWN)),
        naming(hash_of(ME), query=OWN),
        naming("x"),
        naming(None),
        {"extensions": {"persistedQuery": "x"}, "query": OWN},
    ],
)
async def test_an_unknown_a_false_and_a_broken_name_are_refused(database: Database, asked: dict[str, Any]) -> None:
    async with asking_as(cast.sam) as api:
        answer = await api.post(asked, Accept=GRAPHQL)
        again = await api.post(naming(hash_of(OWN)), Accept=GRAPHQL)
    assert [answer.status_code, again.status_code] == [400, 400]
    assert answer.json()["errors"][0]["extensions"] == {"code": "BAD_REQUEST"}


def test_every_saved_query_is_known_by_its_hash() -> None:
    assert sorted(trusted_documents().values()) == sorted(saved_queries().values())
