"""What comes back is sent again as it was, with the values of this run, and nobody is answered by somebody else's rows."""

import gc
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import bindparam, event, literal, union_all
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord.access import Actor
from coord.clients.tables import Client
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.work import begin, sending
from coord.work.engine import Database
from tests.coord.making import contact, log, stored
from tests.queries import heard_by_the_driver
from tests.world import BUILDER, LIN, NORTH, PROGRAM_ID, SOUTH, cast

pytestmark = pytest.mark.anyio
POSTGRESQL = pytest.mark.parametrize("real_database", ["postgresql"], indirect=True)


async def ask(statement: Any, actor: Actor = BUILDER, **given: Any) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    async with begin(actor, read_only=True) as unit:
        return list(map(tuple, await unit.rows(statement, **given)))


async def test_rows_are_the_same_whichever_way_they_were_fetched(database: Database) -> None:
    await log(contact())
    every: Any = (ServiceContact, Organization, Client)
    for model in every:
        statement = select(*(getattr(model, name) for name in model.model_fields)).order_by(col(model.id))
        first = await ask(statement)
        assert first
        assert first == await ask(statement) == await ask(statement)


async def test_each_run_has_its_own_values(database: Database) -> None:
    await log(contact(occurred_on="2026-03-02"))
    named = select(Client.code).where(Client.id == bindparam("one")).order_by(col(Client.code))
    assert await ask(named, one=LIN) == await ask(named, one=LIN) == [("NORTH-0001",)]
    assert await ask(named, one=UUID(int=1)) == []
    of_day = select(ServiceContact.id).where(ServiceContact.occurred_on == bindparam("day"))
    assert [len(await ask(of_day, day=date(2026, 3, day))) for day in (2, 3, 2)] == [1, 0, 1]


async def test_lists_of_any_length_have_their_places(database: Database) -> None:
    among = select(Organization.id).where(col(Organization.id).in_(bindparam("ids", expanding=True)))
    for ids in ([NORTH], [NORTH, SOUTH], [], [SOUTH]):
        assert {row[0] for row in await ask(among, ids=ids)} == set(ids)


async def test_a_value_that_each_run_makes_is_made_in_each(database: Database) -> None:
    made = iter(range(3))
    statement = select(Client.id, bindparam("turn", callable_=lambda: next(made))).where(Client.id == LIN)
    assert [(await ask(statement))[0][1] for _ in range(3)] == [0, 1, 2]


async def test_the_same_statement_shows_each_person_their_own_rows(database: Database) -> None:
    statement = select(Client.id)
    every = union_all(select(Client.id, literal("a").label("part")), select(Client.id, literal("b").label("part")))
    for _ in range(3):
        assert (len(await ask(statement, cast.sam)), len(await ask(statement, cast.nia))) == (13, 2)
        assert (len(await ask(every, cast.sam)), len(await ask(every, cast.nia))) == (26, 4)


async def test_what_waits_in_a_unit_is_seen_by_what_it_asks_next(database: Database) -> None:
    codes = select(Client.code).where(Client.hospital_id == NORTH, col(Client.code).like("NORTH-9%"))
    for code in ("NORTH-91", "NORTH-92"):
        async with begin(BUILDER) as unit:
            unit.add(Client(program_id=PROGRAM_ID, hospital_id=NORTH, code=code))
            assert code in await unit.scalars(codes)


async def _broken(code: str) -> None:
    async with begin(BUILDER) as unit:
        unit.later("never")
        unit.add(Client(program_id=PROGRAM_ID, hospital_id=NORTH, code=code))
        with pytest.raises(IntegrityError):
            await unit.session.flush()
        await unit.scalars(select(Client.code))


async def test_a_unit_whose_changes_were_refused_goes_no_further(real_database: Database) -> None:
    with pytest.raises(AssertionError, match="rolled back"):
        await _broken("NORTH-0001")
    assert len(await stored(Client)) == 15


@POSTGRESQL
async def test_a_reading_unit_takes_a_turn_to_begin_and_one_for_each_statement(real_database: Database) -> None:
    statement = select(Client.id)
    await ask(statement, cast.sam)
    sent: list[str] = []
    with heard_by_the_driver(lambda text, _values: sent.append(" ".join(text.split()))):
        for _ in range(2):
            await ask(statement, cast.sam)
    begun = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT num_nonnulls(set_config('coord.now', "
    assert [text.startswith(begun) for text in sent] == [True, False] * 2
    assert sent[1] == sent[3]


@POSTGRESQL
async def test_the_commit_comes_along_with_the_trail(real_database: Database) -> None:
    await log(contact())
    sent: list[str] = []
    with heard_by_the_driver(lambda text, _values: sent.append(text)):
        await log(contact())
    assert sent[0].startswith("BEGIN READ WRITE; SELECT num_nonnulls(")
    assert sent[-1].startswith("SELECT audit_append(")
    assert sent[-1].endswith("; COMMIT")


@POSTGRESQL
async def test_what_comes_back_goes_to_the_driver_alone(real_database: Database) -> None:
    """Nothing that a person sees would change without it: it would only be as slow as it was."""
    named, heard = select(Client.code).where(Client.id == bindparam("one")), list[str]()
    engine = real_database.people.engine.sync_engine

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        heard.append(statement)

    await ask(named, cast.sam, one=LIN)
    event.listen(engine, "before_cursor_execute", hear)
    assert await ask(named, cast.sam, one=LIN) == [("NORTH-0001",)]
    assert heard == []
    assert await ask(named, cast.nia, one=LIN) == []
    event.remove(engine, "before_cursor_execute", hear)
    assert len(heard) == 1, "of another person it is another statement"


async def _ask_once(numbers: range) -> int:
    """Ask each number by statements of its own; how many statements are known afterwards."""
    for number in numbers:
        once = select(Client.id, literal(number).label("number")).where(Client.code != str(number))
        assert len(await ask(union_all(once, once), cast.sam)) == len(await ask(once, cast.sam)) * 2
    once = None
    gc.collect()
    return len(sending._sent)  # noqa: SLF001  that it does not grow is seen nowhere else


@POSTGRESQL
async def test_a_statement_that_nobody_keeps_is_forgotten(real_database: Database) -> None:
    """But the one of its kind of which SQLAlchemy keeps what it compiled."""
    assert await _ask_once(range(10)) == await _ask_once(range(10, 40))
