"""The row wall: one visibility rule per table, which ``guard`` adds to every statement of an actor's session."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlmodel import SQLModel

from coord.access.actor import Actor

Predicate = Callable[[Actor], ColumnElement[bool]]


class Retention(StrEnum):
    """How long rows are kept; the periods themselves are settings of a program."""

    CLINICAL = "clinical"
    OPERATIONAL = "operational"
    REFERENCE = "reference"
    SECURITY = "security"
    TRANSIENT = "transient"


@dataclass(frozen=True, slots=True)
class Rule:
    """Who sees which rows of a table, how long they are kept, which columns are personal."""

    model: type[SQLModel]
    rows: Predicate
    retention: Retention
    personal: frozenset[str]


_rules: dict[type[SQLModel], Rule] = {}


def protect(model: type[SQLModel], rows: Predicate, *, retention: Retention, personal: Iterable[str] = ()) -> None:
    """Register the one rule of a table. A table without a rule fails the tests."""
    _rules[model] = Rule(model, rows, retention, frozenset(personal))


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
    return false()


def one_of(column: Any, ids: Sequence[UUID]) -> ColumnElement[bool]:
    """``column`` is one of the ids; a single id becomes an equality, which an ordered index can serve."""
    if not ids:
        return false()
    equal: ColumnElement[bool] = column == ids[0] if len(ids) == 1 else column.in_(ids)
    return equal


def any_of(*predicates: ColumnElement[bool] | None) -> ColumnElement[bool]:
    """At least one holds; none given means nothing is visible."""
    given = [predicate for predicate in predicates if predicate is not None]
    return or_(*given) if given else false()
