"""Every path through the schema as documents, generated from the schema itself."""

from collections.abc import Iterator, Sequence

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
)

from schema.app import core
from schema.ids import global_id
from tests.world import NORTH

DEPTH = 5
_AT_ONCE = 60
_WRAPPERS = {"edges", "node"}
_ARGUMENTS = {
    "program": '"DIP"', "code": '"DIP"', "from": '"2026-01-01"', "to": '"2026-12-31"', "month": '"2026-09"',
    "groupBy": "[HOSPITAL, MONTH]", "first": "20",
}  # fmt: skip
_PERIODS = {
    "impactReport": {"period": '"2026Q3"', "groupBy": "[HOSPITAL, QUARTER]"},
    "results": {"period": '"2026Q3"'},
    "disclosureDraft": {"period": '"2026Q3"'},
}
_IDS = {
    "clientImport": ("id", "ClientImport"),
    "caseSheets": ("caseFile", "CaseFile"),
    "privateNotes": ("client", "Client"),
    "webhookDeliveries": ("webhook", "WebhookEndpoint"),
    "evidenceSheet": ("sample", "EvidenceSample"),
    "tellableStories": ("release", "Release"),
    "clientStories": ("client", "Client"),
}
"""Ids of nothing, of the kind that a field takes."""
Kind = GraphQLObjectType | GraphQLInterfaceType


def _leaves(kind: Kind) -> Iterator[str]:
    """All leaves of a type, as many at a time as the limit on the cost of a document lets through."""
    names = [name for name, field in kind.fields.items() if is_leaf_type(get_named_type(field.type))]
    yield from (" ".join(names[start : start + _AT_ONCE]) for start in range(0, len(names), _AT_ONCE))


def _arguments(parent: Kind, name: str, nested: bool) -> str:
    """Values for the arguments: all of a root field, only a small page below it."""
    given = {a: _ARGUMENTS[a] for a in parent.fields[name].args if a in _ARGUMENTS}
    if name == "placements":
        given.pop("program")
    if name == "monthReport":
        given["hospital"] = f'"{global_id("Organization", NORTH)}"'
    given |= _PERIODS.get(name, {})
    if name in _IDS:
        argument, kind = _IDS[name]
        given[argument] = f'"{global_id(kind, NORTH)}"'
    if nested:
        given = {"first": "3"} if "first" in given else {}
    return "(" + ", ".join(f"{a}: {v}" for a, v in given.items()) + ")" if given else ""


def _below(kind: Kind, depth: int) -> Iterator[str]:
    """Selections that end at every object reachable within a depth, with all its leaves."""
    for leaves in _leaves(kind):
        yield f"{{ {leaves} }}"
    for name, field in kind.fields.items():
        inner = get_named_type(field.type)
        if not isinstance(inner, GraphQLObjectType):
            continue
        left = depth if name in _WRAPPERS else depth - 1
        if left >= 0:
            for selection in _below(inner, left):
                yield f"{{ {name}{_arguments(kind, name, nested=True)} {selection} }}"


def documents() -> Sequence[str]:
    """One document for each path from Query, as deep as ``DEPTH`` objects."""
    query = core.query_type
    assert query is not None
    found: list[str] = []
    for name, field in query.fields.items():
        inner = get_named_type(field.type)
        if isinstance(inner, GraphQLObjectType):
            top = f"{name}{_arguments(query, name, nested=False)}"
            found.extend(f"{{ {top} {selection} }}" for selection in _below(inner, DEPTH - 1))
    return found


def types_of_node() -> Sequence[GraphQLObjectType]:
    """Everything that has a global id."""
    node = core.type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    return core.get_possible_types(node)


def everything_of_a_node(type_name: str) -> str:
    """A selection of all leaves of a type and of what hangs on it."""
    kind = core.type_map[type_name]
    assert isinstance(kind, GraphQLObjectType)
    parts = " ".join(f"... on {type_name} {selection}" for selection in _below(kind, 1))
    return f"{{ __typename {parts} }}"
