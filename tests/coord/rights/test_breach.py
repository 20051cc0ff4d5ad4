"""A breach: who saw whom, the clock of 72 hours, and nobody but the directory's administrators."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine

from coord.access import system
from coord.audit.tables import AuditEntry
from coord.clients import cards
from coord.clients.tables import Client
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.rights.breach import (
    RecordBreach,
    Report,
    Told,
    WhoSaw,
    breach,
    breaches,
    note_told,
    record_breach,
    remind,
    who_saw,
)
from coord.rights.breach.rules import Step, due_at
from coord.work import begin
from coord.work.engine import Database
from coord.work.tables import OutboxJob
from tests.coord.making import stored
from tests.world import CHEN, LIN, NORTH, SOUTH, SOUTH_ZHAO, cast

pytestmark = pytest.mark.anyio
AT = datetime(2026, 9, 3, 8, tzinfo=UTC)
CLOCK = system("test clock", "reminds in a test", "job.run")


def asked(hospital: UUID = NORTH, codes: str = "", **changed: object) -> WhoSaw:
    given = {"hospital": hospital, "began_at": AT, "ended_at": AT + timedelta(hours=1), "codes": codes, **changed}
    return WhoSaw.parse(given)


async def look(*clients: UUID, actor: object = cast.sam) -> None:
    async with begin(actor) as unit:  # type: ignore[arg-type]
        await cards(unit, clients)


def counted(report: Report) -> list[tuple[str | None, str, int, int]]:
    return [(one.who, one.verb, one.clients, one.times) for one in report.looks]


async def test_looks_are_counted_by_person_and_kind_within_the_set_and_the_time(database: Database) -> None:
    with time_machine.travel(AT - timedelta(seconds=1), tick=False):
        await look(LIN)
    with time_machine.travel(AT + timedelta(minutes=10), tick=False):
        await look(LIN, CHEN)
        await look(LIN)
        await look(SOUTH_ZHAO, actor=cast.nia)
        await look(CHEN, actor=cast.sun)
    with time_machine.travel(AT + timedelta(minutes=61), tick=False):
        await look(LIN)
    (lin,) = await stored(Client, Client.id == LIN)
    read = "client.read_identity"
    assert counted(await who_saw(cast.adam, asked())) == [("Sam", read, 2, 3), ("Sun", read, 1, 1)]
    assert counted(one := await who_saw(cast.adam, asked(codes=f"{lin.code}, X-none"))) == [("Sam", read, 1, 2)]
    assert counted(await who_saw(cast.adam, asked(SOUTH))) == [("Nia", read, 1, 1)]
    assert one.clients == 1
    entries = await stored(AuditEntry, AuditEntry.verb == "breach.ask")
    assert [(entry.actor_name, entry.subject_id) for entry in entries] == [
        ("Adam", NORTH),
        ("Adam", NORTH),
        ("Adam", SOUTH),
    ]


@pytest.mark.parametrize("name", ["sam", "sun", "ola", "fatima", "petra"])
async def test_nobody_else_asks(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        await who_saw(getattr(cast, name), asked())


async def test_an_organization_outside_the_directory_is_not_there(database: Database) -> None:
    with pytest.raises(NotFound):
        await who_saw(cast.adam, asked(UUID(int=7)))
    with pytest.raises(Invalid):
        asked(ended_at=AT - timedelta(days=1))


async def recorded(**changed: object) -> UUID:
    given = {"hospital": NORTH, "began_at": AT, "ended_at": AT + timedelta(hours=1), "discovered_at": AT + timedelta(hours=2),
             "what": "A laptop was stolen", **changed}  # fmt: skip
    async with begin(cast.adam) as unit:
        return await record_breach(unit, RecordBreach.parse(given))


async def test_the_clock_runs_from_the_moment_of_knowing_and_stops_when_both_are_told(database: Database) -> None:
    known = AT + timedelta(hours=2)
    with time_machine.travel(AT + timedelta(hours=3), tick=False) as clock:
        made = await recorded()
        async with begin(CLOCK) as unit:
            assert await remind(unit) == 0
        clock.move_to(known + timedelta(hours=48, seconds=1))
        for expected in (1, 0):
            async with begin(CLOCK) as unit:
                assert await remind(unit) == expected
        async with begin(cast.adam) as unit:
            await note_told(unit, made, Told.AUTHORITY)
        async with begin(cast.adam) as unit:
            with pytest.raises(Conflict):
                await note_told(unit, made, Told.AUTHORITY)
        async with begin(cast.adam, read_only=True) as unit:
            (shown,) = await breaches(unit)
            assert shown == await breach(unit, made)
    assert shown.authority == Step(known + timedelta(hours=72), known + timedelta(hours=48, seconds=1))
    assert (shown.persons.done_at, shown.persons.due_at) == (None, due_at(known))
    assert shown.persons.hours_left(known + timedelta(hours=48, seconds=1)) == 23
    assert not shown.persons.is_overdue(known + timedelta(hours=72))
    assert shown.persons.is_overdue(known + timedelta(hours=72, seconds=1))
    told = [job.arguments["kind"] for job in await stored(OutboxJob, OutboxJob.job == "notices.tell_holders")]
    assert told == ["BREACH_RECORDED", "BREACH_DUE"]


async def test_a_breach_is_known_neither_before_it_began_nor_tomorrow(database: Database) -> None:
    with time_machine.travel(AT + timedelta(hours=3), tick=False):
        for known in (AT - timedelta(hours=1), AT + timedelta(days=1)):
            with pytest.raises(Invalid):
                await recorded(discovered_at=known)
