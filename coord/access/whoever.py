"""Whoever asks: an actor without a face, from which the database's own wall is written.

A row rule is one function of an actor. Given this one, it yields an expression that asks the database's
context instead of comparing with constants: the same rule then stands in PostgreSQL's policies and in
SQLite's views, and cannot say something else there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Uuid, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel.sql.sqltypes import UTCDateTime
from typing_extensions import override

from coord.access.actor import Actor
from coord.access.roles import Role
from coord.kernel.clock import now

_NOBODY = UUID(int=0)
USER, NOW = "user", "now"
_MOMENT = UTCDateTime()


@dataclass(frozen=True, slots=True)
class Held:
    """Sets of ids in the context, by name; together they are one set."""

    names: tuple[str, ...]

    def __add__(self, other: "Held") -> "Held":
        """Both sets."""
        return Held(self.names + other.names)


class Contains(ColumnElement[bool]):
    """A column's value is in one of the context's sets."""

    inherit_cache = False
    type = Boolean()

    def __init__(self, column: Any, held: Held) -> None:
        """Of a column and the sets."""
        self.column = column
        self.held = held


class Asker(ColumnElement[UUID]):
    """The id of the person who asks."""

    inherit_cache = False
    type = Uuid()


class Moment(ColumnElement[datetime]):
    """When the unit that asks began: our own clock, not the database's."""

    inherit_cache = False
    type = _MOMENT


class Never(ColumnElement[bool]):
    """No row. SQLite folds a plain false away, and with it the views whose columns its authorizer must hear of."""

    _traverse_internals = []  # one and the same everywhere, so statements with it are cached
    inherit_cache = True
    type = Boolean()


@compiles(Never)
def _never(_element: Never, _compiler: SQLCompiler, **_: Any) -> str:
    return "false"


@compiles(Never, "sqlite")
def _never_sqlite(_element: Never, _compiler: SQLCompiler, **_: Any) -> str:
    return "coord_user() = ''"


def setting(name: str) -> str:
    """What PostgreSQL's transaction knows under a name; NULL when nothing was set: it reads '' later."""
    return f"nullif(current_setting('coord.{name}', true), '')"


@compiles(Contains, "postgresql")
def _contains_postgresql(element: Contains, compiler: SQLCompiler, **how: Any) -> str:
    # The inner SELECT is run once a statement; a function call per row costs a thousand times more.
    sets = ", ".join(map(setting, element.held.names))
    ids = f"(SELECT string_to_array(concat_ws(',', {sets}), ',')::uuid[])"
    return f"{compiler.process(element.column, **how)} = ANY ({ids}::uuid[])"


@compiles(Contains, "sqlite")
def _contains_sqlite(element: Contains, compiler: SQLCompiler, **how: Any) -> str:
    names = ",".join(element.held.names)
    return f"{compiler.process(element.column, **how)} IN (SELECT value FROM json_each(coord_ids('{names}')))"


@compiles(Asker, "postgresql")
def _asker_postgresql(_element: Asker, _compiler: SQLCompiler, **_: Any) -> str:
    return f"(SELECT {setting(USER)}::uuid)"


@compiles(Asker, "sqlite")
def _asker_sqlite(_element: Asker, _compiler: SQLCompiler, **_: Any) -> str:
    return "(SELECT coord_user())"


@compiles(Moment, "postgresql")
def _moment_postgresql(_element: Moment, _compiler: SQLCompiler, **_: Any) -> str:
    return f"(SELECT {setting(NOW)}::timestamptz)"


@compiles(Moment, "sqlite")
def _moment_sqlite(_element: Moment, _compiler: SQLCompiler, **_: Any) -> str:
    return "(SELECT coord_now())"


def moment(actor: Actor) -> ColumnElement[datetime]:
    """The present moment for a row rule; rules are kept for an actor, so it is asked anew with each statement."""
    return Moment() if isinstance(actor, Whoever) else bindparam(None, callable_=now, type_=_MOMENT)


def _named(kind: str, roles: Sequence[Role]) -> Any:
    """The sets of some roles; the set ``<kind>_any`` when no role is named."""
    return Held(tuple(f"{kind}_{role.lower()}" for role in roles) or (f"{kind}_any",))


class Whoever(Actor):
    """The one for whom a rule becomes the database's own."""

    __slots__ = ()

    @override
    def at(self, *roles: Role) -> Any:
        """The organizations where the asker holds one of the roles."""
        return _named("at", roles)

    @override
    def directories(self, *roles: Role) -> Any:
        """The foundations in whose directories the asker holds one of the roles."""
        return _named("directory", roles)

    @override
    def administers(self) -> Any:
        """The foundations whose directory the asker sets up."""
        return Held(("administers",))

    @override
    def scope(self, name: str) -> Any:
        """The ids of a scope."""
        return Held((f"scope_{name.lower()}",))


def whoever() -> Whoever:
    """The asker, known to the database alone."""
    return Whoever(Asker(), "")  # type: ignore[arg-type]  # an expression instead of an id


def _values() -> Mapping[str, Callable[[Actor], Sequence[UUID]]]:
    """How the value of every set is read from a real actor."""
    found: dict[str, Callable[[Actor], Sequence[UUID]]] = {
        "at_any": lambda actor: actor.at(),
        "directory_any": lambda actor: actor.directories(),
        "administers": lambda actor: actor.administers(),
        USER: lambda actor: (actor.user_id or _NOBODY,),
    }
    for role in Role:
        found[f"at_{role.lower()}"] = lambda actor, role=role: actor.at(role)  # type: ignore[misc]
        found[f"directory_{role.lower()}"] = lambda actor, role=role: actor.directories(role)  # type: ignore[misc]
    return found


_READ = _values()


def value_of(actor: Actor, name: str) -> Sequence[UUID]:
    """The ids that a real actor has in a set."""
    return _READ[name](actor) if name in _READ else actor.scope(name.removeprefix("scope_").upper())
