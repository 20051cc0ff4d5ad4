"""The vault: identities under a key of each person, and hashes under which a name is found. Pure but for chance.

Each client has a data key, wrapped by the newest key of the vault's ring (``COORD_VAULT_KEYS``). Destroying the
wrapped key makes every value under it unreadable, in all copies. Names are found by keyed hashes (HMAC-SHA-256
under ``COORD_SEARCH_KEY``) of every beginning of every reading: without the key nobody can try names.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from uuid import UUID

from coord.clients.record.inputs import RecordFacts
from coord.clients.record.sealing import sealed_record
from coord.clients.record.tables import ClientRecord
from coord.clients.tables import ClientIdentity, ClientKey, ClientSearchKey
from coord.kernel.sealing import CannotOpen, DataKey, Ring
from coord.kernel.text import search_keys
from coord.settings import settings

_LONGEST = 24
"""Of what is typed, so many characters are compared."""
_HASH = 16


@lru_cache(maxsize=4)
def _ring(keys: tuple[str, ...]) -> Ring:
    return Ring(keys)


def ring() -> Ring:
    """The vault's keys."""
    return _ring(tuple(settings().vault_ring))


def _place(column: str, client_id: UUID) -> str:
    return f"{column}.{client_id}"


def new_key(client_id: UUID) -> tuple[ClientKey, DataKey]:
    """A data key for a client, as a row and ready for use."""
    key = DataKey.fresh()
    return ClientKey(id=client_id, wrapped=key.wrapped(ring(), _place("client_key.wrapped", client_id))), key


def data_key(client_id: UUID, wrapped: bytes) -> DataKey:
    """A client's data key. Raises ``CannotOpen``."""
    return DataKey.unwrapped(ring(), wrapped, _place("client_key.wrapped", client_id))


def rewrapped(client_id: UUID, wrapped: bytes) -> bytes | None:
    """The data key under the newest key of the ring; None when it is already."""
    if ring().is_newest(wrapped):
        return None
    return data_key(client_id, wrapped).wrapped(ring(), _place("client_key.wrapped", client_id))


def sealed_identity(client_id: UUID, key: DataKey, name: str, phone: str | None) -> ClientIdentity:
    """A person's name and phone as the vault keeps them."""
    return ClientIdentity(
        id=client_id,
        name=key.seal(name, _place("client_identity.name", client_id)),
        phone=None if phone is None else key.seal(phone, _place("client_identity.phone", client_id)),
    )


def opened_identity(client_id: UUID, wrapped: bytes, name: bytes, phone: bytes | None = None) -> tuple[str, str | None]:
    """A person's name and phone. Raises ``CannotOpen``."""
    key = data_key(client_id, wrapped)
    opened = None if phone is None else key.open(phone, _place("client_identity.phone", client_id))
    return key.open(name, _place("client_identity.name", client_id)), opened


def search_hash(text: str) -> bytes:
    """The keyed hash of what was typed, after ``text.typed``; only its beginning counts."""
    key = settings().search_key.get_secret_value().encode()
    return hmac.digest(key, b"name:" + text[:_LONGEST].encode(), hashlib.sha256)[:_HASH]


def _beginnings(keys: Iterable[str]) -> Iterator[str]:
    return (key[:length] for key in keys for length in range(1, min(len(key), _LONGEST) + 1))


def search_hashes(name: str) -> Sequence[bytes]:
    """The hashes under which a name is found while it is being typed."""
    return [search_hash(text) for text in dict.fromkeys(_beginnings(search_keys(name)))]


def vault_rows(
    client_id: UUID, hospital_id: UUID, name: str | None, phone: str | None, record: RecordFacts | None = None
) -> list[ClientKey | ClientIdentity | ClientSearchKey | ClientRecord]:
    """Everything the vault keeps of a person who is registered; of one without a name a key and the record."""
    kept, key = new_key(client_id)
    written = None if record is None else sealed_record(client_id, key, record)
    rows: list[ClientKey | ClientIdentity | ClientSearchKey | ClientRecord] = [kept]
    rows += [] if written is None else [written]
    if name is None:
        return rows
    hashes = search_hashes(name)
    found_by = [ClientSearchKey(client_id=client_id, hospital_id=hospital_id, hash=digest) for digest in hashes]
    return [*rows, sealed_identity(client_id, key, name, phone), *found_by]


__all__ = [
    "CannotOpen",
    "data_key",
    "new_key",
    "opened_identity",
    "rewrapped",
    "sealed_identity",
    "search_hash",
    "search_hashes",
    "vault_rows",
]  # fmt: skip
