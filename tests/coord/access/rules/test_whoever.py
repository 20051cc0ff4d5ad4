"""Whoever asks: the same rule as SQL of both databases, and the sets that it asks for."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import Boolean, Uuid, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from coord.access import Actor, Grant, Role, system
from coord.access.roles import EVERYONE
from coord.access.whoever import (
    NOW,
    USER,
    Asker,
    Contains,
    Held,
    Moment,
    Never,
    Whoever,
    moment,
    setting,
    value_of,
    whoever,
)
from tests.coord.access.rules.things import ABROAD, HERE, HOME, SELF, THERE, Thing

_POSTGRES, _SQLITE = postgresql.dialect(), sqlite.dialect()  # type: ignore[no-untyped-call]
_HELD = Held(("at_any", "scope_x"))


def _both(element: Any) -> tuple[str, str]:
    return tuple(str(element.compile(dialect=dialect)) for dialect in (_POSTGRES, _SQLITE))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("element", "on_postgresql", "on_sqlite"),
    [
        (
            Contains(col(Thing.id), _HELD),
            (
                "thing.id = ANY ((SELECT string_to_array(concat_ws(',', nullif(current_setting('coord.at_any', true), ''),"
                " nullif(current_setting('coord.scope_x', true), '')), ',')::uuid[])::uuid[])"
            ),
            "thing.id IN (SELECT value FROM json_each(coord_ids('at_any,scope_x')))",
        ),
        (Asker(), "(SELECT nullif(current_setting('coord.user', true), '')::uuid)", "(SELECT coord_user())"),
        (Moment(), "(SELECT nullif(current_setting('coord.now', true), '')::timestamptz)", "(SELECT coord_now())"),
        (Never(), "false", "coord_user() = ''"),
    ],
    ids=["contains", "asker", "moment", "never"],
)
def test_what_the_database_is_asked(element: Any, on_postgresql: str, on_sqlite: str) -> None:
    assert _both(element) == (on_postgresql, on_sqlite)


def test_a_column_is_written_as_its_statement_needs_it() -> None:
    """What belongs to the statement around is handed on: an ORDER BY inside of a label, literals instead of binds."""
    bound = Contains(col(Thing.name) + "x", Held(("a",)))
    for dialect in (_POSTGRES, _SQLITE):
        text = str(bound.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
        assert text.startswith("thing.name || 'x' ")


def test_elements_have_types_and_are_cached_only_where_they_are_all_alike() -> None:
    kinds: dict[type[Any], tuple[type[Any], bool]] = {
        Contains: (Boolean, False), Asker: (Uuid, False), Moment: (UTCDateTime, False), Never: (Boolean, True),
    }  # fmt: skip
    assert {kind: (type(kind.type), kind.inherit_cache) for kind in kinds} == kinds
    assert select(Never())._generate_cache_key() == select(Never())._generate_cache_key()
    assert select(Never())._generate_cache_key() is not None
    for uncached in (Contains(col(Thing.id), _HELD), Asker(), Moment()):
        assert select(uncached)._generate_cache_key() is None


def test_names_of_what_every_unit_tells() -> None:
    assert (USER, NOW, setting("x")) == ("user", "now", "nullif(current_setting('coord.x', true), '')")


def test_the_moment_is_the_clocks_for_a_person_and_the_databases_for_whoever_asks() -> None:
    assert isinstance(moment(whoever()), Moment)
    asked: Any = moment(Actor(SELF, "N"))
    assert (type(asked.type), asked.key.startswith("%(")) == (UTCDateTime, True)
    for day in (1, 2):
        with time_machine.travel(datetime(2026, 3, day, tzinfo=UTC), tick=False):
            assert asked.effective_value == datetime(2026, 3, day, tzinfo=UTC)


def test_whoever_asks_has_named_sets_instead_of_ids() -> None:
    asker: Any = whoever()
    assert [type(asker), type(asker.user_id)] == [Whoever, Asker]
    assert (asker.name, asker.permissions) == ("", EVERYONE)
    assert asker.at() == Held(("at_any",))
    assert asker.at(Role.SUPERVISOR, Role.EVALUATOR) == Held(("at_supervisor", "at_evaluator"))
    assert asker.directories() == Held(("directory_any",))
    assert asker.directories(Role.SUPERVISOR) == Held(("directory_supervisor",))
    assert asker.administers() == Held(("administers",))
    assert asker.scope("PROGRAMS_RUN") == Held(("scope_programs_run",))
    assert asker.at(Role.SUPERVISOR) + asker.scope("X") == Held(("at_supervisor", "scope_x"))


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("user", (SELF,)), ("at_any", (HERE, THERE, ABROAD)), ("directory_any", (HOME, ABROAD)),
        ("administers", (ABROAD,)), ("at_social_worker", (HERE,)), ("at_supervisor", (THERE,)),
        ("at_administrator", (ABROAD,)), ("at_evaluator", ()), ("directory_social_worker", (HOME,)),
        ("directory_administrator", (ABROAD,)), ("directory_evaluator", ()), ("scope_programs_run", (HERE,)),
        ("scope_events_hosted", ()),
    ],
)  # fmt: skip
def test_each_set_has_the_ids_of_a_real_actor(name: str, ids: tuple[UUID, ...]) -> None:
    grants = [
        Grant(HERE, Role.SOCIAL_WORKER, HOME),
        Grant(THERE, Role.SUPERVISOR, HOME),
        Grant(ABROAD, Role.ADMINISTRATOR, ABROAD),
    ]
    assert value_of(Actor.of(SELF, "N", "en", grants, {"PROGRAMS_RUN": (HERE,)}), name) == ids


def test_a_part_of_the_system_is_nobody() -> None:
    assert value_of(system("x", "why"), "user") == (UUID(int=0),)
