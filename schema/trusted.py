"""Trusted documents: those that our own explorer sends, known by the hash of their text.

A client names a document instead of sending it. Only documents that come with coord are known: nothing is registered by
asking, so nobody can fill a memory or plant a document under a hash.
"""

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from schema.requests import BadRequest

_SAVED = Path(__file__).parent / "saved"


@functools.cache
def saved_queries() -> Mapping[str, str]:
    """The saved queries by name, in the order of their numbers."""
    paths = sorted(_SAVED.glob("*.graphql"), key=lambda path: int(path.stem.partition("-")[0]))
    return {path.stem: path.read_text(encoding="utf-8") for path in paths}


def slug_of(name: str) -> str:
    """A saved query's name in addresses: without its number, which may change."""
    return name.partition("-")[2]


def hash_of(text: str) -> str:
    """The name of a document: SHA-256 of its text, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


@functools.cache
def trusted_documents() -> Mapping[str, str]:
    """Every document that comes with coord, by its hash."""
    return {hash_of(text): text for text in saved_queries().values()}


def document(text: Any, extensions: Mapping[str, Any]) -> Any:
    """The document of a request: its own, or the trusted one that it names. Raises ``BadRequest`` for a wrong name."""
    named = extensions.get("persistedQuery")
    if named is None:
        return text
    wanted = named.get("sha256Hash") if isinstance(named, dict) else None
    if not isinstance(wanted, str):
        raise BadRequest("api.bad_parameters")
    if text is None:
        found = trusted_documents().get(wanted.lower())
        if found is None:
            raise BadRequest("api.unknown_document")
        return found
    if isinstance(text, str) and hash_of(text) != wanted.lower():
        raise BadRequest("api.other_document")
    return text
