"""How expensive a document is: cost, depth, aliases and directives, measured in one pass.

Each fragment is measured once (the stock limiters walk it again at every spread, which is exponential).
This runs before validation, on documents that may hold cycles and unknown names: those weigh nothing,
validation refuses them. It is no validation rule because page sizes may be variables: the verdict of
validation is cached by document, the weight is taken with the request's own variables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_list_type,
    is_non_null_type,
)

MAX_TOKENS = 1000
MAX_COST = 10_000
MAX_DEPTH = 12
MAX_ALIASES = 15
MAX_DIRECTIVES = 8
LARGEST_PAGE = 100
_SHOWN_AT_MOST = 1_000_000_000
_USUAL_PAGE = 20
_USUAL_LIST = 50
_MOST_DIMENSIONS = 4
# How long lists without a page size are, where that is known; the edges are as many as their connection says.
_LENGTH = {
    "edges": 1,
    "key": _MOST_DIMENSIONS,
    "memberships": 5,
    "recipients": 5,
    "uses": 3,
    "flags": 7,
    "attachments": 3,
    "profile": 15,
    "notes": 5,
    "budgetLines": 10,
    "tranches": 6,
    "conditions": 3,
    "results": 8,
    "indicators": 4,
    "byHospital": 20,
    "months": 6,
    "late": 6,
    "problems": 5,
    "lacks": 4,
    "stories": 5,
}
# What a number costs before anything is selected below it: it reads many rows to show few.
_BASE = {"measures": 100, "hospitalProgress": 100, "referralBundle": 300, "results": 300}
_PER_DIMENSION = 50
_Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection weighs. ``roots`` counts its own fields, fragments opened."""

    cost: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0
    roots: int = 0


NOTHING = Weight()


def _sum(weights: Iterable[Weight]) -> Weight:
    parts = list(weights)
    return Weight(
        sum(part.cost for part in parts),
        max((part.depth for part in parts), default=0),
        sum(part.aliases for part in parts),
        sum(part.directives for part in parts),
        sum(part.roots for part in parts),
    )


class Scale:
    """Weighs the operations of one document with the variables of one request."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        """Weigh nothing yet."""
        self._schema = schema
        self._variables = variables
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        self._known: dict[str, Weight] = {}

    def weigh(self, operation: OperationDefinitionNode) -> Weight:
        """The weight of an operation."""
        root = self._schema.get_root_type(operation.operation)
        return self._set(operation.selection_set, root)

    def _set(self, selections: SelectionSetNode, parent: _Composite | None) -> Weight:
        fields = [node for node in selections.selections if isinstance(node, FieldNode)]
        names = [node.alias.value if node.alias else node.name.value for node in fields]
        # A name asked for again is merged into one answer, but every copy is work for the server.
        again = len(names) - len(set(names))
        total = _sum(self._selection(node, parent) for node in selections.selections)
        return Weight(total.cost, total.depth, total.aliases + again, total.directives, total.roots)

    def _selection(self, node: SelectionNode, parent: _Composite | None) -> Weight:
        if isinstance(node, FieldNode):
            inner = self._field(node, parent)
        elif isinstance(node, FragmentSpreadNode):
            inner = self._fragment(node.name.value)
        elif isinstance(node, InlineFragmentNode):
            on = self._type(node.type_condition.name.value) if node.type_condition else parent
            inner = self._set(node.selection_set, on)
        else:
            inner = NOTHING
        directives = inner.directives + len(node.directives or ())
        return Weight(inner.cost, inner.depth, inner.aliases, directives, inner.roots)

    def _fragment(self, name: str) -> Weight:
        if name not in self._known:
            self._known[name] = NOTHING  # what a cycle finds
            fragment = self._fragments.get(name)
            if fragment is not None:
                on = self._type(fragment.type_condition.name.value)
                self._known[name] = self._set(fragment.selection_set, on)
        return self._known[name]

    def _field(self, node: FieldNode, parent: _Composite | None) -> Weight:
        name = node.name.value
        alias = 1 if node.alias else 0
        definition = parent.fields.get(name) if parent is not None else None
        if node.selection_set is None:
            return Weight(1, 1, alias, 0, 1)
        if definition is None:
            # Introspection and unknown fields: their own nesting is refused by validation.
            counted = _sum(self._selection(child, None) for child in node.selection_set.selections)
            return Weight(1 + counted.cost, 1, 0, counted.directives, 1)
        composite = get_named_type(definition.type)
        on = composite if isinstance(composite, _Composite) else None
        inner = self._set(node.selection_set, on)
        cost = 1 + self._base(node) + self._times(node, definition) * inner.cost
        return Weight(cost, inner.depth + 1, inner.aliases + alias, inner.directives, 1)

    def _type(self, name: str) -> _Composite | None:
        """A type of ours; the types of introspection count as unknown, their nesting is limited by validation."""
        found = None if name.startswith("__") else self._schema.get_type(name)
        return found if isinstance(found, _Composite) else None

    def _times(self, node: FieldNode, definition: GraphQLField) -> int:
        if "first" in definition.args:
            given = self._argument(node, "first")
            if given is None:
                return _USUAL_PAGE
            return min(max(given, 0), LARGEST_PAGE) if isinstance(given, int) else LARGEST_PAGE
        kind = definition.type.of_type if is_non_null_type(definition.type) else definition.type
        return _LENGTH.get(node.name.value, _USUAL_LIST) if is_list_type(kind) else 1

    def _base(self, node: FieldNode) -> int:
        base = _BASE.get(node.name.value, 0)
        dimensions = self._argument(node, "groupBy")
        if dimensions is None:
            return base
        many = len(dimensions) if isinstance(dimensions, (list, tuple)) else _MOST_DIMENSIONS
        return base + _PER_DIMENSION * many

    def _argument(self, node: FieldNode, name: str) -> Any:
        """The value of an argument as far as its weight goes: a number, a list, None when not given."""
        value = next((a.value for a in node.arguments or () if a.name.value == name), None)
        if isinstance(value, VariableNode):
            # Without a value the variable's own default holds, which is not looked up: the largest.
            return self._variables.get(value.name.value, "unknown")
        if isinstance(value, IntValueNode):
            return int(value.value)
        return value.values if isinstance(value, ListValueNode) else value


_LIMITS = (
    ("cost", MAX_COST, "COST_LIMIT"),
    ("depth", MAX_DEPTH, "DEPTH_LIMIT"),
    ("aliases", MAX_ALIASES, "ALIAS_LIMIT"),
    ("directives", MAX_DIRECTIVES, "DIRECTIVE_LIMIT"),
)


def excesses(operation: OperationDefinitionNode, weight: Weight) -> list[GraphQLError]:
    """Everything that an operation has too much of."""
    errors = [
        GraphQLError(
            f"The operation's {name} is {measured}, the limit is {limit}.",
            extensions={"code": code, name: measured, "limit": limit},
        )
        for name, limit, code in _LIMITS
        if (measured := min(getattr(weight, name), _SHOWN_AT_MOST)) > limit
    ]
    if operation.operation is OperationType.MUTATION and weight.roots > 1:
        errors.append(
            GraphQLError(
                "An operation may hold one mutation: each is its own transaction.",
                extensions={"code": "ONE_MUTATION"},
            )
        )
    return errors
