"""Short-lived values that leave the server and come back: signed, dated, without personal data."""

import base64
import binascii
import hashlib
import hmac
import json
from typing import Any

from coord.kernel.clock import now
from coord.settings import settings


def _mac(payload: bytes) -> bytes:
    key = settings().secret_key.get_secret_value().encode()
    return hmac.new(key, b"web.signing\0" + payload, hashlib.sha256).digest()


def sign(value: Any, *, seconds: int) -> str:
    """A URL-safe token that holds a JSON value for some seconds."""
    until = int(now().timestamp()) + seconds
    payload = json.dumps([until, value], ensure_ascii=False, separators=(",", ":")).encode()
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (payload, _mac(payload)))


def unsign(token: str) -> Any | None:
    """The value of a token; None when it is over, was changed or is not ours."""
    try:
        payload, mac = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
    except (ValueError, binascii.Error):
        return None
    if not hmac.compare_digest(mac, _mac(payload)):
        return None
    until, value = json.loads(payload)
    return value if now().timestamp() < until else None
