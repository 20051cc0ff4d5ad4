"""Who sees supervision: who gave it, who took part, the supervisors of the hospital, who oversees the program.

That somebody took part, and for how long, is seen by everybody who follows the hospital's figures.
"""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, protect
from coord.access.rows import Wall, among, any_of, beside, one_of
from coord.clients.access import of_care_team
from coord.programs.access import overseen
from coord.supervision.tables import SupervisionAttendance, SupervisionSession, SupervisionWorry
from coord.workforce.tables import Worker


def _seen(attendance: Any, actor: Actor) -> ColumnElement[bool]:
    worker = beside(Worker)
    return any_of(
        among(attendance.worker_id, worker.c.id, worker.c.user_id == actor.user_id),
        one_of(attendance.hospital_id, actor.scope(Scope.HOSPITALS_SUPERVISED)),
        overseen(attendance.program_id, actor),
    )


def attendance_with_names(actor: Actor) -> ColumnElement[bool]:
    """Own attendance, that at hospitals that one supervises, that in programs that one oversees."""
    return _seen(SupervisionAttendance, actor)


def visible_attendance(actor: Actor) -> ColumnElement[bool]:
    """Attendance that one may put a name to, and that at hospitals and of agencies whose figures one reads."""
    return any_of(
        attendance_with_names(actor),
        of_care_team(col(SupervisionAttendance.hospital_id), actor),
        one_of(SupervisionAttendance.hospital_id, actor.at(Role.HOSPITAL_COORDINATOR)),
        one_of(SupervisionAttendance.agency_id, actor.at(Role.AGENCY_MANAGER)),
    )


def visible_sessions(actor: Actor) -> ColumnElement[bool]:
    """Sessions that one gave, and those with attendance that one sees."""
    attendance = beside(SupervisionAttendance)
    attended = among(SupervisionSession.id, attendance.c.session_id, _seen(attendance.c, actor))
    return any_of(own_sessions(actor), attended)


def own_sessions(actor: Actor) -> ColumnElement[bool]:
    """Sessions that one gave."""
    return col(SupervisionSession.supervisor_id) == actor.user_id


def supervised_attendance(actor: Actor) -> ColumnElement[bool]:
    """Attendance is written by the supervisors of the hospital."""
    return one_of(SupervisionAttendance.hospital_id, actor.scope(Scope.HOSPITALS_SUPERVISED))


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
    wall=Wall(writes=supervised_attendance),
)
protect(SupervisionWorry, own_worries, retention=Retention.OPERATIONAL, wall=Wall(grants=("INSERT", "DELETE")))
