"""Every field of the API has a policy: a verb that is asked, or its object's row; the list is reviewed like code."""

from collections.abc import Iterator

import strawberry
from graphql import GraphQLSchema

from tests.walls.fields import FILE, ROOTS, WITH_ITS_OBJECT, policies, written

# A node is found by the row rule of its kind, and its fields ask their verbs; the budget is the asker's own.
REVIEWED = {"Query.node", "Query.rateLimit"}


def without_a_verb(schema: GraphQLSchema | None = None) -> Iterator[str]:
    """Operations that anybody could run."""
    for field, verb in policies(schema) if schema else policies():
        if verb == WITH_ITS_OBJECT and field.split(".")[0] in ROOTS:
            yield field


def test_every_operation_asks_a_verb() -> None:
    assert set(without_a_verb()) == REVIEWED


def test_the_reviewed_file_says_which_verb_each_field_asks() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "python -m tests.walls.pages writes it anew"


async def careless() -> list[str]:
    """What a resolver without a verb looks like."""
    return []


@strawberry.type
class Query:
    """A schema with a field that nobody thought about."""

    everything: list[str] = strawberry.field(resolver=careless)


def test_an_operation_without_a_verb_is_found() -> None:
    made = strawberry.Schema(query=Query)._schema  # noqa: SLF001  as graphql-core knows it
    assert list(without_a_verb(made)) == ["Query.everything"]
    assert set(policies(made)) - set(policies()) == {("Query.everything", WITH_ITS_OBJECT)}
