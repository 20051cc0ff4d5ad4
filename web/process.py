"""Process records in the reader's words."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from coord.contacts.process.inputs import PROCESS_FIELDS, WORDS
from coord.contacts.process.reads import ProcessSheet
from web.words import day, t

FAMILIES: Mapping[str, str] = {"method": "contact_method", "risk_change": "risk_change"}
ProcessLine = tuple[str, str, bool]


def said_of(name: str, value: Any) -> str:
    """What a field of a process record says: codes and days in words."""
    if name in FAMILIES:
        return t(f"{FAMILIES[name]}.{value}")
    return day(value) if isinstance(value, date) else str(value)


def lines_of(sheet: ProcessSheet) -> Sequence[ProcessLine]:
    """Each fact with its name, and whether people wrote it."""
    said = [(name, getattr(sheet, name)) for name in PROCESS_FIELDS]
    return [(t(f"process.{name}"), said_of(name, value), name in WORDS) for name, value in said if value is not None]


def process_lines(sheets: Mapping[UUID, ProcessSheet]) -> Mapping[UUID, Sequence[ProcessLine]]:
    """The lines of several process records, by contact."""
    return {contact: lines_of(sheet) for contact, sheet in sheets.items()}


def as_typed(sheet: ProcessSheet | None) -> Mapping[str, str]:
    """What a form starts with: what was saved."""
    if sheet is None:
        return {}
    said = {name: getattr(sheet, name) for name in PROCESS_FIELDS}
    return {name: v.value if isinstance(v, StrEnum) else str(v) for name, v in said.items() if v is not None}
