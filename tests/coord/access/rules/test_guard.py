"""The guarded session by itself: a small database in memory, and no wall behind it."""

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import (
    column,
    create_engine,
    delete,
    event,
    func,
    insert,
    literal_column,
    table,
    text,
    union_all,
    update,
)
from sqlalchemy.orm import Session, aliased, make_transient_to_detached
from sqlalchemy.pool import StaticPool
from sqlmodel import col, select

from coord.access import Actor, guard, rows, system
from coord.access.guard import GuardedSession, guarded_info, has_changes, plain_select, refuse_changes
from coord.access.rows import nobody
from coord.kernel.sql import counting
from tests.coord.access.rules.things import ELSEWHERE, HERE, SELF, THERE, Part, Thing, Word, protected, worker

_TEXT = "a scoped session runs no text and no literal columns: they cannot be narrowed"
_CORE = "a scoped session runs ORM statements only: Core parts are not narrowed"
_INSERT = "a scoped session adds rows as objects: insert statements skip the checks at flush"
_MANY = "a scoped session updates by condition: lists of primary keys are not narrowed"
_READS = "a read-only unit writes nothing"
_UNSEEN = "a row that this session did not load cannot be changed through it"
_BULK = "bulk methods skip the checks at flush"
other: Any = aliased(Thing, name="other")
bare: Any = table("thing", column("id"))


@pytest.fixture(autouse=True)
def engine() -> Iterator[Any]:
    """Two things with a part each, and a word."""
    guard._criteria.cache_clear()
    engine = create_engine("sqlite://", poolclass=StaticPool)
    event.listen(engine, "connect", _as_ours)
    Thing.metadata.create_all(engine)
    with Session(engine) as session:
        for each in (HERE, THERE):
            session.add_all([Thing(id=each, home_id=each, name="n"), Part(thing_id=each, number=1)])
        session.add(Word(id=HERE))
        session.commit()
    with protected():
        yield engine


def _as_ours(raw: Any, record: Any) -> None:
    """What connections of the product have."""
    raw.create_function("coord_user", 0, lambda: None)
    record.info.update({"context": {}, "limit": {}})


def _session(engine: Any, actor: Actor, *, read_only: bool = False) -> GuardedSession:
    return GuardedSession(engine, info=guarded_info(actor, read_only=read_only))


def _refused(session: Session, statement: Any, *more: Any) -> str:
    with pytest.raises(AssertionError) as refused:
        session.execute(statement, *more)
    return str(refused.value)


def test_a_session_knows_its_actor_whether_it_writes_and_what_it_has_seen() -> None:
    assert guarded_info(worker(HERE), read_only=True) == {"actor": worker(HERE), "read_only": True, "seen": set()}
    assert guarded_info(worker(HERE), read_only=False)["read_only"] is False


@pytest.mark.parametrize(
    "statement",
    [
        select(Thing.id), select(other.id), select(func.min(Thing.id)), select(Part.thing_id),
        select(Thing.id.label("it")), select(func.min(select(Thing.id).subquery().c.id)),  # type: ignore[attr-defined]
        select(other.id).select_from(Word).join(other, col(Word.id) == col(other.id)),
        select(Thing.id).join(Part, col(Part.thing_id) == col(Thing.id)),
        select(Word.id).where(col(Word.id).in_(select(Thing.id))),
    ],
)  # fmt: skip
def test_statements_give_the_actors_rows_alone(engine: Any, statement: Any) -> None:
    with _session(engine, worker(HERE), read_only=True) as session:
        assert session.scalars(statement).all() == [HERE]


def test_an_alias_in_the_condition_of_a_join_is_narrowed_by_itself(engine: Any) -> None:
    joined = select(Word.id, col(other.id)).outerjoin(other, col(Word.id) == col(other.id))
    with _session(engine, worker(THERE), read_only=True) as session:
        assert list(map(tuple, session.execute(joined))) == [(HERE, None)]
    both = select(Thing.id, col(other.id)).join(other, col(other.id) != col(Thing.id))
    with _session(engine, worker(HERE), read_only=True) as session:
        assert session.execute(both).all() == []
    with _session(engine, worker(HERE, THERE), read_only=True) as session:
        assert sorted(session.execute(both).all()) == [(HERE, THERE), (THERE, HERE)]


def test_what_everybody_reads_is_asked_for_without_a_criterion(engine: Any) -> None:
    criteria = guard._criteria(worker(HERE), frozenset({Word.__table__}))  # type: ignore[attr-defined]
    assert criteria == ()
    with _session(engine, worker(), read_only=True) as session:
        assert session.scalars(select(Word.id)).all() == [HERE]
        assert session.scalars(select(Thing.id)).all() == []


def test_a_rule_that_asks_another_table_brings_that_tables_rule() -> None:
    def names(*models: Any) -> list[str]:
        tables = frozenset(model.__table__ for model in models)
        criteria: Any = guard._criteria(worker(HERE), tables)
        return [each.entity.class_.__name__ for each in criteria]

    assert names(Part) == ["Thing", "Part"] == names(Part, Word) == names(Part, Thing)
    assert names(Thing) == ["Thing"]


def test_a_statement_that_is_kept_is_narrowed_once_for_each_actor(monkeypatch: pytest.MonkeyPatch) -> None:
    statement = select(Thing.id)
    once = guard._narrow_for(worker(HERE), statement)
    assert guard._narrow_for(worker(HERE), statement) is once
    assert guard._narrow_for(worker(THERE), statement) is not once
    assert set(guard._narrowed[statement]) == {worker(HERE), worker(THERE)}
    monkeypatch.setattr(guard, "_MOST_ACTORS", 3)
    guard._narrow_for(worker(ELSEWHERE), statement)
    assert len(guard._narrowed[statement]) == 3
    guard._narrow_for(worker(SELF), statement)
    assert set(guard._narrowed[statement]) == {worker(SELF)}
    before = len(guard._narrowed)
    del statement, once
    gc.collect()
    assert len(guard._narrowed) < before


def test_numbers_of_what_is_kept() -> None:
    assert (guard._MOST_ACTORS, guard._criteria.cache_info().maxsize) == (64, 4096)


_things = Thing.__table__  # type: ignore[attr-defined]
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "core": (_things.select, _CORE),
    "core insert": (_things.insert, _CORE),
    "text": (lambda: text("SELECT id FROM thing"), _CORE),
    "from text": (lambda: select(Thing).from_statement(text("SELECT * FROM thing")), _TEXT),
    "textual columns": (lambda: select(Thing).from_statement(text("SELECT * FROM thing").columns(Thing.id)), _TEXT),  # type: ignore[arg-type]
    "a condition": (lambda: select(Thing.id).where(text("1 = 1")), _TEXT),
    "a literal column": (lambda: select(Thing.id, literal_column("(SELECT name FROM thing)")), _TEXT),
    "a named literal column": (lambda: select(Thing.id, literal_column("(SELECT name FROM thing)").label("x")), _TEXT),
    "a made-up table": (lambda: select(Thing.id).select_from(table("part")), _TEXT),
    "insert": (lambda: insert(Thing).values(id=SELF, home_id=HERE, name=""), _INSERT),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_narrowed_is_refused(engine: Any, name: str) -> None:
    made, said = REFUSED[name]
    with _session(engine, worker(HERE)) as session:
        assert _refused(session, made()) == said


@pytest.mark.parametrize("harmless", ["*", "1"])
def test_two_literals_are_harmless(engine: Any, harmless: str) -> None:
    with _session(engine, worker(HERE), read_only=True) as session:
        found = session.execute(select(func.count(literal_column(harmless))).select_from(Thing)).scalar()
    assert found == 1


def test_a_list_of_primary_keys_is_refused(engine: Any) -> None:
    with _session(engine, worker(HERE)) as session:
        assert _refused(session, update(Thing), [{"id": THERE, "name": "x"}]) == _MANY


def test_changes_by_condition_touch_the_actors_rows_alone(engine: Any) -> None:
    with _session(engine, worker(HERE)) as session:
        session.execute(update(Thing).values(name="x"))
        session.execute(delete(Part))
        session.commit()
    with Session(engine) as session:
        assert session.scalars(select(Thing.name).order_by(col(Thing.id))).all() == ["x", "n"]
        assert session.scalars(select(Part.thing_id)).all() == [THERE]


@pytest.mark.parametrize("statement", [update(Thing).values(name="x"), delete(Thing), insert(Word).values(id=SELF)])
def test_a_reading_session_writes_nothing(engine: Any, statement: Any) -> None:
    for actor in (worker(HERE), system("x", "why")):
        with _session(engine, actor, read_only=True) as session:
            assert _refused(session, statement) == _READS
            assert session.scalars(select(Word.id)).all() == [HERE]


def test_a_part_of_the_system_sees_and_runs_everything(engine: Any) -> None:
    with _session(engine, system("x", "why")) as session:
        assert session.scalars(select(Thing.id)).all() == [HERE, THERE]
        assert session.execute(text("SELECT count(*) FROM thing")).scalar() == 2
        session.execute(insert(Word).values(id=SELF))


def test_a_statement_with_a_reason_is_not_narrowed(engine: Any) -> None:
    with _session(engine, worker(HERE)) as session:
        assert (
            session.execute(text("SELECT count(*) FROM thing"), execution_options={"unscoped_reason": "why"}).scalar()
            == 2
        )
        assert _refused(session, text("SELECT 1").execution_options(unscoped_reason="")) == _CORE
        assert _refused(session, text("SELECT 1").execution_options(other_reason="why")) == _CORE


def test_only_a_statement_that_counts_looks_at_restricted_people(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Actor] = []

    def _narrow_for(actor: Actor, statement: Any) -> Any:
        asked.append(actor)
        return statement

    monkeypatch.setattr(guard, "_narrow_for", _narrow_for)
    restricted = worker(HERE, PROGRAMS_RUN=(THERE,), RESTRICTED=(HERE,))
    for statement in (select(Thing.id), counting(select(Thing.id)), select(Thing.id).execution_options(other=True)):
        _session(engine, restricted).execute(statement)
    assert asked == [restricted, worker(HERE, PROGRAMS_RUN=(THERE,)), restricted]


def _plainly(engine: Any, statement: Any) -> list[Any]:
    """What a bare connection finds by a statement, None where it may not run it."""
    narrowed = plain_select(worker(HERE), statement)
    assert narrowed is not None
    with engine.connect() as connection:
        return list(connection.execute(narrowed).scalars())


def test_a_select_of_columns_is_narrowed_for_a_connection_as_for_a_session(engine: Any) -> None:
    for statement, seen in (
        (select(Thing.id), [HERE]),
        (select(func.count(), Thing.home_id).group_by(col(Thing.home_id)), [1]),
        (select(other.id), [HERE]),
        (select(Word.id).where(col(Word.id).in_(select(Thing.id))), [HERE]),
        (select(other.id).select_from(Word).join(other, col(other.id) != col(Word.id)), []),
        (union_all(select(Thing.id), select(other.id)), [HERE, HERE]),
    ):
        assert _plainly(engine, statement) == _session(engine, worker(HERE)).scalars(statement).all() == seen


@pytest.mark.parametrize(
    "statement",
    [
        select(Thing), select(Thing.id, Thing), select(Thing, Thing.id), select(other),
        union_all(select(Thing.id), select(Thing.__table__)), union_all(select(Thing.id), select(bare)),  # type: ignore[attr-defined]
        select(bare.c.id), select(Thing.__table__.c.id),  # type: ignore[attr-defined]
        update(Thing).values(name="x"), delete(Thing), insert(Word).values(id=SELF), text("SELECT 1"),
    ],
)  # fmt: skip
def test_what_makes_objects_changes_something_or_is_not_known_to_mappers_needs_the_session(statement: Any) -> None:
    for actor in (worker(HERE), system("x", "why")):
        assert plain_select(actor, statement) is None


def test_text_in_a_select_of_columns_is_refused_either_way() -> None:
    with pytest.raises(AssertionError) as refused:
        plain_select(worker(HERE), select(Thing.id, literal_column("name")))
    assert str(refused.value) == _TEXT


def test_a_select_of_columns_is_left_as_it_is_for_the_system_and_for_a_reason(engine: Any) -> None:
    every = select(Thing.id)
    assert plain_select(system("x", "why"), every) is every
    reasoned = every.execution_options(unscoped_reason="why")
    assert plain_select(worker(HERE), reasoned) is reasoned
    for other_reason in ({"unscoped_reason": ""}, {"other_reason": "why"}):
        assert _plainly(engine, every.execution_options(**other_reason)) == [HERE]


def test_a_select_of_columns_that_counts_looks_at_restricted_people(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Actor] = []

    def _narrow_for(actor: Actor, statement: Any) -> Any:
        asked.append(actor)
        return statement

    monkeypatch.setattr(guard, "_narrow_for", _narrow_for)
    restricted = worker(HERE, PROGRAMS_RUN=(THERE,), RESTRICTED=(HERE,))
    for statement in (select(Thing.id), counting(select(Thing.id)), select(Thing.id).execution_options(other=True)):
        assert plain_select(restricted, statement) is statement
    assert asked == [restricted, worker(HERE, PROGRAMS_RUN=(THERE,)), restricted]


@pytest.mark.parametrize("how", ["new", "dirty", "deleted"])
def test_a_session_knows_what_it_has_not_sent_yet(engine: Any, how: str) -> None:
    with _session(engine, worker(HERE)) as session:
        row = session.get_one(Thing, HERE)
        assert has_changes(session) is False
        if how == "new":
            session.add(Thing(id=SELF, home_id=HERE))
        elif how == "dirty":
            row.name = "x"
        else:
            session.delete(row)
        assert has_changes(session) is True
        session.flush()
        assert has_changes(session) is False


def test_rows_that_the_session_loaded_or_made_are_changed(engine: Any) -> None:
    with _session(engine, worker(HERE)) as session:
        loaded = session.get_one(Thing, HERE)
        loaded.name = "loaded"
        made = Thing(id=SELF, home_id=HERE)
        session.add(made)
        session.flush()
        made.name = "made"
        session.commit()
        session.delete(made)
        session.commit()
    with Session(engine) as session:
        assert session.scalars(select(Thing.name).order_by(col(Thing.id))).all() == ["loaded", "n"]


@pytest.mark.parametrize("remove", [True, False])
def test_a_row_made_up_as_loaded_is_neither_changed_nor_deleted(engine: Any, *, remove: bool) -> None:
    with _session(engine, worker(HERE)) as session:
        # Another row was loaded: seeing something is not having seen this.
        assert session.get(Thing, HERE) is not None
        row = Thing(id=THERE, home_id=THERE, name="n")
        make_transient_to_detached(row)
        session.add(row)
        if remove:
            session.delete(row)
        else:
            row.name = "taken"
        with pytest.raises(AssertionError) as refused:
            session.flush()
    assert str(refused.value) == _UNSEEN


@pytest.mark.parametrize("how", ["new", "dirty", "deleted"])
def test_a_reading_session_that_holds_a_change_is_refused(engine: Any, how: str) -> None:
    with _session(engine, worker(HERE), read_only=True) as session:
        refuse_changes(session)
        row = session.get_one(Thing, HERE)
        refuse_changes(session)
        if how == "new":
            session.add(Thing(id=SELF, home_id=HERE))
        elif how == "dirty":
            row.name = "x"
        else:
            session.delete(row)
        with pytest.raises(AssertionError) as refused:
            refuse_changes(session)
        with pytest.raises(AssertionError) as at_flush:
            session.flush()
        assert (str(refused.value), str(at_flush.value)) == (_READS, _READS)


def test_bulk_methods_are_refused(engine: Any) -> None:
    session = _session(engine, worker(HERE))
    calls: Any = (
        (session.bulk_save_objects, ([],)),
        (session.bulk_insert_mappings, (Thing, [])),
        (session.bulk_update_mappings, (Thing, [])),
    )
    for method, arguments in calls:
        with pytest.raises(AssertionError) as refused:
            method(*arguments)
        assert str(refused.value) == _BULK


def test_narrowed_statements_share_one_text_under_one_key(engine: Any) -> None:
    """The criterion keeps the key of its base: without it every statement would be compiled anew."""
    one, same, other_place = (guard._narrow_for(worker(place), select(Thing.id)) for place in (HERE, HERE, THERE))
    keys = [statement._generate_cache_key() for statement in (one, same, other_place)]
    assert None not in keys
    assert keys[0].key == keys[1].key == keys[2].key


def test_rules_are_looked_up_as_they_are_now(engine: Any) -> None:
    rows.protect(Word, nobody, retention=rows.Retention.REFERENCE)
    with _session(engine, worker(HERE), read_only=True) as session:
        assert session.scalars(select(Word.id)).all() == []
