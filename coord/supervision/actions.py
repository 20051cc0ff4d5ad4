"""Recording a session of supervision, and taking it back."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, delete, update

from coord import audit
from coord.access import Scope
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem
from coord.kernel.ids import uuid7
from coord.kernel.sql import select
from coord.placements.tables import Placement
from coord.programs import ProgramFacts, program_by_code
from coord.supervision.inputs import RecordSupervision
from coord.supervision.rules import wrong_group
from coord.supervision.tables import SupervisionAttendance, SupervisionSession, SupervisionWorry
from coord.work import Unit, action
from coord.work.idempotency import remember, replayed

WITHDRAW_WITHIN = timedelta(days=7)


@action("supervision.record")
async def record_supervision(unit: Unit, given: RecordSupervision) -> UUID:
    """Record a session that the actor gave to workers whom they supervise; the session's id.

    Raises ``Invalid`` with every problem, ``Conflict`` for a key that came with other content.
    """
    if (first := await replayed(unit, given.idempotency_key, given)) is not None:
        return first
    program = await program_by_code(unit, given.program)
    problems = [*_wrong_day(unit, given, program), *wrong_group(given.kind, given.workers, given.worried_about)]
    hospitals = await _hospitals(unit, given, program.id)
    if set(given.workers) - hospitals.keys():
        problems.append(Problem("workers", "NO_SUCH_WORKER"))
    if problems or unit.actor.user_id is None:
        raise Invalid(*problems)
    row = SupervisionSession(
        id=uuid7(), program_id=program.id, supervisor_id=unit.actor.user_id, supervisor_name=unit.actor.name,
        topics=[topic.value for topic in given.topics], recorded_at=unit.started_at,
        **given.model_dump(include={"kind", "held_on", "minutes", "agreed"}),
    )  # fmt: skip
    if (first := await remember(unit, given.idempotency_key, given, row.id)) is not None:
        return first
    unit.add(row)
    await unit.session.flush()
    unit.add(*(_attended(row, worker, *hospitals[worker]) for worker in given.workers))
    unit.add(
        *(
            SupervisionWorry(session_id=row.id, worker_id=worker, supervisor_id=unit.actor.user_id)
            for worker in given.worried_about
        )
    )
    audit.record(unit, "supervision.record", row)
    return row.id


def _attended(row: SupervisionSession, worker: UUID, hospital: UUID, employer: UUID) -> SupervisionAttendance:
    return SupervisionAttendance(
        session_id=row.id,
        worker_id=worker,
        program_id=row.program_id,
        hospital_id=hospital,
        agency_id=None if employer == hospital else employer,
        held_on=row.held_on,
        minutes=row.minutes,
    )


def _wrong_day(unit: Unit, given: RecordSupervision, program: ProgramFacts) -> list[Problem]:
    if given.held_on > local_date(unit.started_at, program.time_zone):
        return [Problem("held_on", "FUTURE_DATE")]
    is_over = program.ends_on is not None and given.held_on > program.ends_on
    return [Problem("held_on", "OUTSIDE_PROGRAM")] if is_over or given.held_on < program.starts_on else []


async def _hospitals(unit: Unit, given: RecordSupervision, program_id: UUID) -> Mapping[UUID, tuple[UUID, UUID]]:
    """Where each of these workers had a post on that day and whose, among the hospitals that the actor supervises."""
    statement = (
        select(Placement.worker_id, Placement.hospital_id, Placement.employer_id)
        .where(
            col(Placement.worker_id).in_(given.workers),
            col(Placement.program_id) == program_id,
            col(Placement.hospital_id).in_(unit.actor.scope(Scope.HOSPITALS_SUPERVISED)),
            col(Placement.starts_on) <= given.held_on,
            col(Placement.ends_on).is_(None) | (col(Placement.ends_on) >= given.held_on),
        )
        .order_by(col(Placement.starts_on))
    )
    return {worker: (hospital, employer) for worker, hospital, employer in await unit.rows(statement)}


@action("supervision.record")
async def withdraw_supervision(unit: Unit, session_id: UUID) -> None:
    """Take back a session that the actor recorded in the last seven days: it counts nowhere any more.

    Raises ``NotFound`` for those of others, ``Conflict`` when it is too late or was done before.
    """
    row = await unit.find(SupervisionSession, session_id)
    if row.supervisor_id != unit.actor.user_id:
        raise NotFound
    if row.withdrawn_at is not None or unit.started_at - row.recorded_at > WITHDRAW_WITHIN:
        raise Conflict(Problem("session", "TOO_LATE_TO_WITHDRAW"))
    before = audit.facts(row)
    row.withdrawn_at = unit.started_at
    attendance = update(SupervisionAttendance).where(col(SupervisionAttendance.session_id) == session_id)
    await unit.session.run(attendance.values(withdrawn_at=unit.started_at).execution_options(synchronize_session=False))
    await unit.session.run(delete(SupervisionWorry).where(col(SupervisionWorry.session_id) == session_id))
    audit.record(unit, "supervision.withdraw", row, before=before)
