"""The chain of the trail: pure, no I/O.

Each entry's hash covers the one before it, so that none can be changed, taken out or moved without a trace:
``hash = SHA-256(length of prev | prev | seq | body)``, numbers of eight bytes, big end first. ``body`` holds
the very bytes that were hashed: canonical JSON (RFC 8785).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import rfc8785

_LONGEST = 2**53
START = b""
"""What stands before the first entry."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain ends: the number of entries and the hash of the last one."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as a member of the chain."""

    seq: int
    prev: bytes
    hash: bytes
    body: bytes


def body_of(facts: Mapping[str, Any]) -> bytes:
    """The bytes of an entry: the same for the same facts on every machine."""
    if _is_simple(facts):
        return orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)
    return rfc8785.dumps(orjson.loads(orjson.dumps(facts)))


def _is_simple(value: Any) -> bool:
    """Whether sorted JSON is canonical JSON already: no fractions, no long numbers, no keys beyond ASCII."""
    if isinstance(value, dict):
        return all(map(_is_ascii, value)) and all(map(_is_simple, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(_is_simple, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return -_LONGEST < value < _LONGEST
    return value is None or isinstance(value, (str, bool, datetime, UUID))


def _is_ascii(key: object) -> bool:
    return isinstance(key, str) and key.isascii()


def hash_of(prev: bytes, seq: int, body: bytes) -> bytes:
    """The hash of an entry after another one."""
    return hashlib.sha256(len(prev).to_bytes(8) + prev + seq.to_bytes(8) + body).digest()


def linked(head: Head, bodies: Iterable[bytes]) -> Iterator[Link]:
    """New entries after a head, in order."""
    seq, prev = head.seq, head.hash
    for body in bodies:
        seq += 1
        made = Link(seq, prev, hash_of(prev, seq, body), body)
        yield made
        prev = made.hash
