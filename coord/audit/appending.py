"""Appending to the chain: the last statements of a unit, so that the head is locked as short as can be."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, DateTime, LargeBinary, String, Uuid, bindparam, func
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from coord.audit.chain import START, Head, Link, body_of, linked
from coord.audit.tables import AuditEntry, AuditHead
from coord.kernel.sql import select
from coord.work.unit import Unit

CHAIN = 1
_KINDS: Mapping[str, TypeEngine[Any]] = {
    "body": LargeBinary(),
    "at": DateTime(timezone=True),
    "actor_id": Uuid(),
    "verb": String(),
    "subject": String(),
    "subject_id": Uuid(),
}
_APPEND = select(
    func.audit_append(*(bindparam(name, type_=ARRAY(kind)) for name, kind in _KINDS.items()))
).execution_options(unscoped_reason="the trail's own function, which shows nothing and writes entries only")


_HEAD = (
    select(AuditHead)
    .where(col(AuditHead.chain) == CHAIN)
    .execution_options(unscoped_reason="every unit that leaves an entry moves the end of the chain")
)


def entry_row(link: Link, facts: dict[str, Any]) -> AuditEntry:
    """The row of a link; the columns that can be searched are taken from its facts."""
    found = {name: facts[name] for name in _KINDS if name != "body"}
    return AuditEntry(seq=link.seq, prev=link.prev, hash=link.hash, body=link.body, **found)


async def append(unit: Unit) -> None:
    """Put everything that the unit did on the trail."""
    entries = [dict(facts) for facts in unit.trail]
    unit.trail.clear()
    bodies = [body_of(facts) for facts in entries]
    if unit.is_sqlite:
        await _append_here(unit, entries, bodies)
        return
    columns = {name: [facts[name] for facts in entries] for name in _KINDS if name != "body"}
    await unit.session.run(_APPEND, {"body": bodies, **columns})


async def _append_here(unit: Unit, entries: Sequence[dict[str, Any]], bodies: Sequence[bytes]) -> None:
    """On SQLite, whose writers take turns: a unit that writes has begun immediately."""
    head: AuditHead = await unit.scalar(_HEAD)
    links = list(linked(Head(head.seq, head.hash or START), bodies))
    unit.add(*(entry_row(link, facts) for link, facts in zip(links, entries, strict=True)))
    head.seq, head.hash = links[-1].seq, links[-1].hash
    await unit.session.flush()
