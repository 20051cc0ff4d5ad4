"""A client shared with another organization: from acceptance on, as long as the share runs, and no longer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor, Scope
from coord.clients import cards, clients, clients_in_reach
from coord.clients.reads import CLIENTS
from coord.clients.tables import ClientShare
from coord.kernel.ids import uuid7
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import signed_in
from tests.world import BUILDER, CENTER, LIN, NORTH, SOUTH, SOUTH_ZHAO, cast

NOON = datetime(2026, 9, 10, 4, tzinfo=UTC)


async def _share(**facts: Any) -> ClientShare:
    row = ClientShare(client_id=LIN, hospital_id=NORTH, organization_id=CENTER, origin_id=uuid7(), **facts)
    async with begin(BUILDER) as unit:
        unit.add(row)
    return row


async def _seen(actor: Actor) -> list[object]:
    async with begin(actor, read_only=True) as unit:
        # The community center cares for people of others only: its role lists them by the row rule alone.
        return list(await clients_in_reach(unit, [LIN, SOUTH_ZHAO], NORTH))


async def _reader() -> Actor:
    actor = await signed_in("cai")
    return Actor(
        actor.user_id, "Cai", grants=actor.grants, scopes=actor.scopes,
        permissions=actor.permissions | {"client.list", "client.read_identity"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "is_seen"),
    [
        ({"from_at": NOON}, True),
        ({"from_at": None}, False),
        ({"from_at": NOON + timedelta(seconds=1)}, False),
        ({"from_at": NOON, "until_at": NOON + timedelta(seconds=1)}, True),
        ({"from_at": NOON, "until_at": NOON}, False),
        ({"from_at": NOON, "ended_at": NOON}, False),
    ],
    ids=["accepted", "sent", "later", "until a second from now", "over", "ended"],
)
async def test_a_share_opens_the_pseudonym_while_it_runs(
    database: Database, facts: dict[str, Any], is_seen: bool
) -> None:
    with time_machine.travel(NOON, tick=False):
        await _share(**facts)
        assert await _seen(await _reader()) == ([LIN] if is_seen else [])


async def test_a_share_ends_by_the_clock_for_an_actor_who_stays(database: Database) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        await _share(from_at=NOON, until_at=NOON + timedelta(hours=1))
        reader = await _reader()
        assert await _seen(reader) == [LIN]
        clock.shift(timedelta(minutes=61))
        assert await _seen(reader) == []


@pytest.mark.parametrize("with_identity", [True, False])
async def test_the_name_is_shared_only_where_the_sender_chose_to(database: Database, with_identity: bool) -> None:
    with time_machine.travel(NOON, tick=False):
        await _share(from_at=NOON, with_identity=with_identity)
        async with begin(await _reader()) as unit:
            card = (await cards(unit, [LIN]))[LIN]
    assert card.name == ("林芳NORTH" if with_identity else "NORTH-0001")


async def test_nobody_else_gets_anything_of_a_share(database: Database) -> None:
    with time_machine.travel(NOON, tick=False):
        await _share(from_at=NOON, with_identity=True)
        nia = await signed_in("nia")
        assert nia.scope(Scope.SHARED_WITH) == ()
        async with begin(nia, read_only=True) as unit:
            assert await clients_in_reach(unit, [LIN], NORTH) == set()
            page = await clients(unit, ["code", "hospital_id"], CLIENTS.request(20, None))
    assert {row["hospital_id"] for row in page.rows} == {SOUTH}
    assert cast.nia.user_id == nia.user_id
