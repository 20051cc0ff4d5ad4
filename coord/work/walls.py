"""The database wall at work: every transaction tells the database whose it is, and how long it may take."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from coord.access.actor import Actor
from coord.access.policies import context_of, context_statement, names_asked
from coord.access.rows import all_rules
from coord.access.views import GUARD, Names, fresh_secret, ids_of, moment_of, script, user_of

LONGEST_SECONDS = 30.0
"""How long one statement of a person may take where a unit does not say: nobody waits longer for a page."""
TOLD = "told"
"""The option of a connection that holds what its next transaction tells PostgreSQL; it ends with the unit."""


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    """The sets that the policies ask for."""
    return tuple(names_asked(all_rules()))


def told_of(actor: Actor) -> Mapping[str, str]:
    """What every transaction of an actor tells PostgreSQL."""
    return context_of(actor, _names())


async def begin_for(connection: AsyncConnection, actor: Actor, seconds: float | None) -> AsyncTransaction:
    """Begin a transaction that tells the database first whose it is and how long each statement of it may take.

    Where somebody began one on this connection before, it is a part of that.
    """
    told = await _told_by(connection, actor, seconds or LONGEST_SECONDS)
    if not connection.in_transaction():
        _ = await connection.execution_options(**{TOLD: told})
        return await connection.begin()
    part = await connection.begin_nested()
    if told:
        await connection.exec_driver_sql(told)
    return part


async def _told_by(connection: AsyncConnection, actor: Actor, seconds: float) -> str:
    """What PostgreSQL is to be told; SQLite's functions are told by this."""
    if actor.unscoped:
        return ""
    if connection.dialect.name == "sqlite":
        info = (await connection.get_raw_connection()).info
        info["context"]["actor"] = actor
        info["limit"]["seconds"] = seconds
        return ""
    return context_statement(told_of(actor), {"statement_timeout": str(round(seconds * 1000))})


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
