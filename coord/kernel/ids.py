"""Identifiers made in Python, so that an offline phone may make them too."""

import secrets
import time
import uuid


def uuid7() -> uuid.UUID:
    """A time-ordered id (RFC 9562, section 5.7): 48 bits of milliseconds, then 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    value = milliseconds << 80
    value |= 0x7 << 76
    value |= (random >> 62) << 64
    value |= 0b10 << 62
    value |= random & ((1 << 62) - 1)
    return uuid.UUID(int=value)


def person_key(client: uuid.UUID, ordinal: int) -> uuid.UUID:
    """The key under which a person is counted once (CR-2): the client, or the client's n-th relative.

    A relative who is present with a known client is known through that client; two relatives of one
    client are told apart only by their number in the contact.
    """
    return client if ordinal == 0 else uuid.uuid5(client, f"relative-{ordinal}")
