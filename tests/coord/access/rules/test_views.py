"""The wall on SQLite: what each connection is given, and what its authorizer lets pass."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from sqlmodel import col

from coord.access import Actor, system, views
from coord.access.rows import all_rules, one_of
from coord.access.views import GUARD, Names, condition, fresh_secret, ids_of, moment_of, renamed, script, user_of
from tests.coord.access.rules.things import ELSEWHERE, HERE, SELF, THERE, Thing, protected, worker

_NAMES = Names({"thing": "vt", "part": "vp", "word": "vw"})
_OWN = "thing.home_id IN (SELECT value FROM json_each(coord_ids('at_social_worker')))"
_SEEN = f"{_OWN} = 1 OR thing.id IN (SELECT value FROM json_each(coord_ids('scope_programs_run'))) = 1"
_STOP = "SELECT raise(ABORT, 'row wall') WHERE"
_COLUMNS = '"id", "home_id", "name"'


@pytest.fixture(autouse=True)
def _only_these() -> Iterator[None]:
    views._predicates.cache_clear()
    with protected():
        yield


def test_a_predicate_is_written_with_its_values() -> None:
    assert condition(Thing, one_of(col(Thing.id), [HERE])) == f"thing.id = '{HERE.hex}'"


def test_the_context_answers_for_its_actor_alone() -> None:
    told: dict[str, Any] = {"actor": worker(HERE, THERE, PROGRAMS_RUN=(ELSEWHERE,))}
    assert ids_of(told, "at_any") == f'["{HERE.hex}", "{THERE.hex}"]'
    assert (
        ids_of(told, "at_supervisor,scope_programs_run,at_any") == f'["{ELSEWHERE.hex}", "{HERE.hex}", "{THERE.hex}"]'
    )
    assert (ids_of({}, "at_any"), user_of({}), moment_of({})) == ("[]", None, None)
    assert user_of(told) == SELF.hex
    assert user_of({"actor": system("x", "why")}) == "0" * 32
    with time_machine.travel(datetime(2026, 3, 1, 12, 30, 5, 7, tzinfo=UTC), tick=False):
        assert moment_of(told) == "2026-03-01 12:30:05.000007"


def test_inner_views_have_names_that_nobody_can_guess() -> None:
    one, other = Names.of(fresh_secret()), Names.of(fresh_secret())
    assert list(one.inner) == ["thing", "part", "word"]
    assert all(re.fullmatch(f"v[0-9a-f]{{32}}_{table}", name) for table, name in one.inner.items())
    assert len({*one.inner.values(), *other.inner.values()}) == 6


def test_the_script_is_kept_with_a_place_for_the_secret() -> None:
    kept = views._script(all_rules(), scoped=True)
    assert "('view', 'v<secret>_thing', 'v<secret>_thing', 0, 'CREATE VIEW v<secret>_thing AS" in kept
    assert kept.startswith("PRAGMA writable_schema=ON; BEGIN; INSERT INTO temp.sqlite_master (")
    assert kept.endswith("END'); COMMIT; PRAGMA writable_schema=RESET")
    assert script("0123", scoped=True) == kept.replace("<secret>", "0123")


@pytest.mark.parametrize("scoped", [True, False])
def test_the_script_leaves_what_the_statements_would(scoped: bool) -> None:
    kept = []
    for way in ("script", "statements"):
        with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
            for table in ("thing", "part", "word"):
                connection.execute(f"CREATE TABLE {table}__t (id TEXT)")
            if way == "script":
                connection.executescript(script("0123", scoped=scoped))
            for statement in () if way == "script" else views.views(all_rules(), Names.of("0123"), scoped=scoped):
                connection.execute(statement)
            found = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_temp_master ORDER BY rowid"
            kept.append(connection.execute(found).fetchall())
            with pytest.raises(sqlite3.OperationalError, match="may not be modified"):
                connection.execute("DELETE FROM sqlite_master")
    assert kept[0] == kept[1] != []


OK, DENY = sqlite3.SQLITE_OK, sqlite3.SQLITE_DENY
_READ, _FUNCTION = sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION
_ASKED = [
    *((kind, "thing", "id", None, OK) for kind in (_READ, sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE)),
    *((kind, "x", None, None, OK) for kind in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_SAVEPOINT)),
    (sqlite3.SQLITE_RECURSIVE, None, None, None, OK), (_READ, None, None, None, OK),
    *((kind, "x", "x", None, DENY) for kind in (sqlite3.SQLITE_PRAGMA, sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_ALTER_TABLE,
      sqlite3.SQLITE_CREATE_TEMP_VIEW, sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_ANALYZE, sqlite3.SQLITE_REINDEX)),
    (_FUNCTION, None, "load_extension", None, DENY), (_FUNCTION, None, "fts3_tokenizer", None, DENY),
    (_FUNCTION, None, "lower", None, OK), (_FUNCTION, "thing__t", "lower", None, OK),
    (_READ, "thing__t", "id", None, DENY), (_READ, "thing__t", "id", "thing", DENY), (_READ, "thing__t", "id", "vp", OK),
    (_READ, "thing__t", "id", "vt", OK), (_READ, "thing__t", "id", "vtadds", OK), (_READ, "thing__t", "id", "vtchanges", OK),
    (_READ, "thing__t", "id", "vtremoves", OK), (_READ, "thing__t", "id", "vtx", DENY),
    (_READ, "vt", "id", None, DENY), (_READ, "vt", "id", "thing", OK), (_READ, "vt", "id", "part", DENY),
    (_READ, "vt", "id", "vp", OK), (_READ, "sqlite_master", "sql", None, DENY), (_READ, "sqlite_temp_master", "sql", "vt", DENY),
    (_READ, "dbstat", "name", None, DENY), (_READ, "dbstat", "name", "vt", DENY), (_READ, "json_each", "value", None, OK),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "first", "second", "source", "answer"), _ASKED)
def test_the_authorizer_denies_what_is_not_known_to_be_harmless(
    kind: int, first: str | None, second: str | None, source: str | None, answer: int
) -> None:
    assert _NAMES.authorizer()(kind, first, second, "main", source) == answer


@pytest.mark.parametrize(
    ("trigger", "answer"),
    [
        ("guard_0f_thing_insert", sqlite3.SQLITE_OK),
        ("thing_no_update", sqlite3.SQLITE_OK),
        ("thing_no_delete", sqlite3.SQLITE_OK),
        ("guard_1f_thing_insert", sqlite3.SQLITE_DENY),
        ("thing_no_insert", sqlite3.SQLITE_DENY),
        ("other_no_update", sqlite3.SQLITE_DENY),
    ],
)
def test_triggers_of_real_tables_look_at_real_tables_and_no_others_do(trigger: str, answer: int) -> None:
    assert GUARD == "guard_"
    allows = _NAMES.authorizer(["guard_0f_thing_insert"])
    assert allows(sqlite3.SQLITE_READ, "thing__t", "id", "main", trigger) == answer


def _made(row: str) -> str:
    return f'SELECT {row}."id" AS "id", {row}."home_id" AS "home_id", {row}."name" AS "name"'


def _fits(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM ({_made(row)}) AS thing WHERE {_OWN})"


def test_the_views_and_triggers_of_a_table() -> None:
    new = 'NEW."id", NEW."home_id", NEW."name"'
    assert list(views.views(all_rules(), _NAMES, scoped=True))[:5] == [
        f"CREATE TEMP VIEW vt AS SELECT {_COLUMNS} FROM main.thing__t AS thing WHERE \"id\" <> '' AND ({_SEEN})",
        f"CREATE TEMP VIEW thing AS SELECT {_COLUMNS} FROM vt",
        (
            f"CREATE TEMP TRIGGER vtadds INSTEAD OF INSERT ON thing BEGIN {_STOP} NOT {_fits('NEW')}; "
            f'{_STOP} EXISTS (SELECT 1 FROM thing__t WHERE "id" = NEW."id"); '
            f"INSERT INTO thing__t ({_COLUMNS}) VALUES ({new}); END"
        ),
        (
            f'CREATE TEMP TRIGGER vtchanges INSTEAD OF UPDATE ON thing BEGIN {_STOP} NEW."id" IS NOT OLD."id" '
            f"OR NOT {_fits('OLD')} OR NOT {_fits('NEW')}; "
            'UPDATE thing__t SET "id" = NEW."id", "home_id" = NEW."home_id", "name" = NEW."name" WHERE "id" = OLD."id"; END'
        ),
        (
            f"CREATE TEMP TRIGGER vtremoves INSTEAD OF DELETE ON thing BEGIN {_STOP} NOT {_fits('OLD')}; "
            'DELETE FROM thing__t WHERE "id" = OLD."id"; END'
        ),
    ]


def test_a_key_of_two_columns_is_looked_at_whole() -> None:
    found = list(views.views(all_rules(), _NAMES, scoped=True))[5:10]
    same = '"thing_id" = {0}."thing_id" AND "number" = {0}."number"'
    assert found[0].startswith(
        'CREATE TEMP VIEW vp AS SELECT "thing_id", "number" FROM main.part__t AS part WHERE "thing_id" <> \'\''
    )
    assert f"EXISTS (SELECT 1 FROM part__t WHERE {same.format('NEW')})" in found[2]
    assert 'WHERE NEW."thing_id" IS NOT OLD."thing_id" OR NEW."number" IS NOT OLD."number" OR NOT' in found[3]
    assert found[4].endswith(f"DELETE FROM part__t WHERE {same.format('OLD')}; END")


def test_a_part_of_the_system_sees_and_changes_every_row() -> None:
    found = list(views.views(all_rules(), _NAMES, scoped=False))
    assert len(found) == 15
    assert (
        found[0] == f"CREATE TEMP VIEW vt AS SELECT {_COLUMNS} FROM main.thing__t AS thing WHERE \"id\" <> '' AND (1)"
    )
    assert [statement for statement in found if "row wall" in statement] == []
    assert (
        found[4]
        == 'CREATE TEMP TRIGGER vtremoves INSTEAD OF DELETE ON thing BEGIN DELETE FROM thing__t WHERE "id" = OLD."id"; END'
    )


def test_real_tables_go_behind_the_wall_and_come_out_again() -> None:
    assert list(renamed(["thing", "other", "part__t"], behind=True)) == ["ALTER TABLE thing RENAME TO thing__t"]
    assert list(renamed(["thing", "part__t", "other__t"], behind=False)) == [
        "ALTER TABLE part__t RENAME TO part",
        "ALTER TABLE other__t RENAME TO other",
    ]
    assert (views.BEHIND, list(renamed([], behind=True))) == ("__t", [])


@contextmanager
def _behind_the_wall(actor: Actor) -> Iterator[sqlite3.Connection]:
    """A connection of somebody, with two things of others."""
    context: dict[str, Any] = {"actor": actor}
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE thing__t (id TEXT PRIMARY KEY, home_id TEXT, name TEXT)")
        connection.execute("CREATE TABLE part__t (thing_id TEXT, number INTEGER)")
        connection.execute("CREATE TABLE word__t (id TEXT)")
        connection.create_function("coord_ids", 1, lambda names: ids_of(context, names))
        for each, home in ((HERE, HERE), (THERE, THERE)):
            connection.execute("INSERT INTO thing__t VALUES (?, ?, 'n')", (each.hex, home.hex))
        connection.executescript(script("0123", scoped=True))
        connection.set_authorizer(Names.of("0123").authorizer())
        yield connection


def test_a_person_behind_the_wall_sees_and_changes_their_own() -> None:
    with _behind_the_wall(worker(HERE)) as connection:
        assert connection.execute("SELECT id FROM thing").fetchall() == [(HERE.hex,)]
        connection.execute("UPDATE thing SET name = 'mine'")
        connection.execute("INSERT INTO thing VALUES (?, ?, 'new')", (ELSEWHERE.hex, HERE.hex))
        assert connection.execute("SELECT name FROM thing ORDER BY id").fetchall() == [("mine",), ("new",)]
        for wrong in (
            f"INSERT INTO thing VALUES ('{SELF.hex}', '{THERE.hex}', 'x')",
            f"INSERT OR REPLACE INTO thing VALUES ('{THERE.hex}', '{HERE.hex}', 'x')",
            f"UPDATE thing SET home_id = '{THERE.hex}'",
            f"UPDATE thing SET id = '{SELF.hex}' WHERE id = '{HERE.hex}'",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="row wall"):
                connection.execute(wrong)
        connection.execute("DELETE FROM thing")
        assert connection.execute("SELECT count(*) FROM thing").fetchone() == (0,)


def test_what_is_only_shown_is_not_changed() -> None:
    with _behind_the_wall(worker(HERE, PROGRAMS_RUN=(THERE,))) as connection:
        assert connection.execute("SELECT count(*) FROM thing").fetchone() == (2,)
        for wrong in ("UPDATE thing SET name = 'x'", "DELETE FROM thing"):
            with pytest.raises(sqlite3.IntegrityError, match="row wall"):
                connection.execute(f"{wrong} WHERE id = '{THERE.hex}'")
