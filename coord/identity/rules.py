"""Lifetimes and tokens: pure, no I/O."""

import hashlib
import secrets
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from enum import StrEnum

# Fixed and public, so that secret scanners find leaked tokens.
TOKEN_PREFIX = "coord_"  # noqa: S105  a prefix, not a secret
SESSION_ABSOLUTE = timedelta(hours=12)
FRESH_FOR = timedelta(minutes=10)
"""How long a proof is good for what lets others in for good: tokens, authenticators, recovery codes."""
SEEN_EVERY = timedelta(minutes=1)
# Whoever may do one of these sees people's records, or decides who does: a password alone is not enough.
_NEEDS_FACTOR = frozenset({"case.list", "client.list", "client.read_identity", "contact.list", "user.create"})


class Step(StrEnum):
    """What a person who gave the right password must still do before anything else."""

    CODE = "CODE"
    ENROL = "ENROL"


def next_step(permissions: AbstractSet[str], *, has_factor: bool, proved: bool, is_required: bool) -> Step | None:
    """The step that is missing: a factor that exists is always asked for, a missing one where it is required."""
    if has_factor:
        return None if proved else Step.CODE
    return Step.ENROL if is_required and permissions & _NEEDS_FACTOR else None


def new_secret(prefix: str = "") -> str:
    """256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """SHA-256 in hex: enough for a value with 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def session_is_alive(seen_at: datetime, expires_at: datetime, at: datetime, idle: timedelta) -> bool:
    """Neither idle for too long nor past its absolute end."""
    return at < expires_at and at - seen_at < idle


def was_signed_out(created_at: datetime, signed_out_at: datetime | None) -> bool:
    """Whether all browsers of the person were signed out after this one came in."""
    return signed_out_at is not None and created_at <= signed_out_at


def is_fresh(password_at: datetime, proved_at: datetime | None, at: datetime, *, has_factor: bool) -> bool:
    """Whether the password, and the second factor of those who have one, were shown a short while ago."""
    if has_factor and (proved_at is None or at - proved_at >= FRESH_FOR):
        return False
    return at - password_at < FRESH_FOR
