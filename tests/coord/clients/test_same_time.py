"""Merging and taking apart at the same moment: one wins, and whoever looks afterwards sees one and the same."""

from uuid import UUID

import pytest

from coord.access import Actor
from coord.clients.inputs import ClientPair
from coord.clients.merging import merge_clients, merges_of, unmerge_clients
from coord.clients.tables import Client, ClientMerge
from coord.contacts.tables import Presence, ServiceContact
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, stored
from tests.coord.racing import Try, race
from tests.world import CHEN, HUANG, LIN, cast

pytestmark = pytest.mark.anyio
PAIRS = 50


def merging(kept: UUID, other: UUID, actor: Actor) -> Try:
    async def attempt() -> object:
        async with begin(actor) as unit:
            return await merge_clients(unit, ClientPair.parse({"client": str(kept), "other": str(other)}))

    return attempt


def taking_apart(merge: UUID, actor: Actor) -> Try:
    async def attempt() -> object:
        async with begin(actor) as unit:
            return await unmerge_clients(unit, merge)

    return attempt


async def seen_by(actor: Actor, client: UUID) -> list[UUID]:
    async with begin(actor, read_only=True) as unit:
        return [row.id for row in await merges_of(unit, client)]


async def rows() -> list[str]:
    return sorted(str(row.model_dump()) for row in (*await stored(ServiceContact), *await stored(Presence)))


async def test_of_a_hundred_merges_both_ways_one_wins_and_is_taken_apart_once(real_database: Database) -> None:
    await log(contact(client=str(CHEN), family_present=1))
    await log(contact(client=str(HUANG), occurred_on="2026-09-04"))
    before = await rows()
    assert await race([merging(CHEN, HUANG, cast.sam), merging(HUANG, CHEN, cast.sun)] * PAIRS) == 1
    (merge,) = await stored(ClientMerge)
    assert [row.id for row in await stored(Client) if row.merged_into_id is not None] == [merge.merged_id]
    assert {row.client_id for row in await stored(ServiceContact)} == {merge.kept_id}
    assert await seen_by(cast.sam, CHEN) == await seen_by(cast.sun, HUANG) == [merge.id]
    assert await race([taking_apart(merge.id, cast.sam), taking_apart(merge.id, cast.sun)] * PAIRS) == 1
    assert await rows() == before
    assert {row.merged_into_id for row in await stored(Client)} == {None}


async def test_of_a_hundred_merges_of_one_file_into_two_others_one_wins(real_database: Database) -> None:
    assert await race([merging(LIN, CHEN, cast.sam), merging(HUANG, CHEN, cast.sun)] * PAIRS) == 1
    (merge,) = await stored(ClientMerge)
    (gone,) = [row for row in await stored(Client) if row.merged_into_id is not None]
    assert (gone.id, gone.merged_into_id) == (CHEN, merge.kept_id)
