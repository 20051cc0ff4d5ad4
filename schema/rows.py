"""Plain rows as GraphQL objects: one registry says which field comes from which path of a row.

A ``Shape`` feeds three readers: the look-ahead (which paths a selection wants), the ordinary executor
(the value of a field) and the compiled completion of ``schema.executor``. A field without an entry
has a resolver of its own and names in ``needs`` the paths that the resolver reads.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from strawberry.utils.str_converters import to_camel_case

from schema.ids import global_id

Row = Mapping[Any, Any]
Getter = Callable[[Row], Any]


@dataclass(frozen=True, slots=True)
class Derived:
    """A value computed from several paths of a row."""

    value: Callable[[Mapping[str, Any]], Any]
    paths: Sequence[str]


@dataclass(frozen=True, slots=True)
class Part:
    """A row, or the part of a joined row that begins with a prefix, seen as an object of a shape."""

    row: Row
    prefix: str
    shape: "Shape"

    def column(self, path: str) -> Any:
        """The value of one path of this object."""
        return self.row[self.prefix + path]


@dataclass(frozen=True)
class Shape:
    """Fields of a GraphQL type by Python name: columns, joined to-one objects, derived values.

    ``needs``: paths for the fields with resolvers. ``flat`` shapes are no rows with an id (a set of
    figures): nothing is looked ahead for them.
    """

    name: str
    columns: Sequence[str]
    objects: Mapping[str, "Shape"] = field(default_factory=dict)
    derived: Mapping[str, Derived] = field(default_factory=dict)
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    flat: bool = False

    def __post_init__(self) -> None:
        """Build the getters, keyed by Python name, and the names as documents spell them."""
        names = [*self.columns, *self.objects, *self.derived, *self.needs, *(() if self.flat else ("id",))]
        object.__setattr__(self, "python_names", {to_camel_case(name): name for name in names})

    @property
    def spelled(self) -> Mapping[str, str]:
        """GraphQL name -> Python name."""
        found: Mapping[str, str] = self.__dict__["python_names"]
        return found

    def paths_of(self, name: str) -> Sequence[str]:
        """Own paths that a field needs; joined objects are followed by the look-ahead."""
        if name in self.derived:
            return self.derived[name].paths
        return self.needs.get(name, (name,))

    def getter(self, name: str, prefix: str = "") -> Getter | None:
        """How to take a leaf or derived field from a row; None for objects and fields with resolvers."""
        if name == "id" and not self.flat:
            type_name, path = self.name, f"{prefix}id"
            return lambda row: global_id(type_name, row[path])
        if name in self.derived:
            return _derived(self.derived[name], prefix)
        if name not in self.columns:
            return None
        key = prefix + name
        return lambda row: row[key]


def _derived(entry: Derived, prefix: str) -> Getter:
    value, paths = entry.value, tuple(entry.paths)
    if not prefix:  # the row has them under these very names
        return value
    return lambda row: value({path: row[prefix + path] for path in paths})


def joined(part: Part, name: str) -> Part | None:
    """A to-one object of a row, None when there is none that the actor may see."""
    prefix = f"{part.prefix}{name}."
    return None if part.row[f"{prefix}id"] is None else Part(part.row, prefix, part.shape.objects[name])


def field_value(source: Any, name: str) -> Any:
    """The default resolver: a field of a row's part, or an attribute of any other object."""
    if not isinstance(source, Part):
        return getattr(source, name)
    if name in source.shape.objects:
        return joined(source, name)
    getter = source.shape.getter(name, source.prefix)
    if getter is None:
        raise AttributeError(f"{source.shape.name}.{name} has no entry in its shape")
    return getter(source.row)
