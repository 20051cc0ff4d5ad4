"""Which verb lets each field of the API be read, as docs/access-fields.csv: ``python -m tests.walls.pages`` writes it anew.

A verb is found by following a resolver through the functions of ``schema`` to those of ``coord`` that have one. A field
without one goes with its object: whoever sees the row sees it. People read the file when it changes.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema

from schema.app import core

FILE = Path(__file__).resolve().parents[2] / "docs" / "access-fields.csv"
ROOTS = frozenset({"Query", "Mutation"})
WITH_ITS_OBJECT = "with its object"


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function uses, also in functions inside of it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _used(function: FunctionType) -> Iterator[Any]:
    """What a function uses by a name of its module, of a module that it imports, or of its closure."""
    names = set(_names(function.__code__))
    for name in names:
        value = function.__globals__.get(name)
        yield value
        if isinstance(value, ModuleType):
            yield from (getattr(value, other, None) for other in names)
    yield from (cell.cell_contents for cell in function.__closure__ or ())
    yield from function.__defaults__ or ()


def _plain(value: Any) -> Any:
    while isinstance(value, partial):
        value = value.func
    return getattr(value, "wrapped_func", value)


def verbs(resolver: Any) -> set[str]:
    """The verbs of what a resolver asks."""
    found, waiting, seen = set[str](), [_plain(resolver)], set[int]()
    while waiting:
        value = waiting.pop()
        if id(value) in seen or value is None:
            continue
        seen.add(id(value))
        if "verb" in getattr(value, "__dict__", {}):
            # A function has its kind and verb, a list that is read page by page its verb.
            found.add(value.verb if isinstance(value.verb, str) else value.verb[1])
        elif isinstance(value, FunctionType) and value.__module__.startswith(("schema", "tests")):
            waiting.extend(map(_plain, _used(value)))
        elif isinstance(value, type) and value.__module__.startswith("schema"):
            waiting.extend(_plain(each) for each in vars(value).values() if isinstance(each, FunctionType))
    return found


def fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, Any]]:
    """Every field of every type with the resolver that was written for it, if there is one."""
    for kind in sorted(schema.type_map.values(), key=lambda each: each.name):
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("__"):
            for name, field in sorted(kind.fields.items()):
                written = field.extensions.get("strawberry-definition")
                yield kind.name, name, getattr(written, "base_resolver", None)


def policies(schema: GraphQLSchema = core) -> Iterator[Sequence[str]]:
    """The lines of the file."""
    for kind, name, resolver in fields(schema):
        asked = sorted(verbs(resolver)) if resolver is not None else []
        yield f"{kind}.{name}", " ".join(asked) or WITH_ITS_OBJECT


def written() -> str:
    """The whole file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([("field", "verb"), *policies()])
    return text.getvalue()


def main() -> None:
    """Write the file."""
    FILE.write_text(written(), encoding="utf-8")
