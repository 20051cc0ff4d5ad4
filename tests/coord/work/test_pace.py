"""Limits per person and hour: counted with the act itself, through every door, also for two acts at one moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor
from coord.cases.exporting import export_case
from coord.clients import cards, clients, find_clients, identities
from coord.clients.inputs import Likeness
from coord.clients.matching import likely_doubles
from coord.contacts import ContactFilter
from coord.contacts.importing import RequestImport, request_import
from coord.kernel.errors import NotFound, TooOften
from coord.kernel.paging import PageRequest
from coord.measures import ProgressQuery
from coord.measures.exporting import export_contacts, export_hospitals, export_measures
from coord.people import people
from coord.periods.export import export_month
from coord.periods.inputs import MonthOf
from coord.work import Unit, begin, pace
from coord.work.engine import Database
from coord.work.pace import Pace, keep_pace
from coord.work.tables import PaceCount
from tests.coord.making import asked, stored
from tests.world import BUILDER, LIN, NORTH, PROGRAM, cast

pytestmark = pytest.mark.anyio
START = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
Act = Callable[[Unit], Awaitable[Any]]
LIN_ALONE = Likeness(name="林小满", birth_year=None)


def _month(unit: Unit) -> Awaitable[Any]:
    return export_month(unit, MonthOf.parse({"program": PROGRAM, "hospital": str(NORTH), "month": "2026-09"}))


def _book(unit: Unit) -> Awaitable[Any]:
    given = {"program": PROGRAM, "hospital": str(NORTH), "file_name": "a.xlsx", "month": "2026-09", "dry_run": True}
    return request_import(unit, RequestImport.parse(given))


# Every act that is counted, by the kind that counts it, with somebody who may do it.
ACTS: dict[str, tuple[Pace, Actor, Act]] = {
    "a card": (Pace.NAMES, cast.sam, lambda unit: cards(unit, [LIN])),
    "an identity": (Pace.NAMES, cast.sam, lambda unit: identities(unit, [LIN])),
    "a search by name": (Pace.SEARCHES, cast.sam, lambda unit: find_clients(unit, "nobody at all")),
    "a search in the list": (Pace.SEARCHES, cast.ola, lambda unit: clients(unit, ("id",), PageRequest(5), search="x")),
    "a search for doubles": (Pace.SEARCHES, cast.sam, lambda unit: likely_doubles(unit, LIN_ALONE)),
    "a search for staff": (Pace.SEARCHES, cast.adam, lambda unit: people(unit, text="sam")),
    "contacts": (Pace.EXPORTS, cast.ola, lambda unit: export_contacts(unit, ContactFilter())),
    "figures": (Pace.EXPORTS, cast.ola, lambda unit: export_measures(unit, asked())),
    "hospitals": (Pace.EXPORTS, cast.ola, lambda unit: export_hospitals(unit, ProgressQuery(program=PROGRAM))),
    "a month": (Pace.EXPORTS, cast.sam, _month),
    "a case": (Pace.EXPORTS, cast.sam, lambda unit: export_case(unit, LIN)),
    "a workbook": (Pace.IMPORTS, cast.sam, _book),
}


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> dict[Pace, int]:
    """Limits of two each; a test may change them."""
    kept = dict.fromkeys(Pace, 2)
    monkeypatch.setattr(pace, "limit_of", lambda kind: kept[kind])
    return kept


async def _do(actor: Actor, act: Act) -> None:
    async with begin(actor) as unit:
        await act(unit)


@pytest.mark.parametrize("name", ACTS)
async def test_each_act_that_shows_or_takes_much_is_counted_and_refused_beyond_the_limit(
    database: Database, limits: dict[Pace, int], name: str
) -> None:
    kind, actor, act = ACTS[name]
    limits[kind] = 1
    with time_machine.travel(START, tick=False):
        try:
            await _do(actor, act)
        except NotFound:  # a case that is not there: the limit speaks before
            await _do(actor, lambda unit: keep_pace(unit, kind))
        with pytest.raises(TooOften) as refused:
            await _do(actor, act)
    assert [problem.code for problem in refused.value.problems] == [f"TOO_MANY_{kind.name}"]
    (row,) = await stored(PaceCount)
    assert (row.id, getattr(row, kind.value)) == (actor.user_id, 1)


async def test_the_hour_ends_by_itself_and_the_refusal_says_when(database: Database) -> None:
    async def twice(unit: Unit) -> None:
        await keep_pace(unit, Pace.EXPORTS, 2)

    with time_machine.travel(START, tick=False) as clock:
        await _do(cast.ola, twice)
        clock.shift(timedelta(minutes=48))
        with pytest.raises(TooOften) as refused:
            await _do(cast.ola, twice)
        assert (refused.value.seconds, refused.value.problems[0].arguments) == (720, {"limit": 2, "minutes": 12})
        await _do(cast.sam, twice)
        clock.shift(timedelta(minutes=12))
        await _do(cast.ola, twice)


async def test_what_fails_is_not_counted(database: Database) -> None:
    async def broken(unit: Unit) -> None:
        await keep_pace(unit, Pace.SEARCHES)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        await _do(cast.sam, broken)
    assert await stored(PaceCount) == []


async def test_parts_of_the_system_have_no_limit(database: Database) -> None:
    for _ in range(5):
        await _do(BUILDER, lambda unit: keep_pace(unit, Pace.NAMES, 9))
    assert await stored(PaceCount) == []


async def test_of_many_acts_at_one_moment_no_more_than_the_limit_pass(
    real_database: Database, limits: dict[Pace, int]
) -> None:
    limits[Pace.SEARCHES] = 5
    done = await asyncio.gather(
        *(_do(cast.sam, lambda unit: find_clients(unit, "nobody at all")) for _ in range(12)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in done) == ["NoneType"] * 5 + ["TooOften"] * 7
    (row,) = await stored(PaceCount)
    assert row.searches == 5


async def test_a_unit_that_only_reads_cannot_show_a_name_uncounted(database: Database) -> None:
    with pytest.raises(AssertionError):
        async with begin(cast.sam, read_only=True) as unit:
            await cards(unit, [LIN])
