"""Values that the database may hold but not read: AES-256-GCM under a ring of keys (NIST SP 800-38D).

A sealed value is its key's id (8 bytes), a random nonce (12 bytes) and the ciphertext with its tag. The place
where it stands (table, column, row) is authenticated with it, so that values cannot be swapped.
"""

import hashlib
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ID, _NONCE = 8, 12


class CannotOpen(Exception):
    """The value was changed, stands in another place, or was sealed with a key that is not on the ring."""


class Ring:
    """Keys by their ids; the first one seals, each one opens what it sealed."""

    def __init__(self, passphrases: Sequence[str]) -> None:
        """Of secrets with at least 128 bits of chance in them; the newest stands first."""
        keys = [hashlib.sha256(b"coord sealing" + phrase.encode()).digest() for phrase in passphrases]
        self._keys = {hashlib.sha256(key).digest()[:_ID]: AESGCM(key) for key in keys}
        self._newest = next(iter(self._keys))

    def seal(self, value: bytes, place: str) -> bytes:
        """The value, unreadable, bound to its place."""
        nonce = secrets.token_bytes(_NONCE)
        return self._newest + nonce + self._keys[self._newest].encrypt(nonce, value, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """The value again. Raises ``CannotOpen``."""
        key = self._keys.get(sealed[:_ID])
        if key is None:
            raise CannotOpen("sealed with a key that is not on the ring")
        try:
            return key.decrypt(sealed[_ID : _ID + _NONCE], sealed[_ID + _NONCE :], place.encode())
        except InvalidTag:
            raise CannotOpen("changed, or sealed for another place") from None

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the newest key sealed it, so that rotation has nothing to do."""
        return sealed[:_ID] == self._newest


class DataKey:
    """The key of one record, kept only wrapped: without it, or once it is destroyed, its values are noise."""

    def __init__(self, key: bytes) -> None:
        """Of 256 random bits."""
        self._key = key
        self._cipher = AESGCM(key)

    @classmethod
    def fresh(cls) -> "DataKey":
        """A new one."""
        return cls(secrets.token_bytes(32))

    @classmethod
    def unwrapped(cls, ring: Ring, wrapped: bytes, place: str) -> "DataKey":
        """The one that was wrapped for this place. Raises ``CannotOpen``."""
        return cls(ring.open(wrapped, place))

    def wrapped(self, ring: Ring, place: str) -> bytes:
        """As the database keeps it."""
        return ring.seal(self._key, place)

    def seal(self, text: str, place: str) -> bytes:
        """A text, unreadable, bound to its place."""
        return self.seal_bytes(text.encode(), place)

    def open(self, sealed: bytes, place: str) -> str:
        """The text again. Raises ``CannotOpen``."""
        return self.open_bytes(sealed, place).decode()

    def seal_bytes(self, content: bytes, place: str) -> bytes:
        """A file's content, unreadable, bound to its place."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, content, place.encode())

    def open_bytes(self, sealed: bytes, place: str) -> bytes:
        """The content again. Raises ``CannotOpen``."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except InvalidTag:
            raise CannotOpen("changed, or sealed for another place") from None
