"""Documents: parsed and validated once, kept while they are in use."""

import functools
from collections.abc import Mapping
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

_KEPT = 256


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
    shows_identity: bool

    @property
    def is_mutation(self) -> bool:
        """Whether it changes something."""
        return self.node.operation is OperationType.MUTATION


class _IdentityFinder(Visitor):
    found = False

    def enter_field(self, node: Any, *_: Any) -> None:
        self.found = self.found or node.name.value == "identity"


class Prepared:
    """A parsed document; what validation says of it is found out once, when first asked."""

    def __init__(self, schema: GraphQLSchema, text: str) -> None:
        """Parse. Raises ``GraphQLSyntaxError``, also for more tokens than allowed."""
        self._schema = schema
        self.document = parse(text, max_tokens=MAX_TOKENS)
        finder = _IdentityFinder()
        visit(self.document, finder)
        self.shows_identity = finder.found

    @functools.cached_property
    def faults(self) -> tuple[GraphQLError, ...]:
        """What validation finds wrong."""
        return tuple(validate(self._schema, self.document, hide_suggestions=True))


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
    weight = Scale(schema, prepared.document, variables).weigh(node)
    if too_much := excesses(node, weight):
        raise Refused(*too_much)
    if prepared.faults:
        raise Refused(*(_coded(error, "VALIDATION_FAILED") for error in prepared.faults))
    return Operation(prepared.document, node, weight, prepared.shows_identity)


def _chosen(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    operations = [d for d in document.definitions if isinstance(d, OperationDefinitionNode)]
    fitting = [d for d in operations if name is None or (d.name is not None and d.name.value == name)]
    if len(fitting) != 1:
        message = "There is no such operation in the document." if not fitting else "operationName is required."
        raise Refused(GraphQLError(message, extensions={"code": "NO_OPERATION"}))
    return fitting[0]
