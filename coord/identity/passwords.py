"""Argon2id off the event loop: a check takes as long as hundreds of queries."""

import functools

import anyio
import anyio.to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

_hasher = PasswordHasher()
_MAX_AT_ONCE = 4


@functools.cache
def _limiter() -> anyio.CapacityLimiter:
    """64 MiB a check: more at once would only wait for each other."""
    return anyio.CapacityLimiter(_MAX_AT_ONCE)


def hash_now(password: str) -> str:
    """The hash of a password, in the calling thread (commands, demo data)."""
    return _hasher.hash(password)


async def hash_password(password: str) -> str:
    """The hash of a password, computed in a worker thread."""
    return await anyio.to_thread.run_sync(_hasher.hash, password, limiter=_limiter())


@functools.cache
def _decoy() -> str:
    return _hasher.hash("nobody has this password")


def _verify(hashed: str | None, password: str) -> bool:
    try:
        _hasher.verify(hashed or _decoy(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return hashed is not None


async def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password fits. An unknown user (None) costs the same time as a wrong password."""
    return await anyio.to_thread.run_sync(_verify, hashed, password, limiter=_limiter())


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(hashed)
