"""The text that a person is shown for a purpose: its version, and the hash of the very words."""

import hashlib

from coord.clients.consents.codes import Purpose
from coord.language import words

VERSION = "2026-11"
EARLIER = "earlier"
"""The version of consents that were on file before texts were kept."""


def text_of(purpose: Purpose, language: str) -> str:
    """The words."""
    return words(language)(f"consent_text.{purpose}")


def hash_of(purpose: Purpose, language: str) -> str:
    """SHA-256 of the words, so that it can be shown what somebody agreed to."""
    return hashlib.sha256(text_of(purpose, language).encode()).hexdigest()
