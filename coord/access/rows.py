"""The row wall: one visibility rule per table, which ``guard`` adds to every statement of an actor's session."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Boolean, ColumnElement, Dialect, Select, SelectBase, and_, or_, select, true
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import SQLModel

from coord.access.actor import Actor
from coord.access.whoever import Contains, Held, Never

Grantable: TypeAlias = Literal["INSERT", "UPDATE", "DELETE"]
Predicate: TypeAlias = Callable[[Actor], ColumnElement[bool]]


class Retention(StrEnum):
    """How long rows are kept; the periods themselves are settings of a program."""

    CLINICAL = "clinical"
    OPERATIONAL = "operational"
    REFERENCE = "reference"
    SECURITY = "security"
    TRANSIENT = "transient"


@dataclass(frozen=True, slots=True)
class Wall:
    """What the database itself gives and takes, where that is not just the rows that a session shows.

    ``sees``: rows that it gives at all. ``writes``: rows that it lets be added and changed. ``grants``: what
    the role of people may do with the table besides reading.
    """

    sees: Predicate | None = None
    writes: Predicate | None = None
    grants: tuple[Grantable, ...] = ("INSERT", "UPDATE")


@dataclass(frozen=True, slots=True)
class Rule:
    """Who sees which rows of a table, how long they are kept, which columns are personal."""

    model: type[SQLModel]
    rows: Predicate
    retention: Retention
    personal: frozenset[str]
    wall: Wall = Wall()

    @property
    def sees(self) -> Predicate:
        """The rows that the database gives: those that a session shows, unless more is said."""
        return self.wall.sees or self.rows

    @property
    def writes(self) -> Predicate:
        """The rows that the database lets be added and changed: those that it gives, unless less is said."""
        return self.wall.writes or self.sees


_rules: dict[type[SQLModel], Rule] = {}


def protect(
    model: type[SQLModel],
    rows: Predicate,
    *,
    retention: Retention,
    personal: Iterable[str] = (),
    wall: Wall = Wall(),
) -> None:
    """Register the one rule of a table. A table without a rule fails the tests."""
    _rules[model] = Rule(model, rows, retention, frozenset(personal), wall)


def rule_of(model: type[SQLModel]) -> Rule:
    """The rule of a table."""
    return _rules[model]


def all_rules() -> Sequence[Rule]:
    """Every rule registered so far."""
    return tuple(_rules.values())


def everybody(_: Actor) -> ColumnElement[bool]:
    """Rows that any signed-in person may see: reference data without a person in it."""
    return true()


def nobody(_: Actor) -> ColumnElement[bool]:
    """Rows that only named system actors see."""
    return Never()


def one_of(column: Any, ids: Sequence[UUID] | Held) -> ColumnElement[bool]:
    """``column`` is one of the ids; a single id becomes an equality, which an ordered index can serve."""
    if isinstance(ids, Held):
        return Contains(column, ids)
    ids = tuple(dict.fromkeys(ids))
    if not ids:
        return Never()
    equal: ColumnElement[bool] = column == ids[0] if len(ids) == 1 else column.in_(ids)
    return equal


def any_of(*predicates: ColumnElement[bool]) -> ColumnElement[bool]:
    """At least one holds; those that never do are left out, and nothing left means that nothing is visible."""
    given = [predicate for predicate in predicates if not isinstance(predicate, Never)]
    return or_(*given) if given else Never()


def all_of(*predicates: ColumnElement[bool]) -> ColumnElement[bool]:
    """All hold: never, where one never does."""
    return Never() if any(isinstance(predicate, Never) for predicate in predicates) else and_(*predicates)


def beside(table: Any) -> Any:
    """A table under a name of its own, for a rule that asks it: the rule's statement may hold the table as well.

    ``table`` is a model, or the table itself where its area stands above. The name is always the same: a statement
    that is compiled once stays compiled, and policies can be compared.
    """
    asked = getattr(table, "__table__", table)
    return asked.alias(f"asked_{asked.name}")


def condition_of(model: type[SQLModel], predicate: ColumnElement[bool], dialect: Dialect) -> str:
    """A predicate about a model's rows as SQL, as it stands in a statement that asks the model's table.

    Compiled alone, a subquery would ask that table a second time instead of meaning the row at hand.
    """
    statement: Select[Any] = select(predicate.label("holds")).select_from(model)
    text = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    return text.removeprefix("SELECT ").rpartition(" AS holds")[0]


def among(column: Any, selected: Any, where: ColumnElement[bool]) -> ColumnElement[bool]:
    """``column`` is one of the values that another table has where a predicate holds.

    Asked row by row, so that PostgreSQL may choose: it looks each row up, or lists the values once where they are few.
    Of ``IN`` it can only make the list, and searches it from end to end when it is too long for a hash table.
    """
    if isinstance(where, Never):
        return where
    return select(selected).where(selected == column, where).correlate_except(selected.table).exists()


class FewOf(FunctionElement[bool]):
    """A column is one of the values of a statement, which PostgreSQL reads before it looks at the table.

    For a page of few rows: beside an "or", or joined, it would walk along the whole table in the order of the page until
    it has found enough. A policy looks at each row that comes along: there ``among`` is quicker.
    """

    inherit_cache = True
    type = Boolean()

    def __init__(self, column: Any, values: SelectBase) -> None:
        """Of a column with an index and a statement of one column."""
        super().__init__(column, values.scalar_subquery())


@compiles(FewOf)
def _in(element: FewOf, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **how)} IN {compiler.process(values, **how)}"


@compiles(FewOf, "postgresql")
def _in_array(element: FewOf, compiler: SQLCompiler, **how: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **how)} = ANY (ARRAY{compiler.process(values, **how)})"
