"""The wall on PostgreSQL, statement by statement, for two small tables."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from sqlmodel import col

from coord.access import policies
from coord.access.policies import (
    condition,
    context_of,
    context_statement,
    lowered,
    names_asked,
    raised,
    roles,
    walls,
)
from coord.access.rows import all_rules, one_of, rule_of
from tests.coord.access.rules.things import HERE, SELF, THERE, Part, Thing, Word, protected, worker


@pytest.fixture(autouse=True)
def _only_these() -> Iterator[None]:
    with protected():
        yield


_SETS = "(SELECT string_to_array(concat_ws(',', nullif(current_setting('coord.{}', true), '')), ',')::uuid[])::uuid[]"
_OWN = f"thing.home_id = ANY ({_SETS.format('at_social_worker')})"
_SEEN = f"{_OWN} OR thing.id = ANY ({_SETS.format('scope_programs_run')})"
_PARTS = f"EXISTS (SELECT thing.id \nFROM thing \nWHERE thing.id = part.thing_id AND ({_SEEN}))"


def test_a_predicate_is_written_with_its_values() -> None:
    assert condition(Thing, one_of(col(Thing.id), [HERE])) == f"thing.id = '{HERE}'"


def test_a_table_is_put_behind_the_wall() -> None:
    assert list(raised(rule_of(Thing))) == [
        "ALTER TABLE thing ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE thing FORCE ROW LEVEL SECURITY",
        "CREATE POLICY job ON thing TO coord_job USING (true) WITH CHECK (true)",
        f"CREATE POLICY sees ON thing FOR SELECT TO coord_app USING ({_SEEN})",
        f"CREATE POLICY adds ON thing FOR INSERT TO coord_app WITH CHECK ({_OWN})",
        f"CREATE POLICY changes ON thing FOR UPDATE TO coord_app USING (({_SEEN}) AND ({_OWN})) WITH CHECK ({_OWN})",
        f"CREATE POLICY removes ON thing FOR DELETE TO coord_app USING (({_SEEN}) AND ({_OWN}))",
        "GRANT SELECT, INSERT, UPDATE ON thing TO coord_app",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON thing TO coord_job",
    ]


def test_what_is_written_and_seen_alike_is_said_once() -> None:
    found = list(raised(rule_of(Part)))
    assert f"CREATE POLICY changes ON part FOR UPDATE TO coord_app USING ({_PARTS}) WITH CHECK ({_PARTS})" in found
    assert "GRANT SELECT, INSERT ON part TO coord_app" in found


def test_the_sets_that_rules_ask_for_are_found_in_subqueries_too() -> None:
    assert names_asked(all_rules()) == ["at_social_worker", "scope_programs_run", "user"]
    assert names_asked([rule_of(Part)]) == ["at_social_worker", "scope_programs_run", "user"]
    assert names_asked([rule_of(Word)]) == ["user"]


def test_a_transaction_is_told_the_moment_and_every_set() -> None:
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        told = context_of(worker(HERE, THERE), ["at_social_worker", "scope_x", "user"])
    assert told == {
        "now": "2026-03-01T12:00:00+00:00",
        "at_social_worker": f"{HERE},{THERE}",
        "scope_x": "",
        "user": str(SELF),
    }


def test_the_context_is_one_statement_with_its_values() -> None:
    assert context_statement({"now": "2026-03-01", "user": str(SELF)}) == (
        f"SELECT num_nonnulls(set_config('coord.now', '2026-03-01', true), set_config('coord.user', '{SELF}', true))"
    )
    assert context_statement({}, {"statement_timeout": "2000"}) == (
        "SELECT num_nonnulls(set_config('statement_timeout', '2000', true))"
    )


def test_a_value_of_the_context_stays_a_value_whatever_it_holds() -> None:
    assert context_statement({"a": "x', true); DROP TABLE client; --"}) == (
        "SELECT num_nonnulls(set_config('coord.a', 'x'', true); DROP TABLE client; --', true))"
    )


def test_each_actor_and_each_choice_of_sets_is_told_by_itself() -> None:
    names = ["at_social_worker", "user"]
    with time_machine.travel(datetime(2026, 3, 1, 12, tzinfo=UTC), tick=False):
        assert context_of(worker(HERE), names)["at_social_worker"] == str(HERE)
        assert context_of(worker(THERE), names)["at_social_worker"] == str(THERE)
        assert context_of(worker(HERE), ["user"]).keys() == {"now", "user"}
    assert context_of(worker(HERE), names)["now"] > "2026-03-01T12"


def _role(name: str) -> list[str]:
    return [
        (
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') THEN CREATE ROLE {name} NOLOGIN"
            " NOSUPERUSER NOBYPASSRLS; END IF; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        ),
        (
            f"DO $$ BEGIN IF NOT pg_has_role(current_user, '{name}', 'MEMBER') THEN EXECUTE 'GRANT {name} TO '"
            " || quote_ident(current_user); END IF; END $$"
        ),
        f"GRANT USAGE ON SCHEMA public TO {name}",
    ]


def test_the_roles_own_nothing_and_pass_nothing_by() -> None:
    assert (policies.APP_ROLE, policies.JOB_ROLE) == ("coord_app", "coord_job")
    assert list(roles()) == [*_role("coord_app"), *_role("coord_job")]


def test_the_whole_wall_is_roles_tables_and_the_trails_function() -> None:
    tables = [statement for model in (Thing, Part, Word) for statement in raised(rule_of(model))]
    assert list(walls()) == [*roles(), *tables, "GRANT EXECUTE ON FUNCTION audit_append TO coord_app, coord_job"]


def test_the_wall_comes_down_for_a_migration() -> None:
    assert list(lowered("thing", ["sees", "adds"])) == [
        "DROP POLICY sees ON thing",
        "DROP POLICY adds ON thing",
        "ALTER TABLE thing NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE thing DISABLE ROW LEVEL SECURITY",
        "REVOKE ALL ON thing FROM coord_app, coord_job",
    ]
