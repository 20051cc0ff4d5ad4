"""From arguments and input objects to the mapping that an area's input parses."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

import strawberry

from coord.kernel.errors import Invalid, Problem
from coord.kernel.text import has_control_characters
from schema.ids import NOT_AN_ID, id_of

_LONGEST = 200


def raw(given: Any, ids: Mapping[str, str], names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The fields that were given, global ids read, under the names of the area's input.

    ``ids``: field -> the Node type that its id must have. Null and not given are the same.
    """
    renamed = names or {}
    found: dict[str, Any] = {}
    for entry in fields(given):
        value = getattr(given, entry.name)
        if value is not None and value is not strawberry.UNSET:
            type_name = ids.get(entry.name)
            found[renamed.get(entry.name, entry.name)] = value if type_name is None else _row_ids(type_name, value)
    return found


def _row_ids(type_name: str, value: str | Sequence[str]) -> str | list[str]:
    return id_of(type_name, value) if isinstance(value, str) else [id_of(type_name, one) for one in value]


def row_id(field: str, type_name: str, value: str | None) -> UUID | None:
    """The row id of an argument. Raises ``Invalid`` for a broken id or one of another type."""
    if value is None:
        return None
    found = id_of(type_name, value)
    if found == NOT_AN_ID:
        raise Invalid(Problem(field, "NOT_AN_ID"))
    return UUID(found)


def text(field: str, value: Any) -> str | None:
    """A text argument, None when not given. Raises ``Invalid`` for control characters and for more than a line."""
    if value is None or value is strawberry.UNSET:
        return None
    if len(value) > _LONGEST:
        raise Invalid(Problem(field, "TOO_LONG", {"limit": _LONGEST}))
    if has_control_characters(value):
        raise Invalid(Problem(field, "CONTROL_CHARACTERS"))
    return str(value)
