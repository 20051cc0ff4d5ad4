"""The database wall on SQLite: temporary views and triggers instead of tables, and an authorizer.

The real table of ``client`` is named ``client__t``. Every connection gets a view ``client`` of its own over
an inner view with a random name that holds the row rule; the authorizer denies everything else. SQL can
neither set the context, which is a Python function, nor name the inner view, which nobody knows.
"""

import json
import secrets
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import sqlite
from sqlmodel import SQLModel

from coord.access.actor import Actor
from coord.access.rows import Rule, all_rules, condition_of
from coord.access.whoever import USER, value_of, whoever
from coord.kernel.clock import now

BEHIND = "__t"
"""What the name of a real table ends with."""
GUARD = "guard_"
"""What the name of a trigger of a real table begins with that looks at other real tables."""
_DIALECT = sqlite.dialect()
_ROWS = frozenset({sqlite3.SQLITE_READ, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_ALLOWED = _ROWS | {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
_FORBIDDEN = frozenset({"load_extension", "fts3_tokenizer"})
_TRIGGERS = {"INSERT": "adds", "UPDATE": "changes", "DELETE": "removes"}
_REFUSALS = ("_no_update", "_no_delete")
"""Triggers of migrations, which look at the row that they refuse to change."""
Context: TypeAlias = dict[str, Any]
Authorizer: TypeAlias = Callable[[int, str | None, str | None, str | None, str | None], int]


def condition(model: type[SQLModel], predicate: ColumnElement[bool]) -> str:
    """A predicate about a model's rows as SQL of SQLite."""
    return condition_of(model, predicate, _DIALECT)


@cache
def _predicates(rule: Rule) -> tuple[str, str]:
    """What a rule lets be seen and written, as SQL: the same for every connection, and the slow part of opening one."""
    return condition(rule.model, rule.sees(whoever())), condition(rule.model, rule.writes(whoever()))


def ids_of(context: Context, names: str) -> str:
    """The function behind ``coord_ids``: the ids of some sets, as the database stores ids. No actor: none."""
    actor: Actor | None = context.get("actor")
    if actor is None:
        return "[]"
    return json.dumps([each.hex for name in names.split(",") for each in value_of(actor, name)])


def user_of(context: Context) -> str | None:
    """The function behind ``coord_user``."""
    actor: Actor | None = context.get("actor")
    return None if actor is None else value_of(actor, USER)[0].hex


def moment_of(context: Context) -> str | None:
    """The function behind ``coord_now``: our clock, as the database stores moments. No actor: none."""
    return now().strftime("%Y-%m-%d %H:%M:%S.%f") if "actor" in context else None


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one connection: the inner view of each table."""

    inner: Mapping[str, str]

    @classmethod
    def of(cls, secret: str) -> "Names":
        """With names that nobody can guess who does not know the connection's secret."""
        return cls({table: f"v{secret}_{table}" for table in (str(rule.model.__tablename__) for rule in all_rules())})

    def authorizer(self, guards: Collection[str] = ()) -> Authorizer:
        """Whether a connection behind the wall may do what a statement needs; everything unknown is denied.

        ``guards`` are the triggers of the real tables, whose names are as random as those of the views.
        """
        public_of = {view: table for table, view in self.inner.items()}
        ours = {f"{view}{end}" for view in public_of for end in ("", *_TRIGGERS.values())} | set(guards)
        ours |= {f"{table}{end}" for table in public_of.values() for end in _REFUSALS}

        def allows(kind: int, first: str | None, second: str | None, _where: str | None, source: str | None) -> int:
            if kind not in _ALLOWED:
                return sqlite3.SQLITE_DENY
            if kind == sqlite3.SQLITE_FUNCTION:
                return sqlite3.SQLITE_DENY if second in _FORBIDDEN else sqlite3.SQLITE_OK
            if kind not in _ROWS or first is None:
                return sqlite3.SQLITE_OK
            hidden = first.endswith(BEHIND) and source not in ours
            opened = first in public_of and source != public_of[first] and source not in ours
            return sqlite3.SQLITE_DENY if hidden or opened or first.startswith("sqlite_") or first == "dbstat" else (
                sqlite3.SQLITE_OK
            )  # fmt: skip

        return allows


@dataclass(frozen=True, slots=True)
class _Table:
    """What a table's views and triggers are written from."""

    rule: Rule
    view: str

    @property
    def name(self) -> str:
        return str(self.rule.model.__tablename__)

    @property
    def real(self) -> str:
        return f"{self.name}{BEHIND}"

    def columns(self, before: str = "") -> str:
        """Every column, of NEW or OLD in a trigger."""
        return ", ".join(f'{before}"{column.name}"' for column in self._columns())

    def key(self) -> str:
        """The first column of the primary key, which is never empty."""
        return next(f'"{column.name}"' for column in self._columns() if column.primary_key)

    def same_key(self, row: str) -> str:
        """The condition that finds the real row again."""
        return " AND ".join(f'"{c.name}" = {row}."{c.name}"' for c in self._columns() if c.primary_key)

    def moved(self) -> str:
        """The condition that an update changed the key."""
        return " OR ".join(f'NEW."{c.name}" IS NOT OLD."{c.name}"' for c in self._columns() if c.primary_key)

    def assigned(self) -> str:
        """Every column set to its new value."""
        return ", ".join(f'"{column.name}" = NEW."{column.name}"' for column in self._columns())

    def holds(self, row: str, predicate: str) -> str:
        """Whether a predicate holds for the NEW or the OLD row of a trigger."""
        made = ", ".join(f'{row}."{column.name}" AS "{column.name}"' for column in self._columns())
        return f"EXISTS (SELECT 1 FROM (SELECT {made}) AS {self.name} WHERE {predicate})"

    def trigger(self, event: str, *steps: str) -> str:
        """What happens instead of a change of the view."""
        name = f"{self.view}{_TRIGGERS[event]}"
        return f"CREATE TEMP TRIGGER {name} INSTEAD OF {event} ON {self.name} BEGIN {'; '.join(steps)}; END"

    def _columns(self) -> Sequence[Any]:
        return tuple(self.rule.model.__table__.columns)  # type: ignore[attr-defined]


def _changes(table: _Table, *, scoped: bool) -> Iterator[str]:
    """The triggers of a table; ``scoped`` ones look at the rule before and after."""
    _, writes = _predicates(table.rule)
    stop = "SELECT raise(ABORT, 'row wall') WHERE"
    new_fits, old_fits = table.holds("NEW", writes), table.holds("OLD", writes)
    # A key that is there already would let OR REPLACE steal the row; ours are never taken twice.
    add = [f"{stop} NOT {new_fits}", f"{stop} EXISTS (SELECT 1 FROM {table.real} WHERE {table.same_key('NEW')})"]
    change = [f"{stop} {table.moved()} OR NOT {old_fits} OR NOT {new_fits}"]
    remove = [f"{stop} NOT {old_fits}"]
    added = f"INSERT INTO {table.real} ({table.columns()}) VALUES ({table.columns('NEW.')})"
    changed = f"UPDATE {table.real} SET {table.assigned()} WHERE {table.same_key('OLD')}"
    removed = f"DELETE FROM {table.real} WHERE {table.same_key('OLD')}"
    yield table.trigger("INSERT", *(add if scoped else ()), added)
    yield table.trigger("UPDATE", *(change if scoped else ()), changed)
    yield table.trigger("DELETE", *(remove if scoped else ()), removed)


def views(rules: Iterable[Rule], names: Names, *, scoped: bool) -> Iterator[str]:
    """Statements that give a connection its views; without ``scoped`` they show and change every row."""
    for rule in rules:
        table = _Table(rule, names.inner[str(rule.model.__tablename__)])
        rows = _predicates(rule)[0] if scoped else "1"
        # The key is asked for, so that the authorizer hears of a column of the view even where a rule names none.
        yield (
            f"CREATE TEMP VIEW {table.view} AS SELECT {table.columns()} FROM main.{table.real} AS {table.name} "
            f"WHERE {table.key()} <> '' AND ({rows})"
        )
        yield f"CREATE TEMP VIEW {table.name} AS SELECT {table.columns()} FROM {table.view}"
        yield from _changes(table, scoped=scoped)


_PLACE = "<secret>"
"""Stands in the kept script where each connection's own secret belongs."""


def fresh_secret() -> str:
    """The secret of a connection, in the names of its inner views."""
    return secrets.token_hex(16)


def script(secret: str, *, scoped: bool) -> str:
    """One script that gives a connection its views and triggers, with its own secret in their names."""
    return _script(all_rules(), scoped=scoped).replace(_PLACE, secret)


@cache
def _script(rules: Iterable[Rule], *, scoped: bool) -> str:
    """The script, put together once: it has half a million characters.

    It puts them to where SQLite keeps those of a connection, to be read when they are first needed. Each made by its own
    statement is read twice and looked for among all that are there: five times the work.
    """
    rows = ", ".join(map(_kept, views(rules, Names.of(_PLACE), scoped=scoped)))
    return (
        "PRAGMA writable_schema=ON; BEGIN; "
        f"INSERT INTO temp.sqlite_master (type, name, tbl_name, rootpage, sql) VALUES {rows}; "
        "COMMIT; PRAGMA writable_schema=RESET"
    )


def _kept(statement: str) -> str:
    """A statement as the row that SQLite would keep of it."""
    # CREATE TEMP VIEW name AS ..., CREATE TEMP TRIGGER name INSTEAD OF event ON table ...
    words = statement.split()
    kind, name, table = words[2].lower(), words[3], words[3] if words[2] == "VIEW" else words[8]
    text = statement.replace("CREATE TEMP", "CREATE").replace("'", "''")
    return f"('{kind}', '{name}', '{table}', 0, '{text}')"


def renamed(tables: Sequence[str], *, behind: bool) -> Iterator[str]:
    """Statements that put real tables behind the wall, or take them out for a migration."""
    known = {str(rule.model.__tablename__) for rule in all_rules()}
    for table in tables:
        if behind and table in known:
            yield f"ALTER TABLE {table} RENAME TO {table}{BEHIND}"
        if not behind and table.endswith(BEHIND):
            yield f"ALTER TABLE {table} RENAME TO {table.removesuffix(BEHIND)}"
