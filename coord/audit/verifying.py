"""Whether the trail is whole: every entry in its place, unchanged, and none missing at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import Uuid, type_coerce
from sqlmodel import col

from coord.audit.appending import CHAIN
from coord.audit.chain import START, Head, hash_of
from coord.audit.tables import AuditEntry, AuditHead
from coord.kernel.sql import select
from coord.work import Unit, read

_AT_ONCE = 20_000


def _as_text(column: Any, name: str) -> Any:
    # An id as the body writes it: no object is made of it on the way, for each of millions of rows.
    return type_coerce(column, Uuid(as_uuid=False)).label(name)


_COLUMNS = (
    AuditEntry.seq,
    AuditEntry.prev,
    AuditEntry.hash,
    AuditEntry.body,
    AuditEntry.at,
    _as_text(AuditEntry.actor_id, "actor_id"),
    AuditEntry.verb,
    AuditEntry.subject,
    _as_text(AuditEntry.subject_id, "subject_id"),
)


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the trail was followed, and where it first does not hold (None: it is whole)."""

    entries: int
    head: Head
    fault: str | None = None
    seq: int | None = None


def _says_the_same(body: bytes, *columns: Any) -> bool:
    """Whether the columns for searching say what the hashed body says."""
    told = orjson.loads(body)
    at, *others = columns
    names = ("actor_id", "verb", "subject", "subject_id")
    return bool(told["at"] == at.isoformat() and [told[name] for name in names] == others)


def followed(head: Head, rows: Sequence[Any]) -> tuple[Head, str | None]:
    """Follow the chain over some rows; the last entry that holds, and what is wrong with the next one.

    Plain values instead of a ``Link`` for each: this runs over every entry there is.
    """
    last, prev = head.seq, head.hash
    for seq, before, digest, body, *columns in rows:
        if seq != last + 1 or before != prev or digest != hash_of(before, seq, body):
            return Head(last, prev), "BROKEN"
        if not _says_the_same(body, *columns):
            return Head(last, prev), "COLUMNS_DIFFER"
        last, prev = seq, digest
    return Head(last, prev), None


@read("audit.verify")
async def verify(unit: Unit, kept: Sequence[Head] = ()) -> Checked:
    """Follow the whole chain; ``kept`` are heads that somebody outside noted earlier.

    Only such a head tells that the end was cut off, or the rest made anew, by somebody who also moved the head.
    """
    expected = {head.seq: head.hash for head in kept}
    head = Head(0, START)
    while rows := await _after(unit, head.seq):
        before = head
        head, fault = followed(head, rows)
        wrong = _not_as_kept(rows, head, expected) if expected else []
        if wrong:
            return Checked(wrong[0] - 1, before, "NOT_AS_KEPT", wrong[0])
        if fault:
            return Checked(head.seq, head, fault, head.seq + 1)
    end: AuditHead = await unit.scalar(select(AuditHead).where(col(AuditHead.chain) == CHAIN))
    if (end.seq, end.hash) != (head.seq, head.hash) or max(expected, default=0) > head.seq:
        return Checked(head.seq, head, "CUT_OFF", head.seq + 1)
    return Checked(head.seq, head)


def _not_as_kept(rows: Sequence[Any], head: Head, expected: Mapping[int, bytes]) -> list[int]:
    return [row.seq for row in rows if row.seq <= head.seq and expected.get(row.seq, row.hash) != row.hash]


async def _after(unit: Unit, seq: int) -> Sequence[Any]:
    statement = select(*_COLUMNS).where(col(AuditEntry.seq) > seq).order_by(col(AuditEntry.seq)).limit(_AT_ONCE)
    return await unit.rows(statement)
