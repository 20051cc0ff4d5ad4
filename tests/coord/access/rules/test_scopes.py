"""Scopes: read once from the grants, in one statement, by what each area said."""

from functools import lru_cache
from typing import Any

import anyio
import pytest
from sqlalchemy import Uuid, column, literal, select, table

from coord.access import Grant, Role, Scope, load_with, scopes
from coord.access.scopes import held_at, load_scopes, places_of
from tests.coord.access.rules.things import ELSEWHERE, HERE, HOME, THERE

_GRANTS = (Grant(HERE, Role.SOCIAL_WORKER, HOME), Grant(THERE, Role.SUPERVISOR, HOME))
_THING = table("thing", column("id", Uuid()), column("place", Uuid()))


class _Unit:
    """Notes what is asked, and answers with rows as given."""

    def __init__(self, *rows: tuple[Any, str]) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.answer = rows

    async def rows(self, statement: Any) -> Any:
        compiled = statement.compile()
        values = {name: value for name, value in compiled.params.items() if name in set(Scope)}
        self.asked.append((" ".join(str(compiled).split()), values))
        return self.answer


@pytest.fixture
def areas(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two areas that say where their scopes are, and no other."""
    monkeypatch.setattr(scopes, "_sources", scopes._sources.copy())
    scopes._sources.clear()
    monkeypatch.setattr(scopes, "_together", lru_cache(maxsize=8)(scopes._together.__wrapped__))
    for scope, roles in (
        (Scope.PROGRAMS_RUN, (Role.SOCIAL_WORKER, Role.SUPERVISOR)),
        (Scope.SHARED_WITH, (Role.SUPERVISOR,)),
    ):
        load_with(scope, held_at(*roles), select(_THING.c.id).where(_THING.c.place.in_(places_of(scope))))


def test_every_scope_is_read_in_one_statement_sorted_and_empty_ones_left_out(areas: None) -> None:
    unit = _Unit((THERE, "PROGRAMS_RUN"), (HERE, "PROGRAMS_RUN"))
    found = anyio.run(load_scopes, unit, _GRANTS[::-1])
    assert found == {"PROGRAMS_RUN": (HERE, THERE)}
    ((statement, values),) = unit.asked
    assert values == {"PROGRAMS_RUN": (*sorted([HERE, THERE]),), "SHARED_WITH": (THERE,)}
    assert statement.count("UNION ALL") == 1
    assert "thing.place IN (__[POSTCOMPILE_PROGRAMS_RUN])" in statement
    assert "thing.place IN (__[POSTCOMPILE_SHARED_WITH])" in statement


def test_a_scope_is_not_read_where_no_grant_gives_an_organization(areas: None) -> None:
    worker, nobody = _Unit((HERE, "PROGRAMS_RUN")), _Unit()
    assert anyio.run(load_scopes, worker, _GRANTS[:1]) == {"PROGRAMS_RUN": (HERE,)}
    assert worker.asked[0][1] == {"PROGRAMS_RUN": (HERE,)}
    assert anyio.run(load_scopes, nobody, (Grant(HERE, Role.EVALUATOR, HOME),)) == {}
    assert nobody.asked == []


def test_the_same_organizations_are_asked_by_the_same_statement_others_by_their_own(areas: None) -> None:
    here, again = (scopes._together((("PROGRAMS_RUN", (HERE,)),)) for _ in range(2))
    there = scopes._together((("PROGRAMS_RUN", (THERE,)),))
    assert here is again
    assert [one.compile().params["PROGRAMS_RUN"] for one in (here, there)] == [(HERE,), (THERE,)]


def test_rows_say_to_which_scope_an_id_belongs(areas: None) -> None:
    together = scopes._together((("PROGRAMS_RUN", (HERE,)), ("SHARED_WITH", (THERE,))))
    assert [column.name for column in together.selected_columns] == ["id", "scope"]
    said = [part.selected_columns["scope"].element for part in together.selects]
    assert [one.value for one in said] == [literal("PROGRAMS_RUN").value, literal("SHARED_WITH").value]


def test_the_sets_have_names() -> None:
    assert [scope.value for scope in Scope] == [
        "PROGRAMS_RUN",
        "HOSPITALS_SUPERVISED",
        "EVENTS_HOSTED",
        "SHARED_WITH",
        "REFERRALS_LINKED",
        "RESTRICTED",
    ]
    assert [scope.name for scope in Scope] == [scope.value for scope in Scope]


def test_organizations_are_those_of_the_roles_asked_for() -> None:
    assert held_at(Role.SUPERVISOR)(_GRANTS) == {THERE}
    assert held_at(Role.SUPERVISOR, Role.SOCIAL_WORKER)(_GRANTS) == {HERE, THERE}
    assert held_at(Role.ADMINISTRATOR)((*_GRANTS, Grant(ELSEWHERE, Role.EVALUATOR, HOME))) == set()
