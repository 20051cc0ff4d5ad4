"""Row rules: how predicates are put together, and what a table's rule says."""

from typing import Any

import pytest
from sqlalchemy import Boolean
from sqlalchemy.dialects import postgresql
from sqlmodel import col, select

from coord.access import Retention, rows
from coord.access.rows import (
    FewOf,
    Rule,
    Wall,
    all_of,
    all_rules,
    among,
    any_of,
    beside,
    condition_of,
    everybody,
    nobody,
    one_of,
    protect,
    rule_of,
)
from coord.access.whoever import Contains, Held, Never
from tests.coord.access.rules.things import HERE, THERE, Part, Thing, Word, own_things, protected, things, worker

_ONE, _TWO = f"thing.id = '{HERE.hex}'", f"thing.id IN ('{HERE.hex}', '{THERE.hex}')"


def _text(predicate: Any, dialect: Any = None) -> str:
    return " ".join(str(predicate.compile(dialect=dialect, compile_kwargs={"literal_binds": True})).split())


@pytest.mark.parametrize(
    ("ids", "text"),
    [((HERE,), _ONE), ((HERE, HERE), _ONE), ((HERE, THERE, HERE), _TWO), ([HERE, THERE], _TWO), ((), "false")],
)
def test_one_of_is_an_equality_a_list_or_never(ids: Any, text: str) -> None:
    assert _text(one_of(Thing.id, ids)) == text


def test_one_of_sets_that_the_context_holds() -> None:
    found = one_of(col(Thing.id), Held(("at_any",)))
    assert isinstance(found, Contains)
    assert (found.column, found.held) == (col(Thing.id), Held(("at_any",)))


def test_any_of_leaves_out_what_never_holds() -> None:
    one, two = one_of(Thing.id, [HERE]), one_of(Thing.id, [HERE, THERE])
    assert _text(any_of(one, two)) == f"{_ONE} OR {_TWO}"
    assert _text(any_of(Never(), one, Never())) == _ONE
    assert (_text(any_of(Never())), _text(any_of())) == ("false", "false")
    assert isinstance(any_of(), Never)


def test_all_of_never_holds_where_one_never_does() -> None:
    one, two = one_of(Thing.id, [HERE]), one_of(Thing.id, [HERE, THERE])
    assert _text(all_of(one, two)) == f"{_ONE} AND {_TWO}"
    assert isinstance(all_of(one, Never()), Never)


def test_among_is_a_subquery_or_never() -> None:
    found = among(Part.thing_id, col(Thing.id), one_of(Thing.id, [HERE]))
    asked = _text(select(Part.number).where(found))
    assert asked.endswith(f"WHERE EXISTS (SELECT thing.id FROM thing WHERE thing.id = part.thing_id AND {_ONE})")
    never = Never()
    assert among(Part.thing_id, col(Thing.id), never) is never
    # Also where the statement around holds the same table.
    with_both = _text(select(Part.number, Thing.name).where(found))
    assert "EXISTS (SELECT thing.id FROM thing WHERE" in with_both


def test_a_condition_stands_as_in_a_statement_that_asks_the_table() -> None:
    on_postgresql: Any = postgresql.dialect
    named = among(Part.thing_id, col(Thing.id), col(Thing.name) == "AS holds AS holds")
    found = " ".join(condition_of(Part, named, on_postgresql()).split())
    assert found == (
        "EXISTS (SELECT thing.id FROM thing WHERE thing.id = part.thing_id AND thing.name = 'AS holds AS holds')"
    )
    few = FewOf(Part.thing_id, select(Thing.id))
    assert " ".join(condition_of(Part, few, on_postgresql()).split()) == (
        "part.thing_id = ANY (ARRAY(SELECT thing.id FROM thing))"
    )


def test_few_values_are_read_before_postgresql_looks_at_the_table() -> None:
    found, other = (FewOf(Part.thing_id, select(Thing.id).where(col(Thing.name) == name)) for name in "nm")
    keys: list[Any] = [each._generate_cache_key() for each in (found, other)]
    assert keys[0].key == keys[1].key, "one statement for everybody's values"
    assert [[bound.value for bound in key.bindparams] for key in keys] == [["n"], ["m"]]
    asked = "(SELECT thing.id FROM thing WHERE thing.name = 'n')"
    assert _text(found) == f"part.thing_id IN {asked}"
    on_postgresql: Any = postgresql.dialect
    assert _text(found, on_postgresql()) == f"part.thing_id = ANY (ARRAY{asked})"
    assert isinstance(found.type, Boolean)


def test_a_table_that_a_rule_asks_has_a_name_of_its_own() -> None:
    for table in (Thing, Thing.__table__):  # type: ignore[attr-defined]
        beside_it = beside(table)
        found = among(Part.thing_id, beside_it.c.id, one_of(beside_it.c.id, [HERE]))
        asked = _text(select(Part.number).where(found))
        assert "SELECT asked_thing.id FROM thing AS asked_thing WHERE asked_thing.id = part.thing_id AND" in asked


def test_everybody_and_nobody() -> None:
    assert (_text(everybody(worker())), _text(nobody(worker()))) == ("true", "false")
    assert isinstance(nobody(worker()), Never)


def test_a_table_has_the_rule_that_was_registered() -> None:
    with protected():
        rule = rule_of(Thing)
        assert [each.model for each in all_rules()] == [Thing, Part, Word]
        assert (rule.rows, rule.retention, rule.personal) == (things, Retention.CLINICAL, frozenset({"name"}))
        assert (rule.wall, rule_of(Part).personal) == (Wall(writes=own_things), frozenset())
        assert (rule_of(Word).wall, rule_of(Part).wall.grants) == (Wall(), ("INSERT",))
        protect(Thing, nobody, retention=Retention.SECURITY)
        assert rule_of(Thing) == Rule(Thing, nobody, Retention.SECURITY, frozenset(), Wall())
    assert Thing not in rows._rules


def test_the_wall_gives_what_a_session_shows_unless_more_or_less_is_said() -> None:
    def rule(wall: Wall) -> Rule:
        return Rule(Thing, things, Retention.CLINICAL, frozenset(), wall)

    assert (rule(Wall()).sees, rule(Wall()).writes) == (things, things)
    assert (rule(Wall(sees=everybody)).sees, rule(Wall(sees=everybody)).writes) == (everybody, everybody)
    assert (rule(Wall(writes=nobody)).sees, rule(Wall(writes=nobody)).writes) == (things, nobody)
    both = rule(Wall(sees=everybody, writes=own_things))
    assert (both.sees, both.writes) == (everybody, own_things)


def test_what_is_not_said_of_a_wall() -> None:
    assert (Wall().sees, Wall().writes, Wall().grants) == (None, None, ("INSERT", "UPDATE"))
    assert Rule(Thing, things, Retention.CLINICAL, frozenset()).wall == Wall()
    assert len({Wall(), Wall()}) == 1
    with pytest.raises(AttributeError):
        Wall().grants = ()  # type: ignore[misc]


def test_times_of_keeping_have_names() -> None:
    assert [(kept.name, kept.value) for kept in Retention] == [(kept.name, kept.name.lower()) for kept in Retention]
    assert [kept.value for kept in Retention] == ["clinical", "operational", "reference", "security", "transient"]
