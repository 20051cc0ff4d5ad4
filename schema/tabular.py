"""The answer to a saved query as one table. Pure.

The columns follow from the document alone, so that a spreadsheet which refreshes always finds the same ones. The first list
of objects gives the lines; what stands beside it is repeated on every line; lists inside a line share one cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLList,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    get_nullable_type,
)

from schema.people import ABOUT_PEOPLE

Path = tuple[str | int, ...]
_NOT_SHOWN = "pageInfo"
_UNNAMED = frozenset({"node", "measures"})
"""Steps that a column's name leaves out: they tell a reader of a table nothing."""
_BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class Column:
    """A value of a line: where it is found, what it is called, which scalar it is."""

    path: Path
    name: str
    kind: str
    is_of_line: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A field on the way: its key in the answer, its node and its type."""

    key: str
    node: FieldNode
    type: GraphQLOutputType

    @property
    def named(self) -> GraphQLNamedType:
        """The type without lists around it."""
        return get_named_type(self.type)

    @property
    def is_list(self) -> bool:
        """Whether it holds many."""
        return isinstance(get_nullable_type(self.type), GraphQLList)

    @property
    def gives_lines(self) -> bool:
        """Whether each of its items is a line."""
        return self.is_list and isinstance(self.named, GraphQLObjectType) and self.key != "key"


@dataclass(frozen=True, slots=True)
class Table:
    """How the answer to a document is read as a table."""

    columns: Sequence[Column]
    lines: Path
    is_about_people: bool

    def rows(self, data: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The lines of an answer, each with a value for every column."""
        found = _at(data, self.lines) if self.lines else [data]
        return [
            [_worth(column, _at(line if column.is_of_line else data, column.path)) for column in self.columns]
            for line in (found or [])
        ]


def table_of(schema: GraphQLSchema, operation: OperationDefinitionNode) -> Table:
    """How to read the answers to an operation that has neither fragments nor directives."""
    query: Any = schema.query_type
    lines = _lines(query, operation.selection_set) or ()
    columns = list(_columns(query, operation.selection_set, lines))
    types = set(_types(query, operation.selection_set))
    return Table(columns, lines, bool(types & ABOUT_PEOPLE))


def _steps(parent: GraphQLObjectType, selected: SelectionSetNode | None) -> Iterator[Step]:
    for node in selected.selections if selected else ():
        if isinstance(node, FieldNode) and node.name.value != _NOT_SHOWN:
            key = node.alias.value if node.alias else node.name.value
            yield Step(key, node, parent.fields[node.name.value].type)


def _inner(step: Step) -> GraphQLObjectType | None:
    return step.named if isinstance(step.named, GraphQLObjectType) else None


def _lines(parent: GraphQLObjectType, selected: SelectionSetNode | None) -> Path | None:
    """The way to the first list of objects; to a list of scalars, if the document asks for nothing else."""
    for step in _steps(parent, selected):
        inner = _inner(step)
        if step.gives_lines or (step.is_list and parent.name == "Query" and inner is None):
            return (step.key,)
        below = _lines(inner, step.node.selection_set) if inner is not None and not step.is_list else None
        if below is not None:
            return (step.key, *below)
    return None


def _types(parent: GraphQLObjectType, selected: SelectionSetNode | None) -> Iterator[str]:
    for step in _steps(parent, selected):
        inner = _inner(step)
        if inner is not None:
            yield inner.name
            yield from _types(inner, step.node.selection_set)


def _columns(query: GraphQLObjectType, selected: SelectionSetNode, lines: Path) -> Iterator[Column]:
    for path, kind, named in _leaves(query, selected, (), ()):
        inside = bool(lines) and path[: len(lines)] == lines
        own = path[len(lines) :] if inside else path
        spoken = named[len(lines) :] if inside else named[1:]
        said = [word for word in spoken if word not in _UNNAMED]
        yield Column(own, ".".join(said) or str(path[-1]), kind, inside)


def _leaves(
    parent: GraphQLObjectType,
    selected: SelectionSetNode | None,
    path: Path,
    named: tuple[str, ...],
    by: Sequence[str] = (),
) -> Iterator[tuple[Path, str, tuple[str, ...]]]:
    """Every scalar with its path and its name; the parts of a composite key are told apart by their dimension."""
    for step in _steps(parent, selected):
        inner, groups = _inner(step), _grouped(step.node) or by
        here, said = (*path, step.key), (*named, step.key)
        if inner is None:
            yield here, step.named.name, said
        elif step.key == "key" and step.is_list:
            for place, dimension in enumerate(by):
                yield from _leaves(inner, step.node.selection_set, (*here, place), (*named, dimension))
        else:
            yield from _leaves(inner, step.node.selection_set, here, said, groups)


def _grouped(node: FieldNode) -> Sequence[str]:
    """The dimensions that a field is grouped by, as they stand in the document."""
    values = [a.value for a in node.arguments or () if a.name.value == "groupBy"]
    return [_camel(one.value) for v in values if isinstance(v, ListValueNode) for one in v.values]  # type: ignore[attr-defined]


def _camel(name: str) -> str:
    head, *rest = name.lower().split("_")
    return head + "".join(map(str.capitalize, rest))


def _at(value: Any, path: Path) -> Any:
    """What stands at a path; behind a list on the way, all that its items hold."""
    for place, step in enumerate(path):
        if isinstance(value, list) and isinstance(step, str):
            return [_at(item, path[place:]) for item in value]
        if value is None or (isinstance(step, int) and step >= len(value)):
            return None
        value = value[step]
    return value


def _worth(column: Column, value: Any) -> Any:
    """A value as one cell: numbers as numbers, several as text."""
    if isinstance(value, list):
        return _BETWEEN.join("" if one is None else str(_worth(column, one)) for one in value)
    return float(value) if column.kind == "Decimal" and value is not None else value
