"""Who sees supervision: who gave it, who took part, the supervisors of the hospital, who oversees the program."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Scope, protect
from coord.access.rows import Wall, any_of, one_of
from coord.kernel.sql import select
from coord.programs.access import overseen
from coord.supervision.tables import SupervisionAttendance, SupervisionSession, SupervisionWorry
from coord.workforce.tables import Worker


def _seen(attendance: Any, actor: Actor) -> ColumnElement[bool]:
    worker = Worker.__table__.alias("supervised_worker")  # type: ignore[attr-defined]
    own = select(worker.c.id).where(worker.c.user_id == actor.user_id)
    supervised = actor.scope(Scope.HOSPITALS_SUPERVISED)
    return any_of(
        attendance.worker_id.in_(own),
        one_of(attendance.hospital_id, supervised) if supervised else None,
        overseen(attendance.program_id, actor),
    )


def visible_attendance(actor: Actor) -> ColumnElement[bool]:
    """Own attendance, that at hospitals that one supervises, that in programs that one oversees."""
    return _seen(SupervisionAttendance, actor)


def visible_sessions(actor: Actor) -> ColumnElement[bool]:
    """Sessions that one gave, and those with attendance that one sees."""
    attendance = SupervisionAttendance.__table__.alias("seen_attendance")  # type: ignore[attr-defined]
    attended = col(SupervisionSession.id).in_(select(attendance.c.session_id).where(_seen(attendance.c, actor)))
    return any_of(own_sessions(actor), attended)


def own_sessions(actor: Actor) -> ColumnElement[bool]:
    """Sessions that one gave."""
    return col(SupervisionSession.supervisor_id) == actor.user_id


def supervised_attendance(actor: Actor) -> ColumnElement[bool]:
    """Attendance is written by the supervisors of the hospital."""
    return any_of(one_of(SupervisionAttendance.hospital_id, actor.scope(Scope.HOSPITALS_SUPERVISED)))


def own_worries(actor: Actor) -> ColumnElement[bool]:
    """What oneself worries about."""
    return col(SupervisionWorry.supervisor_id) == actor.user_id


protect(
    SupervisionSession,
    visible_sessions,
    retention=Retention.OPERATIONAL,
    personal=("agreed",),
    wall=Wall(writes=own_sessions),
)
protect(
    SupervisionAttendance,
    visible_attendance,
    retention=Retention.OPERATIONAL,
    wall=Wall(writes=supervised_attendance, grants=("INSERT",)),
)
protect(SupervisionWorry, own_worries, retention=Retention.OPERATIONAL, wall=Wall(grants=("INSERT", "DELETE")))
