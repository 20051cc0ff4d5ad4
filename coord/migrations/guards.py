"""Rules that the database itself keeps, by triggers on both kinds of database, written once.

A guard is a condition under which a change is refused; ``NEW`` and ``OLD`` are the row. On SQLite the triggers bear
random names: whatever reads behind the wall is known to the authorizer by its name, which nobody must be able to guess.
"""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeAlias

from alembic import op

from coord.access.views import GUARD

Event: TypeAlias = Literal["INSERT", "UPDATE", "DELETE"]


@dataclass(frozen=True, slots=True)
class Guard:
    """A change of a table that is refused under a condition.

    ``lock``: an expression of NEW whose value nobody else changes anything about until the transaction ends; SQLite
    has one writer at a time anyway. ``postgresql``: the condition where that database writes it differently.
    """

    table: str
    event: Event
    message: str
    condition: str
    lock: str = ""
    postgresql: str = ""


def _grouped(guards: Sequence[Guard]) -> Iterator[tuple[str, Event, list[Guard]]]:
    ordered = sorted(guards, key=lambda one: (one.table, one.event))
    for (table, event), held in groupby(ordered, key=lambda one: (one.table, one.event)):
        yield table, event, list(held)


def _postgresql(table: str, event: Event, guards: Sequence[Guard]) -> Iterator[str]:
    name = f"{GUARD}{table}_{event.lower()}"
    locks = "".join(
        f"PERFORM pg_advisory_xact_lock(hashtextextended(({lock})::text, 0)); "
        for lock in dict.fromkeys(one.lock for one in guards if one.lock)
    )
    refusals = "".join(
        f"IF {one.postgresql or one.condition} THEN RAISE EXCEPTION USING MESSAGE = '{one.message}', "
        "ERRCODE = 'check_violation'; END IF; "
        for one in guards
    )
    row = "OLD" if event == "DELETE" else "NEW"
    yield (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {locks}{refusals}RETURN {row}; END $$"
    )
    yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    if event == "DELETE":
        yield (
            f"CREATE FUNCTION {name}_all() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION USING MESSAGE = '{guards[0].message}', ERRCODE = 'check_violation'; END $$"
        )
        yield (f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {name}_all()")


def _sqlite(table: str, event: Event, guards: Sequence[Guard]) -> Iterator[str]:
    name = f"{GUARD}{secrets.token_hex(16)}_{table}_{event.lower()}"
    steps = " ".join(f"SELECT raise(ABORT, '{one.message}') WHERE {one.condition};" for one in guards)
    yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN {steps} END"


def guard(*guards: Guard) -> None:
    """Let the database refuse these changes from now on."""
    write = _postgresql if op.get_bind().dialect.name == "postgresql" else _sqlite
    for table, event, held in _grouped(guards):
        for statement in write(table, event, held):
            op.execute(statement)


def unguard(*guards: Guard) -> None:
    """Take these guards away; SQLite's go with their tables."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table, event, _ in _grouped(guards):
        name = f"{GUARD}{table}_{event.lower()}"
        for end in ("", "_all") if event == "DELETE" else ("",):
            op.execute(f"DROP TRIGGER {name}{end} ON {table}")
            op.execute(f"DROP FUNCTION {name}{end}()")
