"""Names in place of ids in a person's copy: organizations, workers, groups, files."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Enum
from sqlmodel import SQLModel, col

from coord.clients.tables import Client
from coord.contacts.tables import ServiceGroup
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.rights.subject import About, Held, table_of
from coord.work import Unit, read
from coord.workforce.tables import Worker

_NAMED: Mapping[str, tuple[type[SQLModel], str]] = {
    "organization": (Organization, "name"),
    "worker": (Worker, "display_name"),
    "service_group": (ServiceGroup, "name"),
    "client": (Client, "code"),
}


@dataclass(frozen=True, slots=True)
class Names:
    """By the id of a row: how it is called."""

    by_id: Mapping[UUID, str]

    def told(self, about: About, held: Held, value: Any) -> Any:
        """A value as the person reads it: ids of others by their names, codes as plain text."""
        if isinstance(value, UUID):
            return self.by_id.get(value, str(value)) if _named_by(about, held) else str(value)
        return value.value if isinstance(value, StrEnum) else value


_LISTED = {"categories": "data_category", "blocks": "data_category", "issues": "issue"}
"""Columns that hold a list of codes, and what their words begin with."""


_CALLED = {
    "adjustment_kind": "adjustment", "alert_task_kind": "alert_task", "alert_trigger": "alert_cause",
    "case_event": "case_step", "correction_reason": "correction", "flag_kind": "flag",
}  # fmt: skip
"""Vocabularies whose words begin with something else than their own name."""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _beginnings(kind: Any) -> tuple[str, ...]:
    own = _snake(kind.enum_class.__name__)
    return tuple(dict.fromkeys((_CALLED.get(own, own), str(kind.name))))


def words_of(about: About) -> Mapping[str, Sequence[str]]:
    """For each column of codes, what the catalog's keys of its words may begin with, the likeliest first."""
    columns = table_of(about.model).columns
    kinds = {held.name: columns[held.name].type for held in about.columns}
    found = {name: _beginnings(kind) for name, kind in kinds.items() if isinstance(kind, Enum)}
    told = {name: (begin,) for name, begin in _LISTED.items() if name in columns}
    # Of a restriction that waits for an erasure, the reason is the code of the request's ground.
    return found | told | ({"reason": ("erasure_basis",)} if about.name == "client_restriction" else {})


def _named_by(about: About, held: Held) -> str | None:
    """The table whose names stand for the ids of a column."""
    keys = table_of(about.model).columns[held.name].foreign_keys
    return next((key.column.table.name for key in keys if key.column.table.name in _NAMED), None)


def _ids(found: Iterable[tuple[About, Sequence[Any]]]) -> Mapping[str, set[UUID]]:
    wanted: dict[str, set[UUID]] = {}
    for about, rows in found:
        for held in about.columns:
            if held.leaves and (named := _named_by(about, held)):
                ids = {value for row in rows if isinstance(value := getattr(row, held.name), UUID)}
                wanted.setdefault(named, set()).update(ids)
    return wanted


@read("client.export")
async def names_of(unit: Unit, found: Sequence[tuple[About, Sequence[Any]]]) -> Names:
    """The names of everything that these rows mention, one statement for each kind."""
    names: dict[UUID, str] = {}
    for table, ids in _ids(found).items():
        model: Any
        model, column = _NAMED[table]
        rows = await unit.rows(select(model.id, getattr(model, column)).where(col(model.id).in_(sorted(ids))))
        names |= {row[0]: row[1] for row in rows}
    return Names(names)
