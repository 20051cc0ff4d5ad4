"""The trail as it stands in a backup, followed without a database: an SQLite file, or the plain text of ``pg_dump``.

Whoever was handed a backup checks it before anything is restored, and a partner without trusting a server of ours.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from coord.access.views import BEHIND
from coord.audit.appending import CHAIN
from coord.audit.chain import Head
from coord.audit.signing import Checkpoint, PublicKeys
from coord.audit.verifying import Checked, Following, held_against

_SQLITE = b"SQLite format 3\x00"
_AT_ONCE = 20_000
_ENTRY = ("seq", "prev", "hash", "body", "at", "actor_id", "verb", "subject", "subject_id")
_CHECKPOINT = ("seq", "hash", "at", "prev", "key", "signature")
_HEAD = ("chain", "seq", "hash")
_COPY = re.compile(rb"COPY (?:public\.)?(\w+) \(([^)]*)\) FROM stdin;")
_ENTRIES, _CHECKPOINTS, _HEADS = (
    f"SELECT {', '.join(columns)} FROM {table}{BEHIND} ORDER BY {columns[0]}"  # noqa: S608  names of ours
    for table, columns in (("audit_entry", _ENTRY), ("audit_checkpoint", _CHECKPOINT), ("audit_head", _HEAD))
)
_TABLES = {b"audit_entry": _ENTRY, b"audit_checkpoint": _CHECKPOINT, b"audit_head": _HEAD}


class NotADump(ValueError):
    """A file that holds no trail, or not in a form that is read here."""


@dataclass(frozen=True, slots=True)
class _Trail:
    """What a backup holds of the trail: its entries by their numbers, its checkpoints, where it says that it ends."""

    entries: Iterator[Sequence[Any]]
    checkpoints: Sequence[Checkpoint]
    end: Head
    is_sqlite: bool

    def checked(self, keys: PublicKeys, kept: Sequence[Head]) -> Checked:
        chain = Following([*(each.head for each in self.checkpoints), *kept], is_sqlite=self.is_sqlite)
        for rows in _in_batches(self.entries):
            if fault := chain.take(rows):
                return fault
        return held_against(chain.ended(self.end), self.checkpoints, keys)


def verify_dump(path: Path, keys: PublicKeys, kept: Sequence[Head] = ()) -> Checked:
    """Follow the whole chain of a backup, and hold it against its checkpoints and ``kept``. Raises ``NotADump``."""
    try:
        with path.open("rb") as file:
            is_sqlite = file.read(len(_SQLITE)) == _SQLITE
        # An unnamed database of SQLite's lies in a file of its own that goes with it: trails are longer than memory.
        # nosemgrep: session-elsewhere -- a file in the hands of whoever runs the command, no database of ours
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro" if is_sqlite else "", uri=is_sqlite)) as base:
            return (_in_sqlite(base) if is_sqlite else _in_text(path, base)).checked(keys, kept)
    except (ValueError, KeyError, StopIteration, sqlite3.Error) as error:
        raise NotADump(str(path)) from error


def _in_batches(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    some: list[Sequence[Any]] = []
    for row in rows:
        some.append(row)
        if len(some) == _AT_ONCE:
            yield some
            some = []
    yield some


def _in_sqlite(base: sqlite3.Connection) -> _Trail:
    checkpoints = [
        Checkpoint(seq, digest, datetime.fromisoformat(at).replace(tzinfo=UTC), prev, key, signature)
        for seq, digest, at, prev, key, signature in base.execute(_CHECKPOINTS)
    ]
    end = next(Head(seq, digest) for chain, seq, digest in base.execute(_HEADS) if chain == CHAIN)
    return _Trail(base.execute(_ENTRIES), checkpoints, end, is_sqlite=True)


def _in_text(path: Path, base: sqlite3.Connection) -> _Trail:
    """Entries go through ``base``, which puts them in order: a backup holds them as they lay on the disk."""
    base.execute("CREATE TABLE entry (seq INTEGER, line TEXT)")
    others: dict[Sequence[str], list[Mapping[str, Any]]] = {_CHECKPOINT: [], _HEAD: []}

    def entries(file: BinaryIO) -> Iterator[tuple[int, str]]:
        for table, line in _lines(file):
            if table is _ENTRY:
                yield int(line.partition("\t")[0]), line
            else:
                others[table].append(_values(table, line))

    with path.open("rb") as file:
        base.executemany("INSERT INTO entry VALUES (?, ?)", entries(file))
    (end,) = (Head(told["seq"], told["hash"]) for told in others[_HEAD] if told["chain"] == CHAIN)
    checkpoints = sorted((Checkpoint(**told) for told in others[_CHECKPOINT]), key=lambda each: each.seq)
    rows = (_entry(line) for (line,) in base.execute("SELECT line FROM entry ORDER BY seq"))
    return _Trail(rows, checkpoints, end, is_sqlite=False)


def _lines(file: BinaryIO) -> Iterator[tuple[Sequence[str], str]]:
    """The rows of the trail's tables as they stand, each with the columns of its table, in that order."""
    columns: Sequence[str] | None = None
    is_inside = False
    for line in file:
        if is_inside:
            is_inside = line != b"\\.\n"
            if is_inside and columns:
                yield columns, line.decode().rstrip("\n")
        elif found := _COPY.match(line):
            is_inside, columns = True, _TABLES.get(found[1])
            if columns and tuple(found[2].decode().split(", ")) != columns:
                raise NotADump(line.decode())


def _entry(line: str) -> tuple[Any, ...]:
    """By place, not by name: there are millions of them."""
    seq, prev, digest, body, at, actor, verb, subject, subject_id = line.split("\t")
    moment = datetime.fromisoformat(at)
    return int(seq), _bytes(prev), _bytes(digest), _bytes(body), moment, _text(actor), verb, subject, _text(subject_id)


def _values(columns: Sequence[str], line: str) -> Mapping[str, Any]:
    return {name: _READ[name](text) for name, text in zip(columns, line.split("\t"), strict=True)}


def _bytes(text: str) -> bytes:
    r"""Bytes as ``\\xff00``: the format of a copy escapes the one backslash by another."""
    return bytes.fromhex(text.removeprefix("\\\\x"))


def _text(text: str) -> str | None:
    return None if text == "\\N" else text


_READ: Mapping[str, Callable[[str], Any]] = {
    **dict.fromkeys(("chain", "seq"), int),
    **dict.fromkeys(("prev", "hash", "signature"), _bytes),
    "at": datetime.fromisoformat,
    "key": str,
}
