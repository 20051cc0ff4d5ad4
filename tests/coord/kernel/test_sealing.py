"""Sealed values: unreadable, unchangeable, bound to their place; rings turn."""

import pytest

from coord.kernel.sealing import CannotOpen, Ring

NEW, OLD = "n" * 32, "o" * 32


def test_what_was_sealed_opens_again_and_shows_nothing() -> None:
    ring = Ring([NEW])
    sealed = ring.seal("林晓".encode(), "a.b.1")
    assert ring.open(sealed, "a.b.1").decode() == "林晓"
    assert "林晓".encode() not in sealed
    assert sealed != ring.seal("林晓".encode(), "a.b.1")


@pytest.mark.parametrize("position", [0, 9, 20, -1])
def test_one_changed_bit_is_refused(position: int) -> None:
    ring = Ring([NEW])
    sealed = bytearray(ring.seal(b"secret", "a.b.1"))
    sealed[position] ^= 1
    with pytest.raises(CannotOpen):
        ring.open(bytes(sealed), "a.b.1")


def test_a_value_cannot_be_moved_to_another_place() -> None:
    ring = Ring([NEW])
    with pytest.raises(CannotOpen):
        ring.open(ring.seal(b"secret", "a.b.1"), "a.b.2")


def test_an_old_key_opens_until_it_leaves_the_ring_and_the_newest_seals() -> None:
    sealed = Ring([OLD]).seal(b"secret", "a.b.1")
    assert Ring([NEW, OLD]).open(sealed, "a.b.1") == b"secret"
    with pytest.raises(CannotOpen):
        Ring([NEW]).open(sealed, "a.b.1")
    assert Ring([NEW]).open(Ring([NEW, OLD]).seal(b"x", "p"), "p") == b"x"
