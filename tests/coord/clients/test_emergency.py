"""Access in an emergency: one client, one hour, told at once, reviewed afterwards; in the session and in the database."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy.exc import DBAPIError

from coord.access import Actor, Grant, Role, system
from coord.audit.tables import AuditEntry
from coord.clients.codes import EmergencyVerdict
from coord.clients.emergency import (
    OpenEmergency,
    ReviewEmergency,
    emergency_card,
    end_emergency,
    hospitals_within_reach,
    open_emergency,
    openings,
    overdue_reviews,
    review_emergency,
    running_emergency,
)
from coord.clients.emergency.escalating import escalate_unreviewed
from coord.clients.emergency.rules import is_overdue, is_running, minutes_left
from coord.clients.tables import Client, ClientIdentity, ClientKey, EmergencyAccess
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotConfirmed, NotFound
from coord.notices import NoticeKind
from coord.notices.tables import Notice
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import session_for, stored
from tests.coord.wall.plain import as_person, rows_in, run
from tests.world import CHEN, FOUNDATION, LIN, NORTH, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio
AT = datetime(2026, 9, 3, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
PETRA = Actor.of(fixed("user/petra"), "Petra", "en", [Grant(SOUTH, Role.HOSPITAL_COORDINATOR, FOUNDATION)])
CAI = Actor.of(fixed("user/cai"), "Cai", "en", [Grant(NORTH, Role.HOSPITAL_COORDINATOR, FOUNDATION)])
_WATCH = system("test", "escalates", "job.run")
WHY = "Brought in unconscious by ambulance"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """A morning that passes only when a test moves it."""
    with time_machine.travel(AT, tick=False) as traveller:
        yield traveller


async def code_of(client: UUID) -> str:
    (row,) = await stored(Client, Client.id == client)
    return str(row.code)


async def opened(client: UUID = LIN, actor: Actor = PETRA, **changed: object) -> UUID:
    """A client of North opened by the coordinator of South."""
    given = {
        "hospital": NORTH,
        "code": await code_of(client),
        "reason": "DANGER_TO_LIFE",
        "explanation": WHY,
        **changed,
    }
    return await open_emergency(actor, await session_for(actor), OpenEmergency.parse(given))


async def sees(client: UUID, actor: Actor = PETRA) -> bool:
    """Whether key, identity and record of a client are found by an actor's session; all of them or none."""
    async with begin(actor, read_only=True) as unit:
        found = [await unit.session.get(model, client) for model in (Client, ClientKey, ClientIdentity)]
    assert len({one is None for one in found}) == 1
    return found[0] is not None


async def named_in_the_database(database: Database, actor: Actor = PETRA) -> int:
    """How many identities the database itself gives to an actor's connection."""
    async with as_person(database, actor) as connection:
        return await rows_in(connection, "client_identity")


def test_an_hour_is_an_hour_and_three_days_are_three_days() -> None:
    until = AT + HOUR
    assert [is_running(AT, until, None, at) for at in (AT, until - timedelta(seconds=1), until)] == [True, True, False]
    assert not is_running(AT, until, AT, AT)
    late = AT + timedelta(hours=72)
    assert [is_overdue(AT, None, late), is_overdue(AT, None, late + timedelta(seconds=1))] == [False, True]
    assert not is_overdue(AT, AT, late + HOUR)
    assert [minutes_left(until, at) for at in (AT, AT + timedelta(seconds=1), until - timedelta(seconds=1), until)] == [
        60, 60, 1, 0,
    ]  # fmt: skip


async def test_one_client_is_open_for_an_hour_in_session_and_database_and_no_other(
    database: Database, clock: time_machine.Traveller
) -> None:
    assert (await sees(LIN), await named_in_the_database(database)) == (False, 0)
    opening = await opened()
    assert (await sees(LIN), await sees(CHEN), await named_in_the_database(database)) == (True, False, 1)
    clock.shift(HOUR - timedelta(seconds=1))
    async with begin(PETRA) as unit:
        card = await emergency_card(unit, opening)
    assert ("Lin" in card.name or "林" in card.name, card.minutes_left) == (True, 1)
    clock.shift(timedelta(seconds=1))
    assert (await sees(LIN), await named_in_the_database(database)) == (False, 0)
    with pytest.raises(NotFound):
        async with begin(PETRA) as unit:
            await emergency_card(unit, opening)


async def test_it_ends_when_the_person_ends_it_or_loses_the_role(database: Database) -> None:
    opening = await opened()
    bare = replace(PETRA, grants=())
    assert (await sees(LIN, bare), await named_in_the_database(database, bare)) == (False, 0)
    with pytest.raises(NotFound):
        await end_emergency(CAI, opening)
    await end_emergency(PETRA, opening)
    assert (await sees(LIN), await named_in_the_database(database)) == (False, 0)


async def test_a_second_client_waits_for_the_end_of_the_first(database: Database) -> None:
    first = await opened()
    with pytest.raises(Conflict, match="EMERGENCY_RUNNING"):
        await opened(CHEN)
    await end_emergency(PETRA, first)
    second = await opened(CHEN)
    async with begin(PETRA, read_only=True) as unit:
        running = await running_emergency(unit)
    assert running is not None
    assert (running[0], await sees(CHEN), await sees(LIN)) == (second, True, False)


async def test_the_owners_are_told_at_once_and_the_trail_names_the_person(database: Database) -> None:
    opening = await opened()
    async with begin(PETRA) as unit:
        await emergency_card(unit, opening)
    told = {(row.user_id, row.kind, row.subject_id) for row in await stored(Notice)}
    assert told == {(fixed(f"user/{name}"), "EMERGENCY_OPENED", opening) for name in ("sun", "adam")}
    about = sorted(await stored(AuditEntry, AuditEntry.subject_id == LIN), key=lambda entry: entry.seq)
    assert [(entry.actor_name, entry.verb, entry.reason) for entry in about] == [
        ("Petra", "emergency.open", "DANGER_TO_LIFE"), ("Petra", "emergency.read", None),
    ]  # fmt: skip
    assert WHY.encode() not in b"".join(entry.body for entry in about)


async def test_who_may_not_or_need_not_opens_nothing(database: Database) -> None:
    with pytest.raises(NotAllowed):
        await opened(actor=cast.nia)
    with pytest.raises(Invalid, match="NO_EMERGENCY_NEEDED"):
        await opened(actor=cast.sun)
    stranger = replace(PETRA, grants=(Grant(fixed("elsewhere"), Role.HOSPITAL_COORDINATOR, fixed("elsewhere")),))
    with pytest.raises(Invalid, match="NO_CLIENT_IN_REACH"):
        await opened(actor=stranger)
    with pytest.raises(Invalid, match="explanation:TOO_SHORT"):
        await opened(explanation="help")
    stale = await session_for(PETRA, password_at=datetime.now(UTC) - HOUR)
    given = OpenEmergency.parse(
        {"hospital": NORTH, "code": await code_of(LIN), "reason": "MISSING_PERSON", "explanation": WHY}
    )
    with pytest.raises(NotConfirmed):
        await open_emergency(PETRA, stale, given)
    assert await stored(EmergencyAccess) == []


async def test_a_code_that_does_not_exist_is_refused_and_the_try_is_on_the_trail(database: Database) -> None:
    with pytest.raises(Invalid, match="code:NO_CLIENT_IN_REACH"):
        await opened(code="C-99999")
    (tried,) = await stored(AuditEntry, AuditEntry.verb == "emergency.open")
    assert (tried.actor_name, tried.subject, tried.subject_id) == ("Petra", "organization", NORTH)


async def test_hospitals_within_reach_are_those_of_the_own_programs(database: Database) -> None:
    async with begin(PETRA, read_only=True) as unit:
        assert {key for key, _ in await hospitals_within_reach(unit)} == {NORTH, SOUTH}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE emergency_access SET until_at = '2099-01-01'", "DELETE FROM emergency_access",
     "INSERT INTO emergency_access SELECT * FROM emergency_access"],
)  # fmt: skip
async def test_nobodys_own_connection_opens_or_prolongs(database: Database, statement: str) -> None:
    await opened()
    with pytest.raises(DBAPIError):
        async with as_person(database, PETRA) as connection:
            await run(connection, statement)


async def test_another_person_reviews_it_within_three_days_or_it_is_late(
    database: Database, clock: time_machine.Traveller
) -> None:
    opening, verdict = await opened(), ReviewEmergency(verdict=EmergencyVerdict.JUSTIFIED, remark="Called the ward")
    with pytest.raises(Invalid, match="verdict:OWN_EMERGENCY"):
        await review_emergency(PETRA, opening, verdict)
    with pytest.raises(NotAllowed):
        await review_emergency(cast.sam, opening, verdict)
    outside = replace(CAI, grants=(Grant(fixed("elsewhere"), Role.HOSPITAL_COORDINATOR, FOUNDATION),))
    with pytest.raises(NotFound):
        await review_emergency(outside, opening, verdict)
    clock.shift(timedelta(hours=72, seconds=1))
    async with begin(cast.adam, read_only=True) as unit:
        assert (await overdue_reviews(unit), [one.is_overdue for one in await openings(unit)]) == (1, [True])
    await review_emergency(CAI, opening, verdict)
    with pytest.raises(Conflict, match="EMERGENCY_REVIEWED"):
        await review_emergency(cast.adam, opening, verdict)
    async with begin(cast.adam, read_only=True) as unit:
        (one,) = await openings(unit)
        late = await overdue_reviews(unit)
    assert (late, one.verdict, one.reviewer_name, one.remark) == (0, "JUSTIFIED", "Cai", "Called the ward")


async def test_what_nobody_reviewed_in_three_days_is_told_again_and_once(
    database: Database, clock: time_machine.Traveller
) -> None:
    opening = await opened()

    async def told() -> list[Notice]:
        return await stored(Notice, Notice.kind == NoticeKind.EMERGENCY_UNREVIEWED)

    async def escalate() -> int:
        async with begin(_WATCH) as unit:
            return await escalate_unreviewed(unit)

    clock.move_to(AT + timedelta(hours=72))
    assert (await escalate(), await told()) == (0, [])
    clock.move_to(AT + timedelta(hours=72, seconds=1))
    assert await escalate() == 1
    heard = await told()
    assert {notice.subject_id for notice in heard} == {opening}
    assert {notice.user_id for notice in heard} == {cast.adam.user_id, cast.sun.user_id}
    assert await escalate() == 0
    assert len(await told()) == len(heard)
