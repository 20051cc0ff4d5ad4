"""The row wall: one visibility rule per table, added to every statement of an actor's session."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, true
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState
from sqlmodel import SQLModel
from typing_extensions import override

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


class _Narrowing(LoaderCriteriaOption):
    """A criterion that also follows an alias into the ON clause of a join.

    SQLAlchemy 2.1 leaves a plain expression on the unaliased table there: the row rule would be checked
    against the wrong table, or against none. Proven by the tests of the row wall.
    """

    _traverse_internals = LoaderCriteriaOption._traverse_internals  # noqa: SLF001  same cache key as its base

    @override
    def _resolve_where_criteria(self, ext_info: Any) -> ColumnElement[bool]:
        criterion = super()._resolve_where_criteria(ext_info)
        if ext_info.is_aliased_class:
            criterion = ext_info._adapter.traverse(criterion)  # noqa: SLF001  no public way to an alias's adapter
        return criterion


@lru_cache(maxsize=512)
def _criteria(actor: Actor, rules: tuple[Rule, ...]) -> tuple[LoaderCriteriaOption, ...]:
    return tuple(
        _Narrowing(rule.model, rule.rows(actor), include_aliases=True) for rule in rules if rule.rows is not everybody
    )


def narrow(state: ORMExecuteState) -> None:
    """Event ``do_orm_execute``: refuse what cannot be narrowed, narrow the rest to the actor's rows."""
    actor: Actor = state.session.info["actor"]
    if actor.unscoped:
        return
    if not state.is_orm_statement:
        raise AssertionError("a scoped session runs ORM statements only: Core parts are not narrowed")
    if not state.is_column_load and not state.is_relationship_load:
        state.statement = state.statement.options(*_criteria(actor, all_rules()))
