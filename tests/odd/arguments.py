"""Odd values for every argument of every field of the API, and for every field of its inputs."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLInputObjectType,
    GraphQLObjectType,
    get_named_type,
    is_composite_type,
    is_required_argument,
)

from schema.app import core
from schema.ids import global_id
from tests.world import LIN, NORTH, PROGRAM

_USUAL: Mapping[str, Any] = {
    "program": PROGRAM, "code": PROGRAM, "from": "2026-01-01", "to": "2026-12-31", "month": "2026-09",
    "id": global_id("Client", LIN), "client": global_id("Client", LIN), "hospital": global_id("Organization", NORTH),
    "idempotencyKey": "018f6b3a-6f7e-7c3a-8a55-0d5d5c2b7a10", "serviceCode": "CASE_CONTACT",
    "occurredOn": "2026-09-03", "durationMinutes": 30,
}  # fmt: skip


def _fields(kind: GraphQLObjectType, word: str) -> Iterator[tuple[str, str, Mapping[str, GraphQLArgument], str]]:
    for name, field in kind.fields.items():
        selection = " { __typename }" if is_composite_type(get_named_type(field.type)) else ""
        yield word, name, field.args, selection


def _wrapped(kind: Any, name: str, call: str, variables: str) -> str:
    """A call on an object that is reached by its id."""
    if kind in {core.query_type, core.mutation_type}:
        return f"{name} ({variables}) {{ {call} }}"
    return f'{name} ({variables}) {{ node(id: "{_USUAL["id"]}") {{ ... on {kind.name} {{ {call} }} }} }}'


def _given(name: str, args: Mapping[str, GraphQLArgument], odd: str) -> tuple[str, str, dict[str, Any]]:
    """The call's arguments, the declarations of the variables, the values of those that are not odd."""
    used = {a: arg for a, arg in args.items() if a == odd or is_required_argument(arg)}
    declared = ", ".join(f"${a}: {arg.type}" for a, arg in used.items())
    call = ", ".join(f"{a}: ${a}" for a in used)
    values = {a: _USUAL.get(a, {} if isinstance(get_named_type(arg.type), GraphQLInputObjectType) else "x")
              for a, arg in used.items() if a != odd}  # fmt: skip
    return f"{name}({call})", declared, values


def arguments() -> Iterator[tuple[str, str, dict[str, Any], Mapping[str, Any] | None]]:
    """Where an odd value may stand: a document, the variable, the other variables, the input around it if there is one."""
    kinds = [k for k in core.type_map.values() if isinstance(k, GraphQLObjectType) and not k.name.startswith("__")]
    for kind in kinds:
        word = "mutation" if kind is core.mutation_type else "query"
        for _, name, args, selection in _fields(kind, word):
            for odd, argument in args.items():
                call, declared, values = _given(name, args, odd)
                document = _wrapped(kind, word, call + selection, declared)
                yield document, odd, values, None
                inner = get_named_type(argument.type)
                if isinstance(inner, GraphQLInputObjectType):
                    usual = {f: _USUAL[f] for f, kind_of in inner.fields.items() if f in _USUAL}
                    for field_name in inner.fields:
                        yield document, f"{odd}.{field_name}", values, usual


def variables_with(where: str, values: Mapping[str, Any], usual: Mapping[str, Any] | None, odd: Any) -> dict[str, Any]:
    """The variables of a request with the odd value in its place."""
    name, _, inner = where.partition(".")
    return {**values, name: {**(usual or {}), inner: odd} if inner else odd}
