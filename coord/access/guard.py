"""A session that shows and changes only what its actor may see; what it cannot narrow it refuses.

It is an early, loud warning for programmers, so it raises ``AssertionError``: nothing that a person
sends can cause it.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, CompoundSelect, Select, Table, TextClause, event, inspect
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session
from sqlalchemy.sql.elements import ColumnClause, Label
from sqlalchemy.sql.selectable import TableClause, TextualSelect
from typing_extensions import override

from coord.access.actor import Actor
from coord.access.rows import Rule, all_rules, everybody
from coord.access.scopes import Scope
from coord.kernel.sql import COUNTING

_HARMLESS_LITERALS = frozenset({"*", "1"})


class Narrowing(LoaderCriteriaOption):
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


class GuardedSession(Session):
    """A session of one actor for life; ``info`` holds the actor and whether it may write."""

    @override
    def bulk_save_objects(self, *_: Any, **__: Any) -> None:
        """Refused: bulk methods skip the checks at flush."""
        raise AssertionError("bulk methods skip the checks at flush")

    @override
    def bulk_insert_mappings(self, *_: Any, **__: Any) -> None:
        """Refused: bulk methods skip the checks at flush."""
        raise AssertionError("bulk methods skip the checks at flush")

    @override
    def bulk_update_mappings(self, *_: Any, **__: Any) -> None:
        """Refused: bulk methods skip the checks at flush."""
        raise AssertionError("bulk methods skip the checks at flush")


def guarded_info(actor: Actor, *, read_only: bool) -> dict[str, Any]:
    """What a guarded session needs to know, for its ``info``."""
    return {"actor": actor, "read_only": read_only, "seen": set()}


def _is_opaque(part: object) -> bool:
    """Whether nobody can tell what this part of a statement reads: text, literal columns, made-up tables."""
    if isinstance(part, ColumnClause):
        return part.is_literal and part.name not in _HARMLESS_LITERALS
    return isinstance(part, (TextClause, TextualSelect)) or type(part) is TableClause


def _parts_of(statement: Any) -> Iterator[Any]:
    """Every part of a statement but the insides of tables; plain columns, the most of it, at no cost."""
    waiting = [statement]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Label):
            part = part.element
        yield part
        if not isinstance(part, (ColumnClause, Table)):
            waiting.extend(part.get_children())


def _tables_in(statement: Any) -> frozenset[Table]:
    """Every table of a statement."""
    parts = list(_parts_of(statement))
    if any(map(_is_opaque, parts)):
        raise AssertionError("a scoped session runs no text and no literal columns: they cannot be narrowed")
    return frozenset(part for part in parts if isinstance(part, Table))


def _rules_by_table() -> dict[Table, Rule]:
    return {rule.model.__table__: rule for rule in all_rules()}  # type: ignore[attr-defined]


@lru_cache(maxsize=4096)
def _criteria(actor: Actor, tables: frozenset[Table]) -> tuple[Narrowing, ...]:
    """The rules of these tables, and of the tables that those rules ask in turn.

    Each rule costs about 10 microseconds a statement, so the others are left out.
    """
    rules = _rules_by_table()
    found: dict[Table, Narrowing] = {}
    waiting = set(tables)
    while waiting:
        table = waiting.pop()
        rule = rules[table]
        if table not in found and rule.rows is not everybody:
            predicate = rule.rows(actor)
            found[table] = Narrowing(rule.model, predicate, include_aliases=True)
            waiting |= _tables_in(predicate)
    return tuple(found[table] for table in rules if table in found)


_MOST_ACTORS = 64
_narrowed: WeakKeyDictionary[Any, dict[Actor, Any]] = WeakKeyDictionary()


def _narrow_for(actor: Actor, statement: Any) -> Any:
    """The statement with the criteria of its tables.

    Statements are immutable, so one that a list keeps and runs again is scanned once; narrowed, it also
    keeps the key under which SQLAlchemy finds its SQL. The others are forgotten with their last user.
    """
    kept = _narrowed.setdefault(statement, {})
    if actor not in kept:
        if len(kept) >= _MOST_ACTORS:
            kept.clear()
        kept[actor] = statement.options(*_criteria(actor, _tables_in(statement)))
    return kept[actor]


def _refuse_what_cannot_be_narrowed(state: ORMExecuteState) -> None:
    if not state.is_orm_statement:
        raise AssertionError("a scoped session runs ORM statements only: Core parts are not narrowed")
    if state.is_insert:
        raise AssertionError("a scoped session adds rows as objects: insert statements skip the checks at flush")
    if state.is_executemany:
        raise AssertionError("a scoped session updates by condition: lists of primary keys are not narrowed")


def _narrowed_for(actor: Actor, statement: Any, options: Mapping[str, Any]) -> Any:
    """The statement as this actor may run it."""
    if actor.unscoped or options.get("unscoped_reason"):
        return statement
    # A figure counts people whom nobody may look at: the database's own wall decides what there is to count.
    return _narrow_for(actor.without(Scope.RESTRICTED) if options.get(COUNTING) else actor, statement)


def plain_select(actor: Actor, statement: Any) -> Any | None:
    """A select of nothing but columns as this actor may run it; None for what only a session understands.

    It makes no objects, so that a connection can run it: a session's part of the work is as much as the driver's.
    """
    if not _is_of_columns(statement):
        return None
    return _narrowed_for(actor, statement, statement.get_execution_options())


def _is_of_columns(statement: Any) -> bool:
    if isinstance(statement, CompoundSelect):
        return all(map(_is_of_columns, statement.selects))
    if not isinstance(statement, Select):
        return False
    is_mapped = statement._propagate_attrs.get("compile_state_plugin") == "orm"  # noqa: SLF001  there is no public way
    return is_mapped and all(isinstance(part, ColumnElement) for part in statement._raw_columns)  # noqa: SLF001  the same


@event.listens_for(GuardedSession, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Narrow every statement to the actor's rows."""
    actor: Actor = state.session.info["actor"]
    if state.session.info["read_only"] and not state.is_select:
        raise AssertionError("a read-only unit writes nothing")
    if actor.unscoped or state.execution_options.get("unscoped_reason"):
        return
    _refuse_what_cannot_be_narrowed(state)
    state.statement = _narrowed_for(actor, state.statement, state.execution_options)


@event.listens_for(GuardedSession, "loaded_as_persistent")
@event.listens_for(GuardedSession, "pending_to_persistent")
def _remember(session: Session, row: object) -> None:
    session.info["seen"].add(inspect(row).key)


def has_changes(session: Session) -> bool:
    """Whether a session holds what was not sent yet."""
    return bool(session.new or session.dirty or session.deleted)


def refuse_changes(session: Session) -> None:
    """Raise when a session that only reads holds changes."""
    if has_changes(session):
        raise AssertionError("a read-only unit writes nothing")


@event.listens_for(GuardedSession, "before_flush")
def _check_flush(session: Session, _context: object, _instances: object) -> None:
    """An actor changes only rows that its own session loaded or made."""
    if session.info["read_only"]:
        refuse_changes(session)
    for row in (*session.dirty, *session.deleted):
        if inspect(row).key not in session.info["seen"]:
            raise AssertionError("a row that this session did not load cannot be changed through it")
