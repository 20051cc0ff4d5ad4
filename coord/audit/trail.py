"""Writing the trail: in the same transaction as what it tells of."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from coord.access.rows import rule_of
from coord.audit.tables import AuditEntry
from coord.work.unit import Unit


def _plain(value: Any) -> Any:
    if isinstance(value, (UUID, date, datetime)):
        return str(value)
    return value


def facts(row: SQLModel) -> dict[str, Any]:
    """What the trail keeps of a row: all its columns but the personal ones, which it only names."""
    personal = rule_of(type(row)).personal
    return {
        name: "(personal)" if name in personal and value is not None else _plain(value)
        for name, value in row.model_dump().items()
    }


def record(
    unit: Unit,
    verb: str,
    row: SQLModel,
    *,
    before: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Put an entry for a changed row into the unit."""
    unit.add(
        AuditEntry(
            actor_id=unit.actor.user_id,
            actor_name=unit.actor.name,
            verb=verb,
            subject=str(row.__tablename__),
            subject_id=getattr(row, "id", None),
            before=None if before is None else dict(before),
            after=facts(row),
            reason=reason or unit.actor.unscoped or None,
        )
    )


def record_reading(unit: Unit, verb: str, subject: str, ids: Sequence[UUID]) -> None:
    """Put one entry per person whose identity is about to be shown into the unit."""
    for subject_id in ids:
        unit.add(
            AuditEntry(
                actor_id=unit.actor.user_id,
                actor_name=unit.actor.name,
                verb=verb,
                subject=subject,
                subject_id=subject_id,
            )
        )


def record_export(unit: Unit, subject: str, scope: Mapping[str, Any]) -> None:
    """Put an entry for a list that leaves the house: by which filter, how many rows, by which rules."""
    unit.add(
        AuditEntry(
            actor_id=unit.actor.user_id,
            actor_name=unit.actor.name,
            verb="contact.export",
            subject=subject,
            after={name: _plain(value) for name, value in scope.items()},
            reason=unit.actor.unscoped or None,
        )
    )
