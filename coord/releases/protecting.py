"""Protecting a cube: every true count is rounded at random to a multiple of the base, then large margins are repaired.

Unbiased rounding seeded once for each cube and release, reproducible in any language: no library's random stream is
used, only HMAC-SHA256 (RFC 2104). Each cell moves by at most base - 1, multiples of the base never move, and what is
published adds up in every direction because everything is summed from the protected cells. After Statistics Norway's
small-count rounding (Langsrud and Heldal). Pure: no I/O.
"""

import hashlib
import hmac
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Key = tuple[str, ...]
"""One value for each dimension of a cube, in its order."""
_STEPS_FOR_A_FREE_CELL = 200
_WORD = 8
_WORDS = float(1 << (_WORD * 8))


@dataclass(frozen=True, slots=True)
class Protection:
    """How a cube is protected: the base, and the least true margin that repair may use."""

    base: int = 3
    floor: int = 20


@dataclass(frozen=True, slots=True)
class TrueCube:
    """True counts by key, and the margins to repair: each names positions of the key.

    The order of the keys is the order of the draws: row by row, the last dimension fastest, zeros included.
    """

    counts: Mapping[Key, int]
    margins: Sequence[tuple[int, ...]] = ()


def is_dominated(given: Sequence[int], others: int, p_percent: int, nk_percent: int) -> bool:
    """Whether a sum says too much about one or two who add to it (p% rule and NK rule with n = 2).

    ``given``: what each known person adds; ``others``: heads of people nobody knows, each adding one.
    """
    total = sum(given) + others
    first, second = sorted([0, 0, *given, *([1] * min(others, 2))], reverse=True)[:2]
    return 100 * (total - first - second) < p_percent * first or 100 * (first + second) > nk_percent * total


def cube_key(secret: bytes, content_hash: str, code: str) -> bytes:
    """The key of one cube of one build. The secret is forgotten when the build ends."""
    return hmac.digest(secret, f"{content_hash}:{code}".encode(), hashlib.sha256)


def draw(key: bytes, label: str, number: int) -> float:
    """A number from 0 (included) to 1 (excluded): the first eight bytes of the HMAC, big endian, over 2^64."""
    digest = hmac.digest(key, f"{label}:{number}".encode("ascii"), hashlib.sha256)
    return int.from_bytes(digest[:_WORD], "big") / _WORDS


def protect(cube: TrueCube, key: bytes, how: Protection) -> Mapping[Key, int]:
    """The cells as they may be published: multiples of the base, never further than base - 1 from the truth."""
    rounded = _rounded(cube, key, how.base)
    return _repaired(cube, rounded, key, how)


def _rounded(cube: TrueCube, key: bytes, base: int) -> dict[Key, int]:
    published = {}
    for number, (cell, count) in enumerate(cube.counts.items()):
        rest = count % base
        up = rest > 0 and draw(key, "round", number) < rest / base
        published[cell] = count - rest + (base if up else 0)
    return published


@dataclass(slots=True)
class _Margins:
    """By how much each large margin is off, and which of them a cell belongs to."""

    errors: dict[tuple[int, Key], int]
    of_cell: Mapping[Key, Sequence[tuple[int, Key]]]

    def gain(self, cell: Key, move: int) -> int:
        """How the sum of squared errors changes if a cell moves."""
        return sum((self.errors[g] + move) ** 2 - self.errors[g] ** 2 for g in self.of_cell[cell])

    def apply(self, cell: Key, move: int) -> None:
        """Move a cell."""
        for group in self.of_cell[cell]:
            self.errors[group] += move


def _groups(margins: Sequence[tuple[int, ...]], cell: Key) -> Iterator[tuple[int, Key]]:
    for number, places in enumerate(margins):
        yield number, tuple(cell[place] for place in places)


def _margins(cube: TrueCube, published: Mapping[Key, int], floor: int) -> _Margins:
    true: dict[tuple[int, Key], int] = {}
    errors: dict[tuple[int, Key], int] = {}
    for cell, count in cube.counts.items():
        for group in _groups(cube.margins, cell):
            true[group] = true.get(group, 0) + count
            errors[group] = errors.get(group, 0) + published[cell] - count
    kept = {group: error for group, error in errors.items() if true[group] >= floor}
    of_cell = {cell: [g for g in _groups(cube.margins, cell) if g in kept] for cell in cube.counts}
    return _Margins(kept, of_cell)


def _repaired(cube: TrueCube, rounded: dict[Key, int], key: bytes, how: Protection) -> Mapping[Key, int]:
    """Flip free cells as long as that brings large margins nearer to the truth."""
    free = [cell for cell, count in cube.counts.items() if count % how.base]
    margins = _margins(cube, rounded, how.floor)
    if not margins.errors:
        return rounded
    for step in range(_STEPS_FOR_A_FREE_CELL * len(free)):
        cell = free[math.floor(draw(key, "flip", step) * len(free))]
        move = -how.base if rounded[cell] > cube.counts[cell] else how.base
        if margins.gain(cell, move) < 0:
            rounded[cell] += move
            margins.apply(cell, move)
    return rounded
