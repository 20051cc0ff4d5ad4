"""Every role that the code knows can be held in the database as it is migrated."""

from coord.access import Role
from coord.identity.tables import Membership
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import BUILDER, FOUNDATION, STARTS, fixed


async def test_every_role_can_be_held(database: Database) -> None:
    petra = fixed("user/petra")
    async with begin(BUILDER) as unit:
        unit.add(*(Membership(user_id=petra, organization_id=FOUNDATION, role=role, starts_on=STARTS) for role in Role))
    assert {row.role for row in await stored(Membership, Membership.user_id == petra)} == set(Role)
