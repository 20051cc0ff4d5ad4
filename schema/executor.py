"""Completion of plain rows, compiled from the selection.

graphql-core completes every field of every row through half a dozen calls. Where a selection holds
nothing but columns, to-one objects and attributes, the answer for one object is a fixed list of
lookups: it is worked out once per selection and run for each row. Whatever is not that simple
(a resolver, an abstract type, a null that must not be) goes the ordinary way, with its errors.
"""

from collections.abc import Callable, Sequence
from keyword import iskeyword
from typing import Any

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution import Executor
from strawberry.utils.str_converters import to_snake_case
from typing_extensions import override

from coord.kernel.remembered import made_of
from schema.rows import Part, Shape

Complete = Callable[[Any], Any]
Entry = tuple[str, Complete | str, bool]
"""A field's name in the answer, where it comes from (a row's path or a function), whether it must not be null."""


class NotPlain(Exception):
    """A value that needs the ordinary way."""


class NotCompilable(Exception):
    """A selection that needs the ordinary way."""


def _same(value: Any) -> Any:
    return value


def _each(complete: Complete, *, required: bool) -> Complete:
    def completed(values: Sequence[Any]) -> list[Any]:
        found = [None if value is None else complete(value) for value in values]
        if required and None in found:
            raise NotPlain
        return found

    # Of rows that last, what a selection makes of them lasts as well; it is written as it is, never changed.
    return lambda values: made_of(values, completed, completed)


def _fields(entries: Sequence[Entry]) -> Complete:
    """A function that builds the object of one row, written out for its fields.

    Names in the source are numbered, everything that a caller chose stands in it as a quoted literal.
    """
    known: dict[str, Any] = {"NotPlain": NotPlain}
    lines, required = ["def run(source):"], []
    for n, (_, take, must_be) in enumerate(entries):
        if isinstance(take, str):
            lines.append(f"    v{n} = source[{take!r}]")
        else:
            known[f"t{n}"] = take
            lines.append(f"    v{n} = t{n}(source)")
        if must_be:
            required.append(f"v{n} is None")
    if required:
        lines.append(f"    if {' or '.join(required)}: raise NotPlain")
    shown = ", ".join(f"{name!r}: v{n}" for n, (name, _, _) in enumerate(entries))
    lines.append(f"    return {{{shown}}}")
    exec("\n".join(lines), known)  # noqa: S102  our own text; faster than a loop over the fields
    found: Complete = known["run"]
    return found


def _python_name(name: str) -> str:
    """The attribute behind a field: Python's own words end with an underscore there."""
    found: str = to_snake_case(name)
    return f"{found}_" if iskeyword(found) else found


def _attribute(name: str, complete: Complete) -> Complete:
    def run(source: Any) -> Any:
        value = getattr(source, name)
        return value if value is None or complete is _same else complete(value)

    return run


def _to_one(key: str, complete: Complete) -> Complete:
    def run(row: Any) -> Any:
        return None if row[key] is None else complete(row)

    return run


def _of_part(complete: Complete) -> Complete:
    def run(part: Part) -> Any:
        if part.prefix:
            raise NotPlain
        return complete(part.row)

    return run


class RowExecutor(Executor[Any]):
    """The executor of the API."""

    shapes: dict[str, Shape]
    _plans: dict[tuple[str, int, str], Complete | None]

    @override
    def collect_and_execute_subfields(
        self, return_type: GraphQLObjectType, field_details_list: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        """Complete an object by its plan, or the ordinary way."""
        plan = self._plan(return_type, field_details_list, result)
        if plan is not None:
            try:
                return plan(result.row if isinstance(result, Part) else result)
            except NotPlain:
                pass
        return super().collect_and_execute_subfields(return_type, field_details_list, path, result, position_context)

    def _plan(self, kind: GraphQLObjectType, details: Any, result: Any) -> Complete | None:
        # Kept with the document where its selections are the same in every run; nodes live as long as it.
        kept = self.context_value.plans
        plans = self.__dict__.setdefault("_plans", {}) if kept is None else kept
        prefix = result.prefix if isinstance(result, Part) else ""
        key = (kind.name, prefix, *(id(detail.node) for detail in details))
        if key not in plans:
            try:
                if isinstance(result, Part):
                    plans[key] = self._row(kind, details, result.shape, prefix)
                else:
                    plans[key] = self._object(kind, details)
            except NotCompilable:
                plans[key] = None
        found: Complete | None = plans[key]
        return found

    def _row(self, kind: GraphQLObjectType, details: Any, shape: Shape, prefix: str) -> Complete:
        """The plan of a row's part."""
        entries: list[Entry] = []
        for answer_name, nodes in self.collect_subfields(kind, details).grouped_field_set.items():
            name = nodes[0].node.name.value
            if name == "__typename":
                entries.append((answer_name, _constant(kind.name), True))
                continue
            python_name, field_type = shape.spelled.get(name), kind.fields[name].type
            if python_name is None:
                raise NotCompilable
            if python_name in shape.objects:
                inner = f"{prefix}{python_name}."
                below = self._row(_object_type(field_type), nodes, shape.objects[python_name], inner)
                take: Complete | str | None = _to_one(f"{inner}id", below)
            elif python_name in shape.columns:
                take = prefix + python_name
            else:
                take = shape.getter(python_name, prefix)
            if take is None:
                raise NotCompilable
            entries.append((answer_name, take, is_non_null_type(field_type)))
        return _fields(entries)

    def _object(self, kind: GraphQLObjectType, details: Any) -> Complete:
        """The plan of an object that is read by its attributes."""
        entries: list[Entry] = []
        for answer_name, nodes in self.collect_subfields(kind, details).grouped_field_set.items():
            name = nodes[0].node.name.value
            if name == "__typename":
                entries.append((answer_name, _constant(kind.name), True))
                continue
            definition = kind.fields.get(name)
            if definition is None or not getattr(definition.resolve, "_is_default", False):
                raise NotCompilable
            complete = self._value(definition.type, nodes)
            entries.append((answer_name, _attribute(_python_name(name), complete), is_non_null_type(definition.type)))
        return _fields(entries)

    def _value(self, kind: GraphQLOutputType, details: Any) -> Complete:
        bare = kind.of_type if is_non_null_type(kind) else kind
        if is_leaf_type(bare):
            return _same
        if is_list_type(bare):
            return _each(self._value(bare.of_type, details), required=is_non_null_type(bare.of_type))
        if not is_object_type(bare):
            raise NotCompilable
        shape = self.shapes.get(bare.name)
        return self._object(bare, details) if shape is None else _of_part(self._row(bare, details, shape, ""))


def _constant(text: str) -> Complete:
    return lambda _: text


def _object_type(kind: GraphQLOutputType) -> GraphQLObjectType:
    bare = kind.of_type if is_non_null_type(kind) else kind
    if not is_object_type(bare):
        raise NotCompilable
    return bare
