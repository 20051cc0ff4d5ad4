"""The database wall at work: every transaction tells the database whose it is, and how long it may take."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import SessionTransaction

from coord.access.actor import Actor
from coord.access.guard import GuardedSession
from coord.access.policies import context_of, context_statement, names_asked
from coord.access.rows import all_rules
from coord.access.views import GUARD, Names, fresh_secret, ids_of, moment_of, script, user_of

LONGEST_SECONDS = 30.0
"""How long one statement of a person may take where a unit does not say: nobody waits longer for a page."""
_PATIENCE = "statement_milliseconds"


@lru_cache(maxsize=1)
def _context() -> tuple[tuple[str, ...], str]:
    """The sets that the policies ask for, and the statement that sets them, with the time for each one after it."""
    names = tuple(names_asked(all_rules()))
    return names, context_statement(names, {"statement_timeout": _PATIENCE})


def told_of(actor: Actor) -> Mapping[str, str]:
    """What every transaction of an actor tells PostgreSQL."""
    return context_of(actor, _context()[0])


@event.listens_for(GuardedSession, "after_begin")
def _say_who_asks(session: GuardedSession, transaction: SessionTransaction, connection: Connection) -> None:
    """At the start of each transaction, so that a statement after a commit is narrowed as well."""
    actor: Actor = session.info["actor"]
    if actor.unscoped or transaction.nested:
        return
    seconds: float = session.info.get("statement_seconds") or LONGEST_SECONDS
    if connection.dialect.name == "sqlite":
        connection.info["context"]["actor"] = actor
        connection.info["limit"]["seconds"] = seconds
        return
    connection.exec_driver_sql(_context()[1], {**told_of(actor), _PATIENCE: str(round(seconds * 1000))})


def raise_sqlite_wall(engine: Engine, *, scoped: bool) -> None:
    """Give every connection of an engine its views; ``scoped`` ones have no way around them."""
    # A trigger that acts instead of a statement reports no rows; ids decide what was changed.
    engine.dialect.supports_sane_rowcount = False
    engine.dialect.supports_sane_multi_rowcount = False

    @event.listens_for(engine, "connect")
    def _open(connection: Any, record: Any) -> None:
        context: dict[str, Any] = {}
        record.info["context"] = context
        secret = fresh_secret()
        connection.create_function("coord_ids", 1, lambda sets: ids_of(context, sets))
        connection.create_function("coord_user", 0, lambda: user_of(context))
        connection.create_function("coord_now", 0, lambda: moment_of(context))
        connection.run_async(lambda driver: driver.executescript(script(secret, scoped=scoped)))
        cursor = connection.cursor()
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name GLOB ?", (f"{GUARD}*",))
        guards = [name for (name,) in cursor.fetchall()]
        cursor.close()
        if scoped:
            connection.run_async(lambda driver: driver.set_authorizer(Names.of(secret).authorizer(guards)))

    @event.listens_for(engine, "checkin")
    def _forget(_connection: object, record: Any) -> None:
        record.info.get("context", {}).clear()
