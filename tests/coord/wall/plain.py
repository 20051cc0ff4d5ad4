"""Ways past the row wall, for tests of the wall behind it: plain SQL on a person's own connection."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from coord.access import Actor
from coord.access.policies import context_of, context_statement, names_asked
from coord.access.rows import all_rules
from coord.access.whoever import NOW
from coord.work.engine import Database

_NAMES = names_asked(all_rules())


@asynccontextmanager
async def as_person(database: Database, actor: Actor | None) -> AsyncIterator[AsyncConnection]:
    """A connection as a person's unit has it, which then runs what a scoped session would refuse."""
    async with database.connect(read_only=False) as connection:  # noqa: SIM117  the second one needs the first
        async with connection.begin_nested() if connection.in_transaction() else connection.begin():
            if database.is_sqlite and actor is not None:
                (await connection.get_raw_connection()).info["context"]["actor"] = actor
            elif not database.is_sqlite:
                empty = dict.fromkeys((NOW, *_NAMES), "")
                known: Mapping[str, str] = empty if actor is None else context_of(actor, _NAMES)
                await connection.exec_driver_sql(context_statement(known))
            yield connection


async def rows_in(connection: AsyncConnection, table: str) -> int:
    """How many rows of a table plain SQL finds."""
    found = await run(connection, f"SELECT count(*) FROM {table}")  # noqa: S608  a name of our own tables
    return int(found.scalar_one())


async def run(connection: AsyncConnection, statement: str) -> Any:
    """Plain SQL, as somebody would who found a hole."""
    return await connection.exec_driver_sql(statement)
