"""ID-1 and ID-2, doubles: found at the own hospital, asked for elsewhere without learning anything, merged and taken apart again."""

import json
import uuid
from typing import Any

import pytest
from sqlmodel import col

from coord.access.rows import all_rules
from coord.audit.tables import AuditEntry
from coord.clients import cards, find_clients, identities
from coord.clients.inputs import ClientPair, Likeness
from coord.clients.matching import ASKS_AN_HOUR, ask_elsewhere, likely_doubles
from coord.clients.merging import keep_apart, merge_clients, merges_of, unmerge_clients
from coord.clients.record.reads import records
from coord.clients.tables import Client, ClientMatchAsk, ClientMatchKey, ClientMerge
from coord.contacts.tables import Presence, ServiceContact
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.kernel.sql import select
from coord.work import begin
from coord.work.engine import Database
from tests.coord.cases.making import start
from tests.coord.clients.test_clients import person, register
from tests.coord.making import contact, log, stored, total
from tests.world import BUILDER, CHEN, HUANG, LIN, SOUTH_ZHAO, cast
from workers.jobs import JOBS
from workers.schedule import SCHEDULE

pytestmark = pytest.mark.anyio
_NOT_ABOUT_PEOPLE = {"client_merge", "submission", "outbox_job", "client_match_ask"}
_WRITTEN_DOWN = {"contact_change", "presence_change", "case_change"}
"""What came and went until it is folded: there and back again leaves both."""


def pair(client: uuid.UUID, other: uuid.UUID) -> ClientPair:
    return ClientPair.parse({"client": str(client), "other": str(other)})


def alike(name: str = "曾小雨", **more: Any) -> Likeness:
    return Likeness.parse({"name": name, "phone": "13912345678", "birth_year": 1990, **more})


async def everything() -> str:
    """Every row of every table about people, in one order: the bytes of a whole export."""
    said: dict[str, Any] = {}
    async with begin(BUILDER, read_only=True) as unit:
        for rule in all_rules():
            name = str(rule.model.__tablename__)
            if name not in _NOT_ABOUT_PEOPLE | _WRITTEN_DOWN and not name.startswith("audit"):
                rows = await unit.scalars(select(rule.model))
                said[name] = sorted(json.dumps(row.model_dump(), default=str, sort_keys=True) for row in rows)
    return json.dumps(said, sort_keys=True)


async def merged(client: uuid.UUID, other: uuid.UUID) -> uuid.UUID:
    async with begin(cast.sun) as unit:
        return await merge_clients(unit, pair(client, other))


async def test_merging_and_taking_apart_leaves_every_byte_as_it_was(database: Database) -> None:
    await log(contact(client=str(CHEN), family_present=1, note="NORTH"))
    await log(contact(client=str(HUANG), occurred_on="2026-09-04"))
    await start(client=HUANG)
    before, persons = await everything(), (await total())["persons"]
    merge = await merged(CHEN, HUANG)
    assert await everything() != before
    assert {row.client_id for row in await stored(ServiceContact)} == {CHEN}
    assert (await total())["persons"] == persons - 1
    async with begin(cast.sam) as unit:
        assert [card.id for card in await find_clients(unit, "黄涛")] == [CHEN]
        assert [row.id for row in await merges_of(unit, CHEN)] == [merge]
    async with begin(cast.sun) as unit:
        assert await unmerge_clients(unit, merge) == HUANG
    assert await everything() == before
    with pytest.raises(Conflict):
        async with begin(cast.sun) as unit:
            await unmerge_clients(unit, merge)


async def test_what_came_after_the_merge_stays_and_relatives_are_told_apart_again(database: Database) -> None:
    await log(contact(client=str(HUANG), family_present=2))
    merge = await merged(CHEN, HUANG)
    await log(contact(client=str(CHEN), occurred_on="2026-09-05"))
    async with begin(cast.sun) as unit:
        await unmerge_clients(unit, merge)
    of_chen = await stored(Presence, col(Presence.client_id) == CHEN)
    of_huang = await stored(Presence, col(Presence.client_id) == HUANG)
    assert (len(of_chen), len(of_huang), len({row.person_id for row in of_huang})) == (1, 3, 3)


async def test_pairs_that_stay_apart_are_never_merged(database: Database) -> None:
    async with begin(cast.sam) as unit:
        await keep_apart(unit, pair(HUANG, CHEN))
        await keep_apart(unit, pair(CHEN, HUANG))
    for one, other in ((CHEN, HUANG), (HUANG, CHEN)):
        with pytest.raises(Invalid) as refused:
            await merged(one, other)
        assert [problem.code for problem in refused.value.problems] == ["KEPT_APART"]
    assert await stored(ClientMerge) == []


async def test_two_live_cases_foreign_clients_and_oneself_are_refused(database: Database) -> None:
    await start(client=CHEN)
    with pytest.raises(Conflict):
        await merged(CHEN, LIN)
    with pytest.raises(Invalid):
        await merged(CHEN, CHEN)
    with pytest.raises(Invalid):
        await merged(CHEN, SOUTH_ZHAO)
    with pytest.raises(NotFound):
        async with begin(cast.sam) as unit:
            await merge_clients(unit, pair(CHEN, SOUTH_ZHAO))
    for name in ("ola", "fatima", "cai", "petra", "adam"):
        with pytest.raises(NotAllowed):
            async with begin(getattr(cast, name)) as unit:
                await merge_clients(unit, pair(CHEN, HUANG))
    assert {row.merged_into_id for row in await stored(Client)} == {None}


async def test_a_double_is_found_by_any_reading_and_by_the_end_of_the_phone(database: Database) -> None:
    made = await register(person(name="曾小雨", phone="13912345678", birth_date="1990-05-06"))
    for given in (alike(), alike("曾小雨", phone="", birth_year=""), alike("别的名字", phone="+86 139-1234-5678")):
        async with begin(cast.sam) as unit:
            assert [card.id for card in await likely_doubles(unit, given)] == [made], given
    async with begin(cast.sam) as unit:
        assert await likely_doubles(unit, alike("别的名字", phone="13900000000")) == []
        assert await likely_doubles(unit, alike(), but=made) == []
    async with begin(cast.nia) as unit:
        assert await likely_doubles(unit, alike()) == []


async def test_elsewhere_only_the_organization_is_told_and_only_when_all_three_fit(database: Database) -> None:
    await register(person(name="曾小雨", phone="13912345678", birth_date="1990-05-06"))
    assert await ask_elsewhere(cast.nia, alike()) == ["北岸医院 North"]
    assert await ask_elsewhere(cast.sam, alike()) == []
    for other in (alike(birth_year=1991), alike(phone="13912345679"), alike("曾小鱼儿"), alike(phone="")):
        assert await ask_elsewhere(cast.nia, other) == []
    verbs = [entry.verb for entry in await stored(AuditEntry) if entry.actor_id == cast.nia.user_id]
    assert verbs == ["client.match"] * 5


async def test_whoever_asks_too_often_is_refused(database: Database) -> None:
    for _ in range(ASKS_AN_HOUR):
        await ask_elsewhere(cast.nia, alike())
    with pytest.raises(Conflict):
        await ask_elsewhere(cast.nia, alike())
    for name in ("ola", "fatima", "cai", "petra", "adam"):
        with pytest.raises(NotAllowed):
            await ask_elsewhere(getattr(cast, name), alike())
    assert len(await stored(ClientMatchAsk)) == ASKS_AN_HOUR


async def test_a_pair_that_stays_apart_survives_every_job_that_time_asks_for(database: Database) -> None:
    """ID-1: nothing that runs at night merges anybody, and the pair is refused afterwards as before."""
    async with begin(cast.sam) as unit:
        await keep_apart(unit, pair(HUANG, CHEN))
    for name in SCHEDULE:
        job = JOBS[name]
        if job.own_units:
            await job.run()
        else:
            async with begin(job.actor) as unit:
                await job.run(unit)
    assert {row.merged_into_id for row in await stored(Client)} == {None}
    with pytest.raises(Invalid) as refused:
        await merged(CHEN, HUANG)
    assert [problem.code for problem in refused.value.problems] == ["KEPT_APART"]


async def test_who_is_only_told_to_ask_reaches_nothing_of_the_person(database: Database) -> None:
    """ID-2: the answer is the name of an organization; the person's id gives nothing, by list, by card, by document."""
    made = await register(person(name="曾小雨", phone="13912345678", birth_date="1990-05-06"))
    assert await ask_elsewhere(cast.nia, alike()) == ["北岸医院 North"]
    async with begin(cast.nia) as unit:
        assert (await cards(unit, [made]), await identities(unit, [made]), await records(unit, [made])) == ({}, {}, {})
        assert await unit.scalars(select(ClientMatchKey).where(col(ClientMatchKey.client_id) == made)) == []
        with pytest.raises(NotFound):
            await unit.find(Client, made)
