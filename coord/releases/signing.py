"""Signing what a release says, so that a file can be checked offline with the published key (Ed25519, RFC 8032)."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import rfc8785

from coord.audit.signing import PublicKeys, sign_bytes, verify_bytes
from coord.releases.codes import CubeCode
from coord.releases.tables import Release

Cells = Mapping[CubeCode, Mapping[tuple[str, str], int]]


def told(cells: Cells) -> Mapping[str, Mapping[str, int]]:
    """Cells as a file says them: by cube, then ``group/class``; zeros are left out."""
    return {
        cube.value: {f"{group}/{name}": value for (group, name), value in counts.items() if value}
        for cube, counts in cells.items()
    }


def digest_of(said: Mapping[str, Any]) -> str:
    """SHA-256 of canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


SAID = ("cells", "places", "parameters", "period", "notes", "restates")
"""What a file holds of each release, where there is something to say."""


def said_of(release: Release, cells: Cells) -> Mapping[str, Any]:
    """All that a release says: what its digest is over, and what a file holds of it."""
    said = {
        "cells": told(cells), "places": release.places, "parameters": release.parameters, "period": release.period,
    }  # fmt: skip
    more = {"notes": release.notes, "restates": str(release.restates_id) if release.restates_id else None}
    return said | {name: value for name, value in more.items() if value}


def _signed(release_id: UUID, digest: str) -> bytes:
    return f"coord-release-1:{release_id}:{digest}".encode()


def sign(release_id: UUID, digest: str) -> tuple[str, str]:
    """The id of the newest key and its signature over a release, in hexadecimal digits."""
    key, signature = sign_bytes(_signed(release_id, digest))
    return key, signature.hex()


def is_genuine(release_id: UUID, digest: str, key: str, signature: str, keys: PublicKeys) -> bool:
    """Whether one of the keys signed this release."""
    return verify_bytes(_signed(release_id, digest), key, bytes.fromhex(signature), keys)
