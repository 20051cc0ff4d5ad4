"""The look-ahead: which paths of a row a selection wants, through aliases, fragments and directives."""

from collections.abc import Iterator, Sequence
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
)
from graphql.execution import get_directive_values

from schema.context import Context
from schema.rows import Shape


class Info(strawberry.Info[Context, None]):
    """What a resolver is told: the request's context, and what is selected below it."""

    def nodes(self) -> Sequence[FieldNode]:
        """The field's own nodes in the document."""
        return self._raw_info.field_nodes

    def _fields(self, selection_set: SelectionSetNode | None) -> Iterator[FieldNode]:
        """The fields of a selection set, fragments opened, skipped ones left out."""
        for selection in selection_set.selections if selection_set else ():
            if selection.directives and not self._included(selection):
                continue
            if isinstance(selection, FieldNode):
                yield selection
            elif isinstance(selection, FragmentSpreadNode):
                yield from self._fields(self._raw_info.fragments[selection.name.value].selection_set)
            elif isinstance(selection, InlineFragmentNode):
                yield from self._fields(selection.selection_set)

    def _included(self, node: Any) -> bool:
        variables = self._raw_info.variable_values
        skipped = get_directive_values(GraphQLSkipDirective, node, variables)
        included = get_directive_values(GraphQLIncludeDirective, node, variables)
        return not (skipped and skipped["if"]) and (included is None or bool(included["if"]))

    def selected(self, *path: str) -> Iterator[FieldNode]:
        """The field nodes found below this field along a path of names, such as ``edges``, ``node``."""
        found = list(self.nodes())
        for name in path:
            found = [child for node in found for child in self._fields(node.selection_set) if child.name.value == name]
        yield from found

    def selects(self, *path: str) -> bool:
        """Whether the document asks for a field below this one."""
        return any(True for _ in self.selected(*path))

    def wanted(self, shape: Shape, *path: str) -> frozenset[str]:
        """The paths of rows of a shape that the selection below ``path`` reads."""
        return frozenset(found for node in self.selected(*path) for found in self._paths(shape, "", node))

    def _paths(self, shape: Shape, prefix: str, node: FieldNode) -> Iterator[str]:
        yield f"{prefix}id"
        for child in self._fields(node.selection_set):
            name = shape.spelled.get(child.name.value)
            if name is None:
                continue
            if name in shape.objects:
                yield from self._paths(shape.objects[name], f"{prefix}{name}.", child)
            else:
                yield from (prefix + path for path in shape.paths_of(name))
