"""Whoever has known a person before does not find them again in a sketch: not by their id, not by what it follows."""

import uuid

import pytest

from coord.access import Actor
from coord.referrals import ReferralFilter
from coord.referrals.kin import kin_of, parents_of
from coord.referrals.reads import REFERRALS, count_referrals
from coord.work import begin
from coord.work.engine import Database
from schema.ids import global_id
from tests.coord.making import signed_in
from tests.coord.referrals.links import answering_by_link, link, shown
from tests.coord.referrals.making import E, by_source, by_target, feedback, referral, seen, send, sent
from tests.coord.referrals.test_following import back
from tests.schema.api import asking_as
from tests.web.visit import visiting
from tests.world import LIN, PROGRAM_ID, cast

pytestmark = pytest.mark.anyio
_BY_CLIENT = "query($c: ID) { referrals(filter: {client: $c}) { totalCount edges { node { id parent } } } }"
_WHO = "{ referrals { edges { node { state client { code } } } } }"


async def known_before() -> tuple[uuid.UUID, uuid.UUID]:
    """A referral of Lin that the center has closed, and one that follows it and waits there."""
    first = await sent()
    await by_target(first, E.ACCEPT)
    await seen(first)
    await feedback(first)
    await by_source(first, E.ACKNOWLEDGE)
    return first, await send(referral(parent=str(first)))


async def _found(actor: Actor) -> int:
    async with begin(actor, read_only=True) as unit:
        return await count_referrals(unit, ReferralFilter.parse({"client": str(LIN)}))


async def test_an_id_that_is_known_finds_no_sketch(database: Database) -> None:
    """The receiving side has Lin's id from the first referral: asking by it must not tell who the second is about."""
    _, waiting = await known_before()
    cai = await signed_in("cai")
    async with asking_as(cai) as api:
        answered = await api.data(_BY_CLIENT, c=global_id("Client", LIN))
    assert len(answered["referrals"]["edges"]) == await _found(cai) == 1
    assert [await _found(actor) for actor in (cast.sam, cast.ola)] == [2, 2]
    await by_target(waiting, E.ACCEPT)
    assert await _found(cai) == 2


async def test_a_sketch_does_not_say_which_one_it_follows(database: Database) -> None:
    """Neither from the new one to the old nor from the old to the new, on pages, in the API and by a link."""
    first, waiting = await known_before()
    await answering_by_link()
    cai = await signed_in("cai")
    async with begin(cai) as unit:
        assert (await kin_of(unit, first), await kin_of(unit, waiting)) == ([], [])
        assert await parents_of(unit, [waiting]) == {}
    async with visiting("cai") as page:
        assert f"/referrals/{waiting}" not in (await page.get(f"/referrals/{first}")).text
        assert f"/referrals/{first}" not in (await page.get(f"/referrals/{waiting}")).text
    assert (await shown((await link(waiting)).token)).it.kin == []
    async with begin(cast.sam) as unit:
        assert await parents_of(unit, [waiting]) == {waiting: first}
    await by_target(waiting, E.ACCEPT)
    async with begin(cai) as unit:
        assert [one.id for one in await kin_of(unit, waiting)] == [first]
        assert [one.id for one in await kin_of(unit, first)] == [waiting]


async def test_a_list_names_nobody_who_is_in_hand_for_another_need(database: Database) -> None:
    """The person is open to the receiving side by the first referral; the second one is a sketch all the same."""
    first = await sent()
    await by_target(first, E.ACCEPT)
    await send(referral(need="COUNSELING"))
    async with visiting("cai") as page:
        waiting = (await page.get("/referrals?show=waiting")).text
        assert ("NORTH-0001" in waiting, "age 45-59" in waiting) == (False, True)
        assert "NORTH-0001" in (await page.get("/referrals?show=work")).text
    async with asking_as(await signed_in("cai")) as api:
        answered = await api.data(_WHO)
    named = {edge["node"]["state"]: edge["node"]["client"] for edge in answered["referrals"]["edges"]}
    assert named == {"SENT": None, "ACCEPTED": {"code": "NORTH-0001"}}


async def test_a_page_below_each_program_names_nobody_either(database: Database) -> None:
    first = await sent()
    await by_target(first, E.ACCEPT)
    await send(referral(need="COUNSELING"))
    async with begin(await signed_in("cai"), read_only=True) as unit:
        asked = REFERRALS.request(10, None)
        pages = await REFERRALS.children(unit, ("state", "client.code"), "program_id", [PROGRAM_ID], asked)
    named = {row["state"].value: row["client.code"] for row in pages[PROGRAM_ID].rows}
    assert named == {"SENT": None, "ACCEPTED": "NORTH-0001"}


async def test_the_own_hospital_knows_whom_a_counter_referral_is_about(database: Database) -> None:
    """It is shown above the form before anybody there has accepted it, as what is open already."""
    first = await sent()
    await by_target(first, E.ACCEPT)
    counter = (await back(first)).referral_id
    assert await _found(cast.sam) == 2
    async with begin(cast.sam) as unit:
        assert [one.id for one in await kin_of(unit, counter)] == [first]
