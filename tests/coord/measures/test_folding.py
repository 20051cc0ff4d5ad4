"""Folding: all of it or nothing, once whoever does it, checked by night; and who sees what is kept ready."""

from collections.abc import Sequence
from typing import Any
from unittest import mock

import anyio
import pytest
from sqlalchemy import update
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ColumnClause
from sqlmodel import SQLModel, col

from coord.access import Actor
from coord.contacts.tables import ServiceContact
from coord.kernel.sql import select
from coord.measures import MEASURES
from coord.measures.drill import drill_down
from coord.measures.facts import SOURCES
from coord.measures.rollups import checking, folding
from coord.measures.rollups.checking import check, check_sample
from coord.measures.rollups.folding import FOLDER, SUMS, fold
from coord.measures.rollups.making import make
from coord.measures.rollups.recounting import parts_of
from coord.measures.rollups.rules import Along
from coord.measures.rollups.streams import STREAMS, SUMMED
from coord.measures.rollups.tables import ContactChange, MeasurePair, MeasureState, MeasureSum, PresenceChange
from coord.notices.tables import Notice
from coord.programs import ProgramFacts, program_by_code
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import asked, contact, log, signed_in, stored, total
from tests.coord.measures.rolling import agree, answer, caught_up, watched
from tests.queries import counting
from tests.world import BUILDER, CHEN, HUANG, LIN, NORTH, NORTH_GROUP, NORTH_MEMBERS, PROGRAM, PROGRAM_ID, cast
from workers.run import run_waiting

pytestmark = pytest.mark.anyio
ALL = 5000


async def program() -> ProgramFacts:
    """The cast's program."""
    async with begin(FOLDER, read_only=True) as unit:
        return await program_by_code(unit, PROGRAM)


async def some_contacts() -> None:
    """Two people in two months, a session, and one that did not take place."""
    for client, day in ((LIN, "2026-03-03"), (CHEN, "2026-03-09"), (LIN, "2026-05-04"), (HUANG, "2026-05-05")):
        await log(contact(client=str(client), occurred_on=day))
    session = {"client": None, "service_code": "GROUP_SESSION", "group": str(NORTH_GROUP)}
    await log(contact(**session, attendees=[str(NORTH_MEMBERS[0])], occurred_on="2026-05-06"))
    await log(contact(attendance="NO_SHOW", occurred_on="2026-05-07"))


async def fold_now(most: int = ALL) -> int:
    """One transaction of folding."""
    facts = await program()
    async with begin(FOLDER) as unit:
        return await fold(unit, facts, most)


async def waiting_changes() -> int:
    """How many changes are not folded."""
    return len(await stored(ContactChange)) + len(await stored(PresenceChange))


async def test_every_write_of_facts_leaves_its_changes_and_a_fold_takes_them(database: Database) -> None:
    await caught_up()
    await some_contacts()
    assert (len(await stored(ContactChange)), len(await stored(PresenceChange))) == (6, 5)
    assert await fold_now() == 11
    assert await waiting_changes() == 0
    assert await agree(cast.ola, asked(("2026-01-01", "2026-12-31"), "MONTH"))


async def test_a_change_that_measures_do_not_look_at_leaves_nothing(database: Database) -> None:
    await some_contacts()
    await caught_up()
    async with begin(BUILDER) as unit:
        locked = update(ServiceContact).values(status="LOCKED").where(col(ServiceContact.hospital_id) == NORTH)
        await unit.session.run(locked.execution_options(synchronize_session=False))
    assert await waiting_changes() == 0


async def test_a_figure_is_current_before_its_changes_are_folded(database: Database) -> None:
    await caught_up()
    await some_contacts()
    with watched() as found:
        figures = await total()
    assert found == [True]
    expected = {
        "contacts": 5,
        "person_times": 5,
        "persons": 4,
        "new_persons": 4,
        "groups": 1,
        "attempts_not_delivered": 1,
    }
    assert {name: figures[name] for name in expected} == expected


async def test_where_too_much_waits_the_rows_are_counted(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coord.measures.rollups.answering.MOST_WAITING", 5)
    await caught_up()
    await some_contacts()
    assert not await agree(cast.ola, asked())
    await caught_up()
    assert await agree(cast.ola, asked())


async def test_a_fold_that_breaks_off_leaves_everything_as_it_was(database: Database) -> None:
    await caught_up()
    await some_contacts()
    for step in ("add_to", "_forget"):
        with mock.patch.object(folding, step, side_effect=OSError), pytest.raises(OSError, match=r"^$"):
            await fold_now()
        assert await waiting_changes() == 11
        assert [row for row in await stored(MeasureSum) if row.contacts] == []
    assert await fold_now() == 11
    assert await agree(cast.ola, asked(("2026-01-01", "2026-12-31"), "HOSPITAL", "MONTH"))


async def test_two_who_fold_at_once_fold_everything_once(real_database: Database) -> None:
    await caught_up()
    await some_contacts()
    folded: list[int] = []

    async def one() -> None:
        folded.extend([await fold_now(2) for _ in range(6)])

    async with anyio.create_task_group() as group:
        for _ in range(3):
            group.start_soon(one)
        group.start_soon(some_contacts)
    await caught_up()
    assert sum(folded) > 0
    assert await waiting_changes() == 0
    assert await agree(cast.ola, asked(("2026-01-01", "2026-12-31"), "SERVICE_CODE", "MONTH"))


async def test_what_is_written_while_everything_is_made_anew_is_counted_once(real_database: Database) -> None:
    await some_contacts()
    facts = await program()
    async with anyio.create_task_group() as group:
        group.start_soon(make, facts)
        group.start_soon(some_contacts)
    assert await agree(cast.ola, asked(("2026-01-01", "2026-12-31"), "MONTH"))
    await caught_up()
    assert await agree(cast.ola, asked(("2026-01-01", "2026-12-31"), "MONTH"))


async def test_figures_are_the_rows_behind_them_when_they_come_from_rollups(database: Database) -> None:
    await caught_up()
    await some_contacts()
    figures = await total()
    async with begin(cast.ola, read_only=True) as unit:
        for name in (name for name in MEASURES if figures[name]):
            assert (await drill_down(unit, asked(), name, {}, size=100)).figure == figures[name], name


async def test_a_question_sends_as_many_statements_however_much_there_is(database: Database) -> None:
    await log(contact())
    await caught_up()
    query = asked(("2026-01-01", "2026-12-31"), "HOSPITAL")
    sent = []
    for _ in range(2):
        with counting() as found:
            await answer(cast.ola, query)
        sent.append(len(found))
        for _ in range(3):
            await some_contacts()
        await caught_up()
    assert sent[0] == sent[1]


async def test_a_meaning_that_changed_is_counted_anew(database: Database) -> None:
    await some_contacts()
    await caught_up()
    async with begin(BUILDER) as unit:
        state = await unit.session.get(MeasureState, PROGRAM_ID)
        assert state is not None
        state.digest = "of other definitions"
    assert not await agree(cast.ola, asked())
    await caught_up()
    assert await agree(cast.ola, asked())


async def test_by_night_a_wrong_figure_is_found_put_right_and_told(database: Database) -> None:
    await some_contacts()
    await caught_up()
    with mock.patch.object(checking, "SAMPLE", 200):
        assert {each.wrong for each in await check_sample()} == {0}
    async with begin(BUILDER) as unit:
        wrong = update(MeasureSum).where(col(MeasureSum.month) == "2026-05").values(contacts=99)
        await unit.session.run(wrong.execution_options(synchronize_session=False))
    facts, found = await program(), []
    changed = [row for row in await stored(MeasureSum) if row.month == "2026-05"]
    for part in parts_of(facts, (NORTH,)):
        async with begin(FOLDER) as unit:
            found.append(await check(unit, part))
    assert sum(each.wrong for each in found if each) == len(changed) > 0
    assert await agree(cast.ola, asked(("2026-01-01", "2026-12-31"), "SERVICE_CODE"))
    await run_waiting()
    told = [notice for notice in await stored(Notice) if notice.kind == "FIGURES_REPAIRED"]
    assert {notice.user_id for notice in told} == {cast.adam.user_id}


async def seen(actor: Actor, model: Any) -> Sequence[Any]:
    """The rows that somebody sees."""
    async with begin(actor, read_only=True) as unit:
        rows: Sequence[Any] = await unit.scalars(select(model))
        return rows


async def test_a_hospital_sees_its_own_figures_and_nobody_elses(database: Database) -> None:
    await some_contacts()
    await caught_up()
    await some_contacts()
    for name, is_own in (("sam", True), ("nia", False), ("fatima", False)):
        actor = await signed_in(name)
        pairs = await seen(actor, MeasurePair)
        assert {row.place_id for row in pairs} == ({NORTH} if is_own else set()), name
        assert [row for row in pairs if row.along == Along.MET] == [], name
        assert bool(await seen(actor, MeasureSum)) == bool(await seen(actor, PresenceChange)) == is_own, name
    assert {row.place_id for row in await seen(cast.ola, MeasurePair)} == {NORTH, PROGRAM_ID}


def _asked(expression: Any, model: type[SQLModel]) -> set[str]:
    """The columns of a table that an expression looks at."""
    table = str(model.__tablename__)
    parts = (part for part in visitors.iterate(expression) if isinstance(part, ColumnClause) and part.table is not None)
    return {part.key for part in parts if getattr(part.table, "name", "") == table}


def test_a_change_says_everything_that_its_measures_look_at() -> None:
    for stream in STREAMS:
        measures = [m for facts in stream.facts for m in SUMMED[facts]] + ([stream.things] if stream.things else [])
        for measure in measures:
            source = SOURCES[measure.facts]
            parts = [*source.counts, *measure.rows, source.day, measure.row_value, measure.distinct]
            needed = {n for part in parts if hasattr(part, "__clause_element__") or hasattr(part, "get_children")
                      for n in _asked(getattr(part, "__clause_element__", lambda part=part: part)(), stream.source)}  # fmt: skip
            assert needed, measure.name
            assert needed <= set(stream.change.model_fields), measure.name


def test_every_measure_that_adds_up_has_its_column() -> None:
    assert {measure.name for measures in SUMMED.values() for measure in measures} == set(SUMS)
