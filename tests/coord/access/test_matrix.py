"""Who may do what and sees which rows: one reviewed file, and what must never stand in it."""

import csv
from collections.abc import Mapping, Sequence

from coord.access import Role
from coord.access.rows import all_rules
from tests.coord.access.matrix import FILE
from tests.coord.access.small_world import OWN, SIBLING, TENANT, held, made, seen

# What holds no fact about anybody: signed ends of the trail, which partners keep.
_OPEN = {"audit_checkpoint"}
# The same: who takes part in a program, the head of the trail's chain.
_OPEN_IN_THE_DATABASE = {"participation", "audit_head"}
# New accounts, entries, jobs and notices are somebody else's by nature: verbs decide who writes them.
_WRITTEN_FOR_OTHERS = {
    "app_user",
    "audit_entry",
    "audit_head",
    "notice",
    "outbox_job",
    "outgoing_mail",
    "participation",
    "webhook_event",
}


def _read() -> Sequence[Mapping[str, str]]:
    return list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))


def _tables_with_foreign_rows(what: str) -> set[str]:
    lines = [line for line in _read() if line["operation"].startswith(f"{what} ")]
    return {line["operation"].split()[-1] for line in lines if any(TENANT in cell.split() for cell in line.values())}


def test_nobody_sees_a_row_of_another_tenant() -> None:
    assert _tables_with_foreign_rows("rows") == _OPEN
    assert _tables_with_foreign_rows("given") == _OPEN_IN_THE_DATABASE
    assert _tables_with_foreign_rows("written") == _WRITTEN_FOR_OTHERS


def test_whoever_has_no_role_sees_their_own_account_alone() -> None:
    seen_by_nobody = {
        line["operation"] for line in _read() if line["nobody's role"] and line["operation"].startswith("rows ")
    }
    assert seen_by_nobody - {f"rows {table}" for table in _OPEN} == {
        "rows api_token", "rows app_user", "rows client_match_ask", "rows emergency_access", "rows import_file", "rows membership", "rows notice", "rows pace_count", "rows passkey", "rows recovery_code",
        "rows second_factor", "rows submission", "rows supervision_attendance", "rows supervision_session", "rows supervision_worry", "rows web_session", "rows work_mark",
    }  # fmt: skip


def test_two_roles_give_the_rows_of_both_and_a_role_elsewhere_gives_those_of_there() -> None:
    both = held(Role.SOCIAL_WORKER, Role.AGENCY_MANAGER)
    away = held(Role.SOCIAL_WORKER, place=SIBLING)
    for rule in all_rules():
        if rule.model.__tablename__ == "client":
            assert seen(rule.model, rule.rows, away) == {SIBLING}
            # What is shared is read, not written.
            assert (seen(rule.model, rule.rows, both), seen(rule.model, rule.writes, both)) == ({OWN, SIBLING}, {OWN})
        if rule.model.__tablename__ == "organization":
            assert seen(rule.model, rule.rows, held(Role.SUPERVISOR, place=TENANT)) == {TENANT}


def test_scopes_are_read_from_the_roles_that_give_them() -> None:
    scopes = {role: dict(held(role).scopes) for role in Role}
    run, cared = (made(OWN, "program"),), (made(OWN, "hospital"),)
    hosted = (made(OWN, "service_contact"),)
    assert {role: found for role, found in scopes.items() if found} == {
        Role.API_CLIENT: {"PROGRAMS_RUN": run},
        Role.EVALUATOR: {"PROGRAMS_RUN": run},
        Role.PROGRAM_OFFICER: {"PROGRAMS_RUN": run},
        Role.SUPERVISOR: {"HOSPITALS_SUPERVISED": cared},
        Role.SOCIAL_WORKER: {"EVENTS_HOSTED": hosted, "SHARED_WITH": cared},
        Role.HOSPITAL_COORDINATOR: {"EVENTS_HOSTED": hosted},
    }
