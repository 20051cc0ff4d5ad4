"""What changed in the API, and what is going to: the list behind the page ``/api``, newest first."""

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from schema.app import core

MONTHS_OF_NOTICE = 3
"""From the mark of deprecation to the earliest removal."""


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a client may notice; ``api_change.<name>`` says it in three languages."""

    day: date
    name: str


CHANGES: Sequence[Change] = (
    Change(date(2026, 11, 27), "publishing"),
    Change(date(2026, 11, 26), "saved_files"),
    Change(date(2026, 11, 26), "impact"),
    Change(date(2026, 11, 26), "settled"),
    Change(date(2026, 11, 23), "first"),
)


@dataclass(frozen=True, slots=True)
class Deprecated:
    """A field that is going to be removed, with what to use instead and until when, as the schema says it."""

    name: str
    reason: str


def deprecated_in(schema: GraphQLSchema) -> Iterator[Deprecated]:
    """Everything in a schema that is marked as deprecated, by name."""
    for kind in sorted(schema.type_map):
        found = schema.type_map[kind]
        if isinstance(found, (GraphQLObjectType, GraphQLInterfaceType, GraphQLInputObjectType)):
            for name, field in found.fields.items():
                if field.deprecation_reason is not None:
                    yield Deprecated(f"{kind}.{name}", field.deprecation_reason)


@functools.cache
def deprecated() -> Sequence[Deprecated]:
    """What the schema marks today."""
    return list(deprecated_in(core))
