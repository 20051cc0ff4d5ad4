"""Documents: parsed and validated once, kept while they are in use."""

import functools
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    Visitor,
    parse,
    validate,
    visit,
)

from schema.limits import MAX_TOKENS, Scale, Weight, excesses
from schema.people import is_about_people

_KEPT = 256
_MOST_WEIGHTS = 64
_IDENTIFYING = frozenset({"caseSheets", "identity", "record", "referralBundle"})
"""Fields that may show who somebody is, which the trail tells of."""


class Refused(Exception):
    """The document cannot be executed; nothing was."""

    def __init__(self, *errors: GraphQLError) -> None:
        """With what is wrong."""
        super().__init__(", ".join(error.message for error in errors))
        self.errors = errors


class WrongMethod(Exception):
    """The operation changes something, which GET must not."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a document, ready to be executed."""

    document: DocumentNode
    node: OperationDefinitionNode
    weight: Weight
    is_counted: bool
    """Whether running it leaves something behind: an entry of the trail, a count."""
    plans: dict[Hashable, Any] | None = None
    is_about_people: bool = False
    """Whether its answer may say something about a person, which goes with the notice on passing it on."""

    @property
    def is_mutation(self) -> bool:
        """Whether it changes something."""
        return self.node.operation is OperationType.MUTATION


class _Finder(Visitor):
    """Whether a document shows identity or searches for people, and whether its selections differ from run to run."""

    found = False
    branches = False

    def enter_field(self, node: Any, *_: Any) -> None:
        name = node.name.value
        searches = name == "clients" and any(argument.name.value == "search" for argument in node.arguments or ())
        self.found = self.found or name in _IDENTIFYING or searches

    def enter_directive(self, *_: Any) -> None:
        self.branches = True


def _size(value: Any) -> Hashable:
    """What a variable means for the weight: a number, the length of a list, or that it is there."""
    if isinstance(value, list):
        return ("list", len(value))
    return value if isinstance(value, int) or value is None else "given"


class Prepared:
    """A parsed document; what validation says of it is found out once, when first asked."""

    def __init__(self, schema: GraphQLSchema, text: str) -> None:
        """Parse. Raises ``GraphQLSyntaxError``, also for more tokens than allowed."""
        self._schema = schema
        self.document = parse(text, max_tokens=MAX_TOKENS)
        finder = _Finder()
        visit(self.document, finder)
        self.is_counted = finder.found
        self._weights: dict[Hashable, Weight] = {}
        self.plans: dict[Hashable, Any] | None = None if finder.branches else {}

    def weight(self, node: OperationDefinitionNode, variables: Mapping[str, Any]) -> Weight:
        """The weight of an operation; worked out once for equal numbers in the variables."""
        key = (id(node), *((name, _size(value)) for name, value in sorted(variables.items())))
        found = self._weights.get(key)
        if found is None:
            found = Scale(self._schema, self.document, variables).weigh(node)
            if len(self._weights) < _MOST_WEIGHTS:
                self._weights[key] = found
        return found

    @functools.cached_property
    def faults(self) -> tuple[GraphQLError, ...]:
        """What validation finds wrong."""
        return tuple(validate(self._schema, self.document, hide_suggestions=True))

    @functools.cached_property
    def is_about_people(self) -> bool:
        """Whether it asks for anything of a person; for valid documents."""
        return is_about_people(self._schema, self.document)


_prepared = functools.lru_cache(maxsize=_KEPT)(Prepared)


def _coded(error: GraphQLError, code: str) -> GraphQLError:
    error.extensions = {"code": code, **(error.extensions or {})}
    return error


def prepare(schema: GraphQLSchema, text: str, name: str | None, variables: Mapping[str, Any]) -> Operation:
    """The operation to run. Raises ``Refused`` with parse, limit or validation errors."""
    try:
        prepared = _prepared(schema, text)
    except GraphQLSyntaxError as error:
        raise Refused(_coded(error, "PARSE_FAILED")) from None
    except RecursionError:
        raise Refused(GraphQLError("The document is nested too deeply.", extensions={"code": "DEPTH_LIMIT"})) from None
    node = _chosen(prepared.document, name)
    weight = prepared.weight(node, variables)
    if too_much := excesses(node, weight):
        raise Refused(*too_much)
    if prepared.faults:
        raise Refused(*(_coded(error, "VALIDATION_FAILED") for error in prepared.faults))
    return Operation(prepared.document, node, weight, prepared.is_counted, prepared.plans, prepared.is_about_people)


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fitting = [d for d in operations if name is None or (d.name is not None and d.name.value == name)]
    if len(fitting) != 1:
        message = "There is no such operation in the document." if not fitting else "operationName is required."
        raise Refused(GraphQLError(message, extensions={"code": "NO_OPERATION"}))
    return fitting[0]
