"""Keyed hashes by which a person is found again without being named (HMAC-SHA-256 under ``COORD_SEARCH_KEY``). Pure."""

import hashlib
import hmac

from coord.kernel.text import search_keys
from coord.settings import settings

_TAIL, _HASH = 4, 16


def _keyed(kind: bytes, text: str) -> bytes:
    key = settings().search_key.get_secret_value().encode()
    return hmac.digest(key, kind + text.encode(), hashlib.sha256)[:_HASH]


def tail_of(phone: str | None) -> str | None:
    """The last digits of a phone number, None for one that is too short."""
    digits = "".join(character for character in phone or "" if character.isdigit())
    return digits[-_TAIL:] if len(digits) > _TAIL else None


def likeness_hashes(name: str, birth_year: int | None, phone: str | None) -> list[bytes]:
    """The hashes under which somebody may be known elsewhere: one per reading; none when too little is known."""
    tail = tail_of(phone)
    if birth_year is None or tail is None:
        return []
    return [_keyed(b"match:", f"{reading}|{birth_year}|{tail}") for reading in search_keys(name)]


def tail_hash(phone: str | None) -> bytes | None:
    """The hash of the end of a phone number."""
    tail = tail_of(phone)
    return None if tail is None else _keyed(b"tail:", tail)


def id_hash(number: str) -> bytes:
    """The hash of the number of a document, as ``record.rules.number_of`` writes it."""
    return _keyed(b"id:", number)
