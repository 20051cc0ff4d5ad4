"""Appending to the chain: the last statements of a unit, so that the head is locked as short as can be.

Every action pays for this, so the few fixed statements go to the driver as they are: they show nothing, and the
database's wall lets people's connections do no more with the trail than this.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from coord.audit.chain import START, Head, body_of, linked
from coord.work.patience import failures_named, without_limit
from coord.work.sending import driver_of
from coord.work.unit import Unit

CHAIN = 1
_KINDS: Mapping[str, str] = {
    "body": "bytea",
    "at": "timestamptz",
    "actor_id": "uuid",
    "verb": "varchar",
    "subject": "varchar",
    "subject_id": "uuid",
}
_FOUND_BY = tuple(name for name in _KINDS if name != "body")
_FEW = 8
_APPEND_MANY = f"SELECT audit_append({', '.join(f'%s::{kind}[]' for kind in _KINDS.values())})"
_HEAD = f"SELECT seq, hash FROM audit_head WHERE chain = {CHAIN}"  # noqa: S608  a number of ours
_ADD = f"INSERT INTO audit_entry (seq, prev, hash, body, {', '.join(_FOUND_BY)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  names of ours
_MOVE = f"UPDATE audit_head SET seq = ?, hash = ? WHERE chain = {CHAIN}"  # noqa: S608  a number of ours


async def append(unit: Unit, connection: AsyncConnection) -> None:
    """Put everything that the unit did on the trail."""
    entries = [dict(facts) for facts in unit.trail]
    unit.trail.clear()
    bodies = [body_of(facts) for facts in entries]
    if unit.is_sqlite:
        await _append_here(connection, entries, bodies)
        return
    columns = [bodies, *([facts[name] for facts in entries] for name in _FOUND_BY)]
    few = len(bodies) <= _FEW
    text = _append_few(len(bodies)) if few else _APPEND_MANY
    # Values go as text, so that the commit can come along: while the head is locked nobody waits for a turn of ours.
    if not connection.in_nested_transaction():
        text = f"{text}; COMMIT"
    with failures_named(connection.dialect):
        cursor = connection.dialect.loaded_dbapi.AsyncClientCursor(driver_of(connection))
        await cursor.execute(text, [value for column in columns for value in column] if few else columns)


@cache
def _append_few(number: int) -> str:
    """The statement with a place for each value: the driver writes a list, however short, far slower than its values."""
    arrays = (f"ARRAY[{', '.join([f'%s::{kind}'] * number)}]" for kind in _KINDS.values())
    return f"SELECT audit_append({', '.join(arrays)})"


async def _append_here(
    connection: AsyncConnection, entries: Sequence[Mapping[str, Any]], bodies: Sequence[bytes]
) -> None:
    """On SQLite, whose writers take turns: a unit that writes has begun immediately.

    Each call of the driver is one way to the database's thread and back, SQLAlchemy's are four.
    """
    driver = driver_of(connection)
    without_limit(connection)
    with failures_named(connection.dialect):
        ((seq, last),) = await driver.execute_fetchall(_HEAD)
        links = list(linked(Head(seq, last or START), bodies))
        chained = [(link.seq, link.prev, link.hash, link.body) for link in links]
        found_by = map(_as_stored, entries)
        added = await driver.executemany(_ADD, [(*a, *b) for a, b in zip(chained, found_by, strict=True)])
        await added.close()
        await driver.execute_fetchall(_MOVE, (links[-1].seq, links[-1].hash))


def _as_stored(facts: Mapping[str, Any]) -> tuple[str | None, ...]:
    """The columns that can be searched, as SQLite keeps them."""
    at, actor, subject = facts["at"], facts["actor_id"], facts["subject_id"]
    moment = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    return moment, actor and actor.hex, facts["verb"], facts["subject"], subject and subject.hex
