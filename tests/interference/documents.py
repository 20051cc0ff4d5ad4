"""Random GraphQL documents, written from the schema itself: every field, argument, filter and mutation it has."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from schema.app import core

_DEEPEST = 6
_CONNECTION = {"edges", "node", "pageInfo", "totalCount"}
Value = Callable[[str], str]
"""A value for an argument of this name, written as GraphQL."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes documents with values that somebody draws for it."""

    rng: random.Random
    values: Mapping[str, Value]
    """By the name of the scalar."""

    def query(self) -> str:
        """A query of one or two root fields."""
        assert core.query_type is not None
        return self._operation(core.query_type, self.rng.choice((1, 1, 2)))

    def mutation(self) -> str:
        """A mutation of one field."""
        assert core.mutation_type is not None
        return "mutation " + self._operation(core.mutation_type, 1)

    def _operation(self, root: GraphQLObjectType, number: int) -> str:
        chosen = self.rng.sample(sorted(root.fields), min(number, len(root.fields)))
        return "{ " + " ".join(self._field(name, root.fields[name], 0) for name in chosen) + " }"

    def _field(self, name: str, field: GraphQLField, depth: int) -> str:
        given = [
            f"{argument}: {self._value(argument, about.type)}"
            for argument, about in field.args.items()
            if isinstance(about.type, GraphQLNonNull) or self.rng.random() < 0.4
        ]
        return f"{name}{'(' + ', '.join(given) + ')' if given else ''} {self._below(field.type, depth)}"

    def _below(self, kind: object, depth: int) -> str:
        named = get_named_type(kind)  # type: ignore[call-overload]
        if is_leaf_type(named):
            return ""
        if isinstance(named, (GraphQLInterfaceType, GraphQLUnionType)):
            parts = [f"... on {each.name} {self._selection(each, depth)}" for each in self._possible(named)]
            return "{ __typename " + " ".join(parts) + " }"
        return self._selection(named, depth)

    def _possible(self, kind: GraphQLInterfaceType | GraphQLUnionType) -> Sequence[GraphQLObjectType]:
        found = core.get_possible_types(kind)
        # Of a union each member; of everything that has an id three, of which at most one is there.
        return found if isinstance(kind, GraphQLUnionType) else self.rng.sample(list(found), min(3, len(found)))

    def _selection(self, kind: GraphQLObjectType, depth: int) -> str:
        names = [
            name for name in kind.fields if depth < _DEEPEST or is_leaf_type(get_named_type(kind.fields[name].type))
        ]
        chosen = {name for name in names if self.rng.random() < (0.9 if name in _CONNECTION else 0.35)}
        if "id" in kind.fields and self.rng.random() < 0.7:
            chosen.add("id")
        inner = " ".join(self._field(name, kind.fields[name], depth + 1) for name in sorted(chosen))
        return f"{{ __typename {inner} }}"

    def _value(self, name: str, kind: object) -> str:
        if isinstance(kind, GraphQLNonNull):
            return self._value(name, kind.of_type)
        if isinstance(kind, GraphQLList):
            return "[" + ", ".join(self._value(name, kind.of_type) for _ in range(self.rng.randint(0, 2))) + "]"
        if isinstance(kind, GraphQLEnumType):
            return str(self.rng.choice(sorted(kind.values)))
        if isinstance(kind, GraphQLInputObjectType):
            given = [
                f"{field}: {self._value(field, about.type)}"
                for field, about in kind.fields.items()
                if isinstance(about.type, GraphQLNonNull) or self.rng.random() < 0.3
            ]
            return "{" + ", ".join(given) + "}"
        return str(self.values[kind.name](name))  # type: ignore[attr-defined]
