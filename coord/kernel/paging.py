"""Keyset pages: rows inserted while somebody pages are neither skipped nor repeated."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from coord.kernel.errors import Invalid, Problem

DEFAULT_SIZE = 20
MAX_SIZE = 100
_VERSION = 1
_LONGEST = 1000

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True)
class PageRequest:
    """How many rows, after which cursor. ``after`` holds the sort values as text, unique id last."""

    first: int = DEFAULT_SIZE
    after: tuple[str, ...] | None = None

    @classmethod
    def parse(cls, first: int | None, after: str | None, *, width: int) -> "PageRequest":
        """Check a caller's ``first`` and ``after``; ``width`` is the number of sort values.

        Raises ``Invalid`` for a size outside 0..100 or a cursor that is broken or of another list.
        """
        size = DEFAULT_SIZE if first is None else first
        if not 0 <= size <= MAX_SIZE:
            raise Invalid(Problem("first", "PAGE_SIZE", {"limit": MAX_SIZE}))
        return cls(size, decode_cursor(after, width=width) if after else None)


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """Rows of one page, the cursor of each, whether more follow, and how to count them all if asked."""

    rows: Sequence[RowT]
    cursors: Sequence[str]
    has_next: bool
    has_previous: bool
    count: Callable[[], Awaitable[int]] | None = None


def encode_cursor(values: Sequence[object]) -> str:
    """An opaque, URL-safe cursor. It only ever becomes bound parameters: no secret, no personal data."""
    payload = json.dumps([_VERSION, *map(str, values)], separators=(",", ":"), ensure_ascii=False)
    return base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")


def decode_cursor(cursor: str, *, width: int) -> tuple[str, ...]:
    """The sort values of a cursor. Raises ``Invalid`` for anything this list did not hand out."""
    if len(cursor) > _LONGEST:
        raise Invalid(Problem("after", "BAD_CURSOR"))
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        version, *values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        raise Invalid(Problem("after", "BAD_CURSOR")) from None
    readable = all(isinstance(value, str) and value.isprintable() for value in values)
    if version != _VERSION or len(values) != width or not readable:
        raise Invalid(Problem("after", "BAD_CURSOR"))
    return tuple(values)
