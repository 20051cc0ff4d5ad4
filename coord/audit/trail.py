"""Writing the trail: in the same transaction as what it tells of."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from coord.access import Actor
from coord.access.rows import rule_of
from coord.audit.appending import append
from coord.kernel.clock import now
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
    after, why = facts(row), reason or unit.actor.unscoped or None
    _note(unit, verb, str(row.__tablename__), getattr(row, "id", None), before=before, after=after, reason=why)


def record_reading(unit: Unit, verb: str, subject: str, ids: Sequence[UUID]) -> None:
    """Put one entry per person whose identity is about to be shown into the unit."""
    for subject_id in ids:
        _note(unit, verb, subject, subject_id)


def record_turn(unit: Unit, subject: str, number: int) -> None:
    """Put an entry for values that were sealed anew into the unit; what they say has not changed."""
    _note(unit, "key.rotate", subject, None, after={"number": number}, reason=unit.actor.unscoped or None)


def record_export(unit: Unit, subject: str, scope: Mapping[str, Any]) -> None:
    """Put an entry for a list that leaves the house: by which filter, how many rows, by which rules."""
    left = {name: _plain(value) for name, value in scope.items()}
    _note(unit, "contact.export", subject, None, after=left, reason=unit.actor.unscoped or None)


def entry(actor: Actor, at: datetime, verb: str, subject: str, subject_id: UUID | None, **told: Any) -> dict[str, Any]:
    """What one entry tells; ``told`` may hold ``before``, ``after`` and ``reason``."""
    return {
        "at": at,
        "actor_id": actor.user_id,
        "actor_name": actor.name,
        "verb": verb,
        "subject": subject,
        "subject_id": subject_id,
        "before": None,
        "after": None,
        "reason": None,
        **told,
    }


def put(unit: Unit, entries: Sequence[Mapping[str, Any]]) -> None:
    """Leave entries with the unit; they are appended to the chain as its last statements."""
    if entries:
        unit.last = append
    unit.trail.extend(entries)


def _note(unit: Unit, verb: str, subject: str, subject_id: UUID | None, **told: Any) -> None:
    before = told.get("before")
    told["before"] = None if before is None else dict(before)
    put(unit, [entry(unit.actor, now(), verb, subject, subject_id, **told)])
