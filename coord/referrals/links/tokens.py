"""The secret of a link: which one, 128 random bits, and our signature over both. Pure but for the key and chance."""

import base64
import binascii
import hashlib
import hmac
import secrets
from uuid import UUID

from coord.settings import settings

_PART = 16
LENGTH = 64
"""Three parts of sixteen bytes in base64."""


def _signature(body: bytes) -> bytes:
    key = settings().secret_key.get_secret_value().encode()
    return hmac.digest(key, b"referral.link\0" + body, hashlib.sha256)[:_PART]


def new_token(link_id: UUID) -> str:
    """A fresh secret for a link; it can be made once and never read again."""
    body = link_id.bytes + secrets.token_bytes(_PART)
    return base64.urlsafe_b64encode(body + _signature(body)).decode()


def link_of(token: str) -> UUID | None:
    """Which link a secret belongs to; None for what we have not signed, without asking the database."""
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        raw = base64.urlsafe_b64decode(token)
    except (ValueError, binascii.Error):
        return None
    body, mac = raw[: 2 * _PART], raw[2 * _PART :]
    is_ours = hmac.compare_digest(mac, _signature(body)) and base64.urlsafe_b64encode(raw).decode() == token
    return UUID(bytes=body[:_PART]) if is_ours else None
