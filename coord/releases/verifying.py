"""Checking a report's file offline: that each quarter says what was signed, and that the tables follow from it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from coord.audit.signing import PublicKeys
from coord.releases.exporting import KIND
from coord.releases.signing import digest_of, is_genuine


def faults_of(content: bytes, keys: PublicKeys) -> Sequence[str]:
    """What is wrong with a file: empty for a genuine one. Codes, each with the quarter that it is about."""
    try:
        told = orjson.loads(content)
        if told["kind"] != KIND or not told["releases"]:
            return ["NOT_A_REPORT"]
        return [fault for part in told["releases"] for fault in _faults(part, keys)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ["NOT_A_REPORT"]


def _faults(part: Mapping[str, Any], keys: PublicKeys) -> Sequence[str]:
    said = {name: part[name] for name in ("cells", "places", "parameters", "period")}
    if digest_of(said) != part["digest"]:
        return [f"CHANGED {part['period']}"]
    if not is_genuine(UUID(part["id"]), part["digest"], str(part["key"]), str(part["signature"]), keys):
        return [f"NOT_SIGNED {part['period']}"]
    return []
