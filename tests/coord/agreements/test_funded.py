"""Where the posts of an agreement are: told to its parties, of these posts alone."""

from uuid import UUID

import pytest
from sqlmodel import col

from coord.access import Actor
from coord.agreements import allocate
from coord.agreements.funded import hospitals_of_posts
from coord.agreements.inputs import Allocate
from coord.kernel.errors import NotAllowed
from coord.placements.tables import Placement
from coord.work import begin
from coord.work.engine import Database
from tests.coord.agreements.making import MANAGER, OSCAR, active, gift, go, line
from tests.coord.making import stored
from tests.world import NORTH, SOUTH, cast

pytestmark = pytest.mark.anyio


async def _post(hospital: UUID) -> UUID:
    found: UUID = (await stored(Placement, col(Placement.hospital_id) == hospital))[0].id
    return found


async def _paid_post(agreement: UUID, hospital: UUID) -> UUID:
    """A post at a hospital that a line of the agreement pays."""
    post = await _post(hospital)
    async with begin(cast.ola) as unit:
        await allocate(
            unit, Allocate.parse({"line": str(await line(agreement)), "amount": "10.00", "placement": str(post)})
        )
    return post


async def _asked(who: Actor, *posts: UUID) -> dict[UUID, UUID]:
    async with begin(who, read_only=True) as unit:
        return dict(await hospitals_of_posts(unit, posts))


async def test_both_parties_read_where_a_paid_post_is_and_nothing_of_another_post(database: Database) -> None:
    agreement = await active(gift=str(await gift()))
    paid, other = await _paid_post(agreement, NORTH), await _post(SOUTH)
    for who in (cast.fatima, MANAGER, cast.ola, OSCAR):
        assert await _asked(who, paid, other, UUID(int=1)) == {paid: NORTH}
    assert await _asked(cast.fatima) == {}


async def test_an_agreement_of_others_tells_nobody_else_where_its_posts_are(database: Database) -> None:
    paid = await _paid_post(await active(), SOUTH)
    assert await _asked(cast.fatima, paid) == {}
    assert await _asked(cast.ola, paid) == {paid: SOUTH}
    async with begin(cast.sam, read_only=True) as unit:
        with pytest.raises(NotAllowed):
            await hospitals_of_posts(unit, [paid])


async def test_the_end_of_an_agreement_takes_back_nothing_that_was_told(database: Database) -> None:
    agreement = await active(gift=str(await gift()))
    paid = await _paid_post(agreement, NORTH)
    await go(cast.ola, agreement, "TERMINATE", reason="The ward closed")
    assert await _asked(cast.fatima, paid) == {paid: NORTH}
