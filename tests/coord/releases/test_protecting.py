"""The protection of cubes against known answers, and its promises over random cubes."""

import hashlib
import hmac
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coord.releases.protecting import Key, Protection, TrueCube, _rounded, cube_key, draw, protect

KNOWN_KEY = b"known-answer-key"
TRUE = [[[4, 1, 7], [0, 2, 5]], [[11, 3, 8], [6, 0, 1]], [[2, 9, 13], [5, 4, 10]]]
ROUNDED = [[[6, 0, 6], [0, 3, 3]], [[9, 3, 9], [6, 0, 0]], [[3, 9, 12], [6, 6, 9]]]
REPAIRED = [[[6, 0, 9], [0, 3, 3]], [[9, 3, 9], [6, 0, 0]], [[0, 9, 12], [6, 3, 12]]]
MARGINS = ((2,), (0,), (0, 2))


def flat(nested: Sequence[Sequence[Sequence[int]]]) -> dict[Key, int]:
    """The cells of a nested list, the last dimension fastest."""
    return {
        (str(i), str(j), str(k)): value
        for i, plane in enumerate(nested)
        for j, row in enumerate(plane)
        for k, value in enumerate(row)
    }


@pytest.mark.parametrize(
    ("label", "expected"),
    [("round", [0.061621, 0.920117, 0.334731, 0.931453]), ("flip", [0.692223, 0.794097, 0.182322, 0.983201])],
)
def test_the_draws_are_the_published_ones(label: str, expected: Sequence[float]) -> None:
    assert [round(draw(KNOWN_KEY, label, number), 6) for number in range(4)] == expected


def test_a_cubes_key_is_made_of_the_secret_the_content_and_the_cube() -> None:
    expected = hmac.new(b"secret", b"content:PERSONS", hashlib.sha256).digest()
    assert cube_key(b"secret", "content", "PERSONS") == cube_key(b"secret", "content", "PERSONS") == expected
    others = {cube_key(*given) for given in ((b"other", "content", "PERSONS"), (b"secret", "content", "REFERRALS"))}
    assert len({*others, cube_key(b"secret", "other", "PERSONS"), expected}) == 4


def test_rounding_and_repair_give_the_known_answers() -> None:
    cube = TrueCube(flat(TRUE), MARGINS)
    assert _rounded(cube, KNOWN_KEY, 3) == flat(ROUNDED)
    assert protect(cube, KNOWN_KEY, Protection(3, 20)) == flat(REPAIRED)


counts = st.lists(st.integers(0, 40), min_size=12, max_size=12)


@given(counts, st.binary(min_size=32, max_size=32), st.sampled_from([3, 5]), st.sampled_from([MARGINS, ()]))
def test_t1_every_cell_is_a_near_multiple_and_multiples_stay(
    values: list[int], secret: bytes, base: int, margins: tuple[tuple[int, ...], ...]
) -> None:
    cells: dict[Key, int] = dict(zip(product("abc", "xy", "12"), values, strict=True))
    cube, key = TrueCube(cells, margins), cube_key(secret, "snapshot", "CUBE")
    published = protect(cube, key, Protection(base, 20))
    assert list(published) == list(cells)
    for cell, count in cells.items():
        assert published[cell] % base == 0
        assert abs(published[cell] - count) <= base - 1
        assert published[cell] == count or count % base
    assert published == protect(cube, key, Protection(base, 20))


def test_rounding_alone_is_unbiased_over_two_hundred_secrets() -> None:
    """Each of the free cells of the known cube and all of them together stay within three standard errors."""
    cells = flat(TRUE)
    free = {cell: count for cell, count in cells.items() if count % 3}
    runs = [_rounded(TrueCube(cells), f"k{number}".encode(), 3) for number in range(200)]
    off = {cell: sum(run[cell] - count for run in runs) / 200 for cell, count in free.items()}
    # The variance of one draw is rest * (base - rest) = 2 for base 3, whatever the rest.
    standard_error = (2 / 200) ** 0.5
    assert sum(abs(mean) > 3 * standard_error for mean in off.values()) == 0
    assert abs(sum(off.values()) / len(free)) < 3 * standard_error / len(free) ** 0.5
