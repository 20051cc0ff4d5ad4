"""Who sees that somebody took part in supervision, and who sees the session itself."""

from coord.access import Role
from coord.access.rows import rule_of
from coord.supervision.access import attendance_with_names, visible_sessions
from coord.supervision.tables import SupervisionAttendance, SupervisionSession
from tests.coord.access.small_world import OWN, SIBLING, changed, held, made, of_somebody_else, seen

ROWS = rule_of(SupervisionAttendance).rows


def test_sessions_are_seen_by_who_gave_them_and_who_follows_the_attendance() -> None:
    supervisor = of_somebody_else(held(Role.SUPERVISOR))
    for place, hospital in ((SIBLING, OWN), (OWN, SIBLING)):
        with changed(SupervisionAttendance, place, hospital_id=made(hospital, "hospital")):
            assert (place in seen(SupervisionAttendance, attendance_with_names, supervisor)) is (hospital == OWN)
            assert (place in seen(SupervisionSession, visible_sessions, supervisor)) is (hospital == OWN)
    nobody = of_somebody_else(held())
    assert seen(SupervisionSession, visible_sessions, nobody) == set()
    with changed(SupervisionSession, SIBLING, supervisor_id=nobody.user_id):
        assert seen(SupervisionSession, visible_sessions, nobody) == {SIBLING}


def test_attendance_without_names_is_seen_where_figures_are_read() -> None:
    for role, column, place in (
        (Role.SOCIAL_WORKER, "hospital_id", "hospital"),
        (Role.HOSPITAL_COORDINATOR, "hospital_id", "hospital"),
        (Role.AGENCY_MANAGER, "agency_id", "agency"),
    ):
        actor = of_somebody_else(held(role))
        with changed(SupervisionAttendance, SIBLING, **{column: made(OWN, place)}):
            assert SIBLING in seen(SupervisionAttendance, ROWS, actor), role
            assert SIBLING not in seen(SupervisionAttendance, attendance_with_names, actor), role
        assert SIBLING not in seen(SupervisionAttendance, ROWS, actor), role
