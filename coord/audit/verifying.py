"""Whether the trail is whole: every entry in its place, unchanged, and none missing at the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, String, cast
from sqlmodel import col

from coord.audit.appending import CHAIN
from coord.audit.chain import START, Head, hash_of
from coord.audit.signing import Checkpoint, PublicKeys, is_genuine
from coord.audit.tables import AuditCheckpoint, AuditEntry, AuditHead
from coord.kernel.sql import select
from coord.work import Unit, read
from coord.work.raw import driver_rows

_AT_ONCE = 20_000
_WITH_MICROSECONDS = len("2026-01-01T00:00:00.000001+00:00")


def _columns(*, is_sqlite: bool) -> Sequence[Any]:
    """An entry's columns; ids as text, which SQLite has already: no object is made for each of millions of rows."""
    ids = [each if is_sqlite else cast(each, String) for each in (col(AuditEntry.actor_id), col(AuditEntry.subject_id))]
    chained = (AuditEntry.seq, AuditEntry.prev, AuditEntry.hash, AuditEntry.body)
    return (*chained, AuditEntry.at, ids[0], AuditEntry.verb, AuditEntry.subject, ids[1])


def _as_in_columns(told: Mapping[str, Any], *, is_sqlite: bool) -> list[Any]:
    """What an entry's columns for searching hold when they say what its body says."""
    at, actor, subject_id = told["at"], told["actor_id"], told["subject_id"]
    if not is_sqlite:
        return [datetime.fromisoformat(at), actor, told["verb"], told["subject"], subject_id]
    moment = f"{at[:10]} {at[11:26]}" if len(at) == _WITH_MICROSECONDS else f"{at[:10]} {at[11:19]}.000000"
    return [moment, _without_hyphens(actor), told["verb"], told["subject"], _without_hyphens(subject_id)]


def _without_hyphens(identity: str | None) -> str | None:
    return identity and identity.replace("-", "")


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the trail was followed, and where it first does not hold (None: it is whole)."""

    entries: int
    head: Head
    fault: str | None = None
    seq: int | None = None


def followed(head: Head, rows: Sequence[Any], *, is_sqlite: bool) -> tuple[Head, str | None]:
    """Follow the chain over some rows; the last entry that holds, and what is wrong with the next one.

    Plain values instead of a ``Link`` for each: this runs over every entry there is.
    """
    last, prev = head.seq, head.hash
    for seq, before, digest, body, *columns in rows:
        if seq != last + 1 or before != prev or digest != hash_of(before, seq, body):
            return Head(last, prev), "BROKEN"
        try:
            told = _as_in_columns(orjson.loads(body), is_sqlite=is_sqlite)
        except (ValueError, KeyError, TypeError, AttributeError):  # a body that no version of coord wrote
            told = []
        if columns != told:
            return Head(last, prev), "COLUMNS_DIFFER"
        last, prev = seq, digest
    return Head(last, prev), None


class Following:
    """Follows the chain over batches of rows; ``kept`` are heads that somebody outside noted earlier.

    Only such a head tells that the end was cut off, or the rest made anew, by somebody who also moved the head.
    """

    def __init__(self, kept: Sequence[Head], *, is_sqlite: bool) -> None:
        """Stand before the first entry."""
        self._expected = {head.seq: head.hash for head in kept}
        self._is_sqlite = is_sqlite
        self.head = Head(0, START)

    def take(self, rows: Sequence[Any]) -> Checked | None:
        """What first does not hold in the next rows; None: they go on as they should."""
        before = self.head
        self.head, fault = followed(before, rows, is_sqlite=self._is_sqlite)
        wrong = self._not_as_kept(rows) if self._expected else []
        if wrong:
            return Checked(wrong[0] - 1, before, "NOT_AS_KEPT", wrong[0])
        return Checked(self.head.seq, self.head, fault, self.head.seq + 1) if fault else None

    def _not_as_kept(self, rows: Sequence[Any]) -> list[int]:
        return [
            seq for seq, _, digest, *_ in rows if seq <= self.head.seq and self._expected.get(seq, digest) != digest
        ]

    def ended(self, end: Head) -> Checked:
        """Whether the chain ends where it says that it ends, and nobody kept a later head."""
        if end != self.head or max(self._expected, default=0) > self.head.seq:
            return Checked(self.head.seq, self.head, "CUT_OFF", self.head.seq + 1)
        return Checked(self.head.seq, self.head)


def held_against(found: Checked, stored: Sequence[Checkpoint], keys: PublicKeys) -> Checked:
    """The same, unless a checkpoint that stands beside the trail is not signed, or not the one after the one before."""
    prev = b""
    for each in stored if found.fault is None else ():
        if each.prev != prev or not is_genuine(each, keys):
            return Checked(found.entries, found.head, "CHECKPOINT_FORGED", each.seq)
        prev = each.digest
    return found


@read("audit.verify")
async def verify_signed(unit: Unit, keys: PublicKeys, kept: Sequence[Head] = ()) -> Checked:
    """Follow the whole chain, and hold it against every checkpoint that the database has and ``kept`` beside them."""
    stored = [row.checkpoint for row in await unit.scalars(select(AuditCheckpoint).order_by(col(AuditCheckpoint.seq)))]
    return held_against(await verify(unit, [*(each.head for each in stored), *kept]), stored, keys)


@read("audit.verify")
async def verify(unit: Unit, kept: Sequence[Head] = ()) -> Checked:
    """Follow the whole chain; ``kept`` are heads that somebody outside noted earlier."""
    chain = Following(kept, is_sqlite=unit.is_sqlite)
    while rows := await _after(unit, chain.head.seq):
        if fault := chain.take(rows):
            return fault
    end: AuditHead = await unit.scalar(select(AuditHead).where(col(AuditHead.chain) == CHAIN))
    return chain.ended(Head(end.seq, end.hash))


async def _after(unit: Unit, seq: int) -> Sequence[Any]:
    columns = select(*_columns(is_sqlite=unit.is_sqlite))
    statement: Select[Any] = columns.where(col(AuditEntry.seq) > seq).order_by(col(AuditEntry.seq)).limit(_AT_ONCE)
    return await driver_rows(unit, statement)
