"""Passwords that became public by others' losses: looked for in a file of the operator, of any size.

The file is what collectors of such passwords hand out: SHA-1 hashes in hexadecimal, in order, one a line, perhaps with a
colon and a count behind each. That hash is the file's format and protects nothing here; what we keep of a password is
Argon2id.
"""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

_DIGITS = 40
_LONGEST_LINE = 200


def is_breached(path: Path, password: str) -> bool:
    """Whether a file of hashes in order names a password. Raises ``OSError`` when it cannot be read."""
    given = password.encode("utf-8", "surrogatepass")
    digest = hashlib.sha1(given, usedforsecurity=False)  # nosemgrep: weak-hash -- the file's own format
    wanted = digest.hexdigest().upper().encode()
    with path.open("rb") as file:
        return _hash_from(file, _first_place(file, wanted)) == wanted


def _first_place(file: BinaryIO, wanted: bytes) -> int:
    """The first place in the file behind which no line is before the wanted one: some forty looks into a terabyte."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        found = _hash_from(file, middle)
        if found and found < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _hash_from(file: BinaryIO, place: int) -> bytes:
    """The hash of the first line that begins at a place or after it; empty at the end."""
    file.seek(max(place - 1, 0))
    if place:
        file.readline(_LONGEST_LINE)
    return file.readline(_LONGEST_LINE)[:_DIGITS].upper()
