"""Questions to a passkey: each is put to one browser for one purpose, and answered once within five minutes."""

import secrets
from datetime import timedelta
from enum import StrEnum

from sqlmodel import col, delete
from webauthn.helpers import bytes_to_base64url

from coord.identity.rules import hashed
from coord.identity.tables import PasskeyChallenge
from coord.work import Unit, action

ANSWERED_WITHIN = timedelta(minutes=5)
_BYTES = 32


class Purpose(StrEnum):
    """What an answer is good for; one that was given for something else is worth nothing."""

    ENROL = "enrol"
    PROVE = "prove"
    CONFIRM = "confirm"
    SIGN_IN = "sign-in"


def _key(purpose: Purpose, secret: str, challenge: bytes) -> str:
    return hashed(f"{purpose} {secret} {bytes_to_base64url(challenge)}")


@action("identity.authenticate")
async def put_challenge(unit: Unit, purpose: Purpose, secret: str) -> bytes:
    """A new question to whoever holds a value: of a session, or of a browser that has none yet."""
    challenge = secrets.token_bytes(_BYTES)
    until = unit.started_at + ANSWERED_WITHIN
    unit.add(PasskeyChallenge(key=_key(purpose, secret, challenge), expires_at=until))
    return challenge


@action("identity.authenticate")
async def take_challenge(unit: Unit, purpose: Purpose, secret: str, challenge: bytes) -> bool:
    """Whether the question was put to this browser for this purpose and is open; from now on it is not."""
    asked = col(PasskeyChallenge.key) == _key(purpose, secret, challenge)
    gone = delete(PasskeyChallenge).where(asked).returning(col(PasskeyChallenge.expires_at))
    until = await unit.scalar(gone)
    return until is not None and unit.started_at < until
