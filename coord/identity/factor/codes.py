"""Second factors: time-based codes (RFC 6238) and recovery codes. Pure, but for chance."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import pyotp

from coord.identity.rules import hashed

STEP_SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_HALF = 5


def new_shared_secret() -> str:
    """160 random bits in base 32, as authenticator apps take them."""
    return pyotp.random_base32()


def enrolment_uri(shared_secret: str, email: str) -> str:
    """What an authenticator app reads from the picture."""
    return pyotp.TOTP(shared_secret).provisioning_uri(name=email, issuer_name="coord")


def step_at(at: datetime) -> int:
    """The number of the 30-second step of a moment."""
    return int(at.timestamp()) // STEP_SECONDS


def code_at(shared_secret: str, at: datetime) -> str:
    """The six digits of a moment."""
    return pyotp.TOTP(shared_secret).at(at)


def fits(shared_secret: str, code: str, at: datetime) -> bool:
    """Whether these are the digits of the present step; neighbors do not count (ASVS 6.5.5)."""
    return hmac.compare_digest(code_at(shared_secret, at).encode(), code.encode())


def new_recovery_codes() -> Sequence[str]:
    """Ten codes of 49 random bits, in two halves that can be read aloud."""
    return [f"{_part()}-{_part()}" for _ in range(RECOVERY_CODES)]


def _part() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_HALF))


def recovery_hash(user_id: UUID, code: str) -> str:
    """What is kept of a recovery code: salted with its owner."""
    return hashed(f"{user_id} {code.strip().lower()}")
