"""Expensive documents are refused before they cost anything; the budget by the minute is kept."""

import sys
import time
from uuid import uuid4

import pytest
from graphql import OperationDefinitionNode, get_introspection_query

from coord.work.engine import Database
from schema.app import core
from schema.budget import Budget
from schema.documents import Prepared, Refused, prepare
from schema.limits import MAX_COST
from tests.queries import counting, queries
from tests.schema.api import GRAPHQL, asking_as
from tests.world import cast

pytestmark = pytest.mark.anyio


def doubling(levels: int) -> str:
    """Fragments that each spread the next one twice: 2 ** levels fields."""
    parts = [f"fragment F{n} on Client {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels)]
    return " ".join(["{ clients { edges { node { ...F0 } } } }", *parts, f"fragment F{levels} on Client {{ code }}"])


NESTED = """{ serviceContacts(first: 100) { edges { node { client { serviceContacts(first: 100) { edges { node {
  client { serviceContacts(first: 100) { edges { node { id } } } } } } } } } } } }"""
REFUSED = {
    "a short one that goes round": (
        "{clients(first:100){edges{node{serviceContacts{edges{node{client{serviceContacts{edges{node{id}}}}}}}}}}}",
        "COST_LIMIT",
    ),
    "lists in lists of a foreign schema": (
        "{clients(limit:100){org{clients{org{clients{name}}}}}}",
        "VALIDATION_FAILED",
    ),
    "deeper than any page": (
        "{" + "serviceContacts(first: 1) { edges { node { client {" * 4 + " code " + "} } } }" * 4 + "}",
        "DEPTH_LIMIT",
    ),
    "nested pages": (NESTED, "COST_LIMIT"),
    "fragments that double 20 times": (doubling(20), "COST_LIMIT"),
    "fragments that double 90 times": (doubling(90), "COST_LIMIT"),
    "101 aliases": ("{" + " ".join(f"a{n}: viewer {{ name }}" for n in range(101)) + "}", "ALIAS_LIMIT"),
    "500 times the same field": ("{ viewer {" + " name" * 500 + "} }", "ALIAS_LIMIT"),
    "50 directives": ("{ viewer { name " + "@include(if: true) " * 50 + "} }", "DIRECTIVE_LIMIT"),
    "1000 braces": ("{ viewer " * 500, "PARSE_FAILED"),
    "too many tokens": ("{ viewer { " + "id name " * 600 + "} }", "PARSE_FAILED"),
    "two mutations": (
        "mutation { ...Two } fragment Two on Mutation { a: __typename b: __typename }",
        "ONE_MUTATION",
    ),
    "a page size as a variable without value": (
        "query ($n: Int = 100) { clients(first: $n) { edges { node { serviceContacts(first: $n) { edges { node { id } } } } } } }",
        "COST_LIMIT",
    ),
    "introspection that goes round": (
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
        "VALIDATION_FAILED",
    ),
    "a fragment of itself": ("{ viewer { ...A } } fragment A on Viewer { name ...A }", "VALIDATION_FAILED"),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_an_expensive_document_is_refused_without_a_query_of_its_own(database: Database, name: str) -> None:
    document, code = REFUSED[name]
    async with asking_as(cast.ola) as api:
        await api.ask("{ __typename }")
        with counting() as who:
            await api.ask("{ __typename }")
        with queries(len(who)):
            answer = await api.post({"query": document}, Accept=GRAPHQL)
    assert answer.status_code == 400
    assert code in {error["extensions"]["code"] for error in answer.json()["errors"]}


def test_fifty_four_characters_that_would_multiply_are_among_them() -> None:
    document, _ = REFUSED["lists in lists of a foreign schema"]
    own, _ = REFUSED["a short one that goes round"]
    assert len(document) == 54
    prepared = Prepared(core, own)
    (node,) = (d for d in prepared.document.definitions if isinstance(d, OperationDefinitionNode))
    assert prepared.weight(node, {}).cost > 10 * MAX_COST


def work(text: str) -> int:
    """How many calls of functions it takes to refuse a document that was never seen before."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        with pytest.raises(Refused):
            prepare(core, f"{text} # {uuid4()}", None, {})
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("name", REFUSED)
def test_refusing_is_little_work(name: str) -> None:
    # As much as reading a thousand tokens takes twice. Without a memo per fragment, twenty fragments that double
    # would take several millions and ninety would never end.
    assert work(REFUSED[name][0]) < 60_000


def test_the_work_grows_with_the_length_of_a_document_and_not_with_its_nesting() -> None:
    ten, twenty, forty = (work(doubling(levels)) for levels in (10, 20, 40))
    assert forty - twenty < 2.5 * (twenty - ten)


def test_the_cost_follows_the_page_size_of_the_request() -> None:
    text = "query ($n: Int) { clients(first: $n) { edges { node { code } } } }"
    costs = [prepare(core, text, None, {"n": n}).weight.cost for n in (1, 10, 50)]
    assert costs == [1 + 1 * 3, 1 + 10 * 3, 1 + 50 * 3]


def test_the_standard_introspection_is_within_the_limits() -> None:
    assert prepare(core, get_introspection_query(), None, {}).weight.cost < 1000


async def test_the_cost_is_told_in_the_answer_the_headers_and_the_field(database: Database) -> None:
    budget = Budget(1000, clock=lambda: 0.0)
    async with asking_as(cast.ola, budget) as api:
        answer = await api.post({"query": "{ rateLimit { cost limit remaining } viewer { name } }"})
    body = answer.json()
    assert body["data"]["rateLimit"] == {"cost": 6, "limit": 1000, "remaining": 994}
    assert body["extensions"]["cost"] == {"cost": 6, "depth": 2, "remaining": 994}
    assert (answer.headers["x-ratelimit-limit"], answer.headers["x-ratelimit-remaining"]) == ("1000", "994")
    assert int(answer.headers["x-ratelimit-reset"]) > time.time()


async def test_a_spent_budget_is_429_with_retry_after_and_is_the_actors_own(database: Database) -> None:
    budget = Budget(10, clock=lambda: 0.0)
    async with asking_as(cast.ola, budget) as ola, asking_as(cast.sam, budget) as sam:
        first = await ola.post({"query": "{ rateLimit { cost limit remaining } viewer { name } }"})
        second = await ola.post({"query": "{ rateLimit { cost limit remaining } viewer { name } }"})
        other = await sam.post({"query": "{ viewer { name } }"})
    assert (first.status_code, second.status_code, other.status_code) == (200, 429, 200)
    assert second.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert 1 <= int(second.headers["retry-after"]) <= 60


def test_a_bucket_refills_steadily_and_never_over_its_limit() -> None:
    at = 0.0
    budget = Budget(60, clock=lambda: at)
    assert budget.spend(None, 60).remaining == 0
    assert budget.spend(None, 1).is_overdrawn
    at = 10.0
    assert budget.spend(None, 4).remaining == 6
    at = 100_000.0
    assert budget.spend(None, 0).remaining == 60
