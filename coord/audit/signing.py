"""Signed heads of the trail: what others keep, so that whoever holds the database cannot rewrite what it said.

A checkpoint tells where the trail ended at a moment. Signed is canonical JSON (RFC 8785) with Ed25519 (RFC 8032);
each names the one before it by its hash. A line of a file holds one checkpoint and all that is needed to check it
beside the public key. Pure but for the keys of the settings.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import orjson
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from coord.audit.chain import Head
from coord.settings import settings

KIND = "coord-checkpoint-1"
_ID = 8
PublicKeys = Mapping[str, bytes]
"""Public keys of 32 bytes by the ids of the keys."""


class NotACheckpoint(ValueError):
    """The line is no checkpoint."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Where the trail ended at a moment; ``prev`` is the hash of the checkpoint before, empty for the first."""

    seq: int
    hash: bytes
    at: datetime
    prev: bytes
    key: str
    signature: bytes = b""

    @property
    def head(self) -> Head:
        """The head that it keeps."""
        return Head(self.seq, self.hash)

    @property
    def digest(self) -> bytes:
        """The hash by which the next checkpoint names this one."""
        return hashlib.sha256(signed_bytes(self) + self.signature).digest()

    @property
    def line(self) -> str:
        """As a line of a file."""
        return orjson.dumps(
            {**_told(self), "signature": self.signature.hex()}, option=orjson.OPT_SORT_KEYS
        ).decode()  # fmt: skip


def _told(checkpoint: Checkpoint) -> dict[str, str | int]:
    return {
        "at": checkpoint.at.isoformat(),
        "hash": checkpoint.hash.hex(),
        "key": checkpoint.key,
        "kind": KIND,
        "prev": checkpoint.prev.hex(),
        "seq": checkpoint.seq,
    }


def signed_bytes(checkpoint: Checkpoint) -> bytes:
    """What is signed."""
    return rfc8785.dumps(_told(checkpoint))


def key_id(public: bytes) -> str:
    """The id of a public key: the beginning of its hash."""
    return hashlib.sha256(public).digest()[:_ID].hex()


@lru_cache(maxsize=4)
def _ring(phrases: tuple[str, ...]) -> Mapping[str, Ed25519PrivateKey]:
    seeds = (hashlib.sha256(b"coord checkpoint" + phrase.encode()).digest() for phrase in phrases)
    keys = map(Ed25519PrivateKey.from_private_bytes, seeds)
    return {key_id(key.public_key().public_bytes_raw()): key for key in keys}


def public_keys() -> PublicKeys:
    """The public keys of the settings' ring, the newest first."""
    ring = _ring(tuple(settings().checkpoint_ring))
    return {name: key.public_key().public_bytes_raw() for name, key in ring.items()}


def _newest() -> tuple[str, Ed25519PrivateKey]:
    return next(iter(_ring(tuple(settings().checkpoint_ring)).items()))


def sign_bytes(told: bytes) -> tuple[str, bytes]:
    """The id of the newest key, and its signature."""
    name, key = _newest()
    return name, key.sign(told)


def verify_bytes(told: bytes, key: str, signature: bytes, keys: PublicKeys) -> bool:
    """Whether the key of this id, if it is known, made the signature."""
    public = keys.get(key)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, told)
    except InvalidSignature:
        return False
    return True


def signed(head: Head, at: datetime, prev: bytes) -> Checkpoint:
    """A checkpoint of a head, signed with the newest key."""
    name, key = _newest()
    bare = Checkpoint(head.seq, head.hash, at, prev, name)
    return Checkpoint(head.seq, head.hash, at, prev, name, key.sign(signed_bytes(bare)))


def is_genuine(checkpoint: Checkpoint, keys: PublicKeys) -> bool:
    """Whether one of the keys signed it."""
    return verify_bytes(signed_bytes(checkpoint), checkpoint.key, checkpoint.signature, keys)


def read_line(text: str) -> Checkpoint:
    """The checkpoint of a line. Raises ``NotACheckpoint``."""
    try:
        told = orjson.loads(text)
        seq, at = told["seq"], datetime.fromisoformat(told["at"])
        if told["kind"] != KIND or type(seq) is not int or at.utcoffset() is None:
            raise NotACheckpoint(text)
        digest, prev, signature = (bytes.fromhex(told[name]) for name in ("hash", "prev", "signature"))
        return Checkpoint(seq, digest, at, prev, str(told["key"]), signature)
    except (ValueError, KeyError, TypeError) as error:
        raise NotACheckpoint(text) from error


def read_keys(text: str) -> PublicKeys:
    """The keys of a file as ``/checkpoints/keys.json`` gives them. Raises ``NotACheckpoint``."""
    try:
        found = {str(one["key"]): bytes.fromhex(one["public_key"]) for one in orjson.loads(text)["keys"]}
    except (ValueError, KeyError, TypeError) as error:
        raise NotACheckpoint(text) from error
    if any(key_id(public) != name for name, public in found.items()):
        raise NotACheckpoint(text)
    return found


def keys_file(keys: PublicKeys) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """The keys as that file says them."""
    return {"keys": [{"algorithm": "Ed25519", "key": name, "public_key": key.hex()} for name, key in keys.items()]}
