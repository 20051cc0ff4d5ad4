"""Relay global ids: opaque outside, ``Type:uuid`` inside."""

import base64
import binascii
from uuid import UUID

NOT_AN_ID = "?"
"""What an input gets instead of a foreign or broken id; its parser answers NOT_AN_ID."""


def global_id(type_name: str, row_id: UUID) -> str:
    """The id under which the row of a type is known outside, for ever."""
    return binascii.b2a_base64(f"{type_name}:{row_id}".encode(), newline=False).decode()


def parse_id(given: str) -> tuple[str, UUID] | None:
    """Type and row id, None for anything that ``global_id`` did not make."""
    try:
        type_name, _, text = base64.b64decode(given, validate=True).decode().partition(":")
        row_id = UUID(text)
    except (binascii.Error, ValueError):
        return None
    return (type_name, row_id) if global_id(type_name, row_id) == given else None


def id_of(type_name: str, given: str) -> str:
    """The row id as text for an input, ``NOT_AN_ID`` when it is not an id of this type."""
    found = parse_id(given)
    return str(found[1]) if found is not None and found[0] == type_name else NOT_AN_ID
