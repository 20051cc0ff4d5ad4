"""Migrations keep what was there before, up, down and up again, and name their constraints, on both databases."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from coord.clients.vault import opened_identity, search_hash
from coord.contacts.sealing import key_id, note_hash, opened_note, opened_note_key
from coord.migrations import downgrade, upgrade
from coord.migrations.tables import METADATA
from tests.conftest import DATABASES
from tests.lowered import ask
from tests.servers import postgres_url

# Each goes through all migrations several times.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    name = f"coord_empty_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres_url(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
        yield make_url(postgres_url()).set(database=name).render_as_string(hide_password=False)
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


_NOTE = "林晓说今天感觉好多了，我们约好下周再来谈一次。"
_EARLIER = (
    "INSERT INTO organization (id, code, name, kind, search_text, fictional) VALUES (:f, 'F01', 'F', 'FOUNDATION', '', :no)",
    "INSERT INTO organization (id, code, name, kind, search_text, fictional) VALUES (:h, 'H001', 'H', 'HOSPITAL', '', :no)",
    (
        "INSERT INTO program (id, code, name, foundation_id, time_zone, starts_on, fictional)"
        " VALUES (:p, 'DIP', 'P', :f, 'Asia/Shanghai', '2026-01-01', :no)"
    ),
    (
        "INSERT INTO participation (id, program_id, organization_id, part, starts_on)"
        " VALUES (:j, :p, :h, 'HOSPITAL', '2026-01-01')"
    ),
    "INSERT INTO worker (id, code, display_name, employer_id) VALUES (:w, 'W1', 'W', :h)",
    (
        "INSERT INTO client (id, program_id, hospital_id, code, gender, consent, registered_at)"
        " VALUES (:c, :p, :h, 'C1', 'UNKNOWN', 'GIVEN', '2026-01-02 03:04:05')"
    ),
    "INSERT INTO client_identity (id, name, phone) VALUES (:c, '林晓', '13800138000')",
    "INSERT INTO client_search_key (id, client_id, hospital_id, key) VALUES (:k, :c, :h, 'linxiao')",
    "INSERT INTO service_name (id, name, service_code) VALUES (:s, '面谈', 'CASE_CONTACT')",
    (
        "INSERT INTO service_contact (id, program_id, hospital_id, worker_id, client_id, service_code, target, issues,"
        " occurred_on, duration_minutes, attendance, is_collateral, anonymous_count, family_present, heads_present,"
        " co_worker_count, note, status, source, recorded_at) VALUES (:n, :p, :h, :w, :c, 'CASE_CONTACT', 'PATIENT', '[]',"
        " '2026-01-03', 30, 'ATTENDED', :no, 0, 0, 1, 0, '林晓说今天感觉好多了，我们约好下周再来谈一次。', 'SUBMITTED', 'PAGE',"
        " '2026-01-03 03:04:05')"
    ),
    (
        "INSERT INTO audit_entry (id, at, actor_name, verb, subject, subject_id, after)"
        " VALUES (:a, '2026-01-02 03:04:05.000006', 'Sam', 'worker.add', 'worker', :w, '{\"code\": \"W1\"}')"
    ),
)


def _all(url: str, table: str) -> list[Any]:
    return ask(url, lambda at: list(at.execute(text(f"SELECT * FROM {table}"))))  # noqa: S608 - our own tables


def test_what_was_there_before_stays_with_every_migration_up_and_down(empty_url: str) -> None:
    upgrade(empty_url, "0001")
    sqlite = empty_url.startswith("sqlite")
    ids = {key: uuid.uuid5(uuid.NAMESPACE_URL, key) for key in "fhpjwsackn"}
    given = {key: value.hex if sqlite else str(value) for key, value in ids.items()} | {"no": False}

    def fill(connection: Connection) -> None:
        for statement in _EARLIER:
            connection.execute(text(statement), given)
        connection.commit()

    ask(empty_url, fill)
    upgrade(empty_url)
    count = "SELECT count(*) FROM organization WHERE foundation_id = :f"
    assert ask(empty_url, lambda at: at.execute(text(count), given).scalar()) == 2
    told = ask(empty_url, lambda at: at.execute(text("SELECT seq, verb, body FROM audit_entry")).all())
    assert [(seq, verb, b'"code":"W1"' in bytes(body)) for seq, verb, body in told] == [(1, "worker.add", True)]
    keys, people, hashes = (_all(empty_url, table) for table in ("client_key", "client_identity", "client_search_key"))
    sealed = (bytes(keys[0].wrapped), bytes(people[0].name), bytes(people[0].phone))
    assert opened_identity(ids["c"], *sealed) == ("林晓", "13800138000")
    assert search_hash("linx") in {bytes(row.hash) for row in hashes}
    (noted,), (kept,) = _all(empty_url, "service_contact"), _all(empty_url, "note_key")
    note_key = opened_note_key(key_id(ids["c"], ids["h"]), bytes(kept.wrapped))
    assert opened_note(note_key, ids["n"], bytes(noted.note)) == _NOTE
    assert bytes(noted.note_hash) == note_hash(ids["w"], _NOTE)
    downgrade(empty_url, "0001")
    plain = ask(empty_url, lambda at: at.execute(text("SELECT note FROM service_contact")).all())
    assert [tuple(row) for row in plain] == [(_NOTE,)]
    named = ask(empty_url, lambda at: at.execute(text("SELECT name, phone FROM client_identity")).all())
    assert [tuple(row) for row in named] == [("林晓", "13800138000")]
    back = ask(empty_url, lambda at: at.execute(text("SELECT verb, actor_name FROM audit_entry")).all())
    assert [tuple(row) for row in back] == [("worker.add", "Sam")]
    upgrade(empty_url)


def test_every_constraint_has_a_name_of_its_own(empty_url: str) -> None:
    upgrade(empty_url)

    def unnamed(connection: Connection) -> list[str]:
        found = inspect(connection)
        return [
            table
            for table in METADATA.tables
            for constraint in (*found.get_unique_constraints(table), *found.get_check_constraints(table))
            if not constraint["name"]
        ]

    assert ask(empty_url, unnamed) == []
