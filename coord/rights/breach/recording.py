"""Recording a breach, saying who was told, and the clock that reminds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_
from sqlmodel import col

from coord import audit
from coord.access import Role
from coord.access.rows import one_of
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, tell_holders
from coord.organizations import OrganizationKind
from coord.organizations.tables import Organization
from coord.rights.breach.inputs import RecordBreach, Told
from coord.rights.breach.looking import own_hospital
from coord.rights.breach.rules import REMIND_BEFORE, WITHIN, Step, due_at
from coord.rights.breach.tables import Breach
from coord.work import Unit, action, read

_MOST, _MOST_HOSPITALS = 100, 2000


@dataclass(frozen=True, slots=True)
class BreachShown:
    """A breach with its two clocks, and the hospital it concerns."""

    id: UUID
    hospital_id: UUID
    hospital: str
    began_at: datetime
    ended_at: datetime
    discovered_at: datetime
    what: str
    authority: Step
    persons: Step


@action("breach.manage")
async def record_breach(unit: Unit, given: RecordBreach) -> UUID:
    """Record a breach; the administrators of the directory are told at once.

    Raises ``NotFound`` for hospitals of others, ``Invalid`` for one that is known before it began or tomorrow.
    """
    hospital = await own_hospital(unit, given.hospital)
    if unit.actor.user_id is None or hospital.foundation_id is None:
        raise NotFound
    if given.discovered_at < given.began_at:
        raise Invalid(Problem("discovered_at", "ENDS_BEFORE_START"))
    if given.discovered_at > unit.started_at:
        raise Invalid(Problem("discovered_at", "FUTURE_DATE"))
    row = Breach(
        **given.model_dump(exclude={"hospital"}), hospital_id=hospital.id, foundation_id=hospital.foundation_id,
        recorded_by_id=unit.actor.user_id, recorded_at=unit.started_at,
    )  # fmt: skip
    unit.add(row)
    audit.record(unit, "breach.record", row)
    tell_holders(unit, [Role.ADMINISTRATOR], row.foundation_id, NoticeKind.BREACH_RECORDED, "breach", row.id)
    return row.id


@action("breach.manage")
async def note_told(unit: Unit, breach_id: UUID, whom: Told) -> None:
    """Authority or persons were told just now. Raises ``Conflict`` when that was said before."""
    row = await unit.find(Breach, breach_id)
    column = "authority_told_at" if whom is Told.AUTHORITY else "persons_told_at"
    if getattr(row, column) is not None:
        raise Conflict(Problem("breach", "BREACH_TOLD_ALREADY"))
    before = audit.facts(row)
    setattr(row, column, unit.started_at)
    audit.record(unit, "breach.told", row, before=before)


@read("breach.manage")
async def breaches(unit: Unit) -> Sequence[BreachShown]:
    """Breaches of the actor's directories, those with a running clock first, the newest first."""
    statement = (
        select(Breach, Organization.name)
        .join(Organization, col(Organization.id) == col(Breach.hospital_id))
        .order_by(col(Breach.discovered_at).desc(), col(Breach.id))
        .limit(_MOST)
    )
    found = [_shown(*row) for row in await unit.rows(statement)]
    return sorted(found, key=lambda one: one.authority.done_at is not None and one.persons.done_at is not None)


@read("breach.manage")
async def hospitals_of(unit: Unit) -> Sequence[tuple[UUID, str]]:
    """The hospitals of the directories that the actor administers, by name."""
    statement = (
        select(Organization.id, Organization.name)
        .where(
            one_of(Organization.foundation_id, unit.actor.administers()),
            col(Organization.kind) == OrganizationKind.HOSPITAL,
        )
        .order_by(col(Organization.name), col(Organization.id))
        .limit(_MOST_HOSPITALS)
    )
    return [(row.id, row.name) for row in await unit.rows(statement)]


@read("breach.manage")
async def breach(unit: Unit, breach_id: UUID) -> BreachShown:
    """One breach. Raises ``NotFound`` for those of other directories."""
    row = await unit.find(Breach, breach_id)
    hospital = await unit.find(Organization, row.hospital_id)
    return _shown(row, hospital.name)


def _shown(row: Breach, hospital: str) -> BreachShown:
    until = due_at(row.discovered_at)
    return BreachShown(
        row.id, row.hospital_id, hospital, row.began_at, row.ended_at, row.discovered_at, row.what,
        Step(until, row.authority_told_at), Step(until, row.persons_told_at),
    )  # fmt: skip


@action("job.run")
async def remind(unit: Unit) -> int:
    """Tell the administrators once, a day before the time runs out; of how many breaches."""
    soon = unit.started_at + REMIND_BEFORE - WITHIN
    waiting = select(Breach).where(
        col(Breach.reminded_at).is_(None),
        col(Breach.discovered_at) <= soon,
        or_(col(Breach.authority_told_at).is_(None), col(Breach.persons_told_at).is_(None)),
    )
    rows = await unit.scalars(waiting.limit(_MOST).with_for_update())
    for row in rows:
        row.reminded_at = unit.started_at
        tell_holders(unit, [Role.ADMINISTRATOR], row.foundation_id, NoticeKind.BREACH_DUE, "breach", row.id)
    return len(rows)
