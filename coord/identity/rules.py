"""Lifetimes and tokens: pure, no I/O."""

import hashlib
import secrets
from datetime import datetime, timedelta

# Fixed and public, so that secret scanners find leaked tokens.
TOKEN_PREFIX = "coord_"  # noqa: S105  a prefix, not a secret
SESSION_IDLE = timedelta(hours=12)
SESSION_ABSOLUTE = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=5)


def new_secret(prefix: str = "") -> str:
    """256 random bits as text."""
    return prefix + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """SHA-256 in hex: enough for a value with 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def session_is_alive(seen_at: datetime, expires_at: datetime, at: datetime) -> bool:
    """Neither idle for too long nor past its absolute end."""
    return at < expires_at and at - seen_at < SESSION_IDLE
