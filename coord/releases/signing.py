"""Signing what a release says, so that a file can be checked offline with the published key (Ed25519, RFC 8032)."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import rfc8785

from coord.audit.signing import PublicKeys, sign_bytes, verify_bytes
from coord.releases.codes import CubeCode

Cells = Mapping[CubeCode, Mapping[tuple[UUID, str], int]]


def told(cells: Cells) -> Mapping[str, Mapping[str, int]]:
    """Cells as a file says them: by cube, then ``hospital/class``; zeros are left out."""
    return {
        cube.value: {f"{hospital}/{name}": value for (hospital, name), value in counts.items() if value}
        for cube, counts in cells.items()
    }


def digest_of(said: Mapping[str, Any]) -> str:
    """SHA-256 of canonical JSON (RFC 8785)."""
    return hashlib.sha256(rfc8785.dumps(said)).hexdigest()


def release_digest(
    period: str, cells: Cells, places: Sequence[Mapping[str, Any]], parameters: Mapping[str, Any]
) -> str:
    """What names a release's whole content."""
    return digest_of({"cells": told(cells), "places": places, "parameters": parameters, "period": period})


def _signed(release_id: UUID, digest: str) -> bytes:
    return f"coord-release-1:{release_id}:{digest}".encode()


def sign(release_id: UUID, digest: str) -> tuple[str, str]:
    """The id of the newest key and its signature over a release, in hexadecimal digits."""
    key, signature = sign_bytes(_signed(release_id, digest))
    return key, signature.hex()


def is_genuine(release_id: UUID, digest: str, key: str, signature: str, keys: PublicKeys) -> bool:
    """Whether one of the keys signed this release."""
    return verify_bytes(_signed(release_id, digest), key, bytes.fromhex(signature), keys)
