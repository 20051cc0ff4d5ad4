"""The review of each quarter: everybody with a role, kept or ended, by whom and when."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine

from coord.access import Actor, Grant, Role
from coord.audit.tables import AuditEntry
from coord.identity import SignIn, sign_in
from coord.identity.tables import Membership, User
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.people.inputs import ReviewRoles
from coord.people.quarters import Quarter, quarter_of
from coord.people.reviewing import ReviewOfPlace, RoleToReview, review_roles, reviews, roles_to_review
from coord.people.tables import AccessReview, Verdict
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import BUILDER, CAST, FOUNDATION, NORTH, PASSWORD, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio
MAY = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


async def _places() -> dict[str, ReviewOfPlace]:
    async with begin(cast.adam, read_only=True) as unit:
        return {place.code: place for place in await reviews(unit)}


async def _roles(place: UUID, actor: Actor = cast.adam) -> dict[str, RoleToReview]:
    async with begin(actor, read_only=True) as unit:
        return {role.name: role for role in await roles_to_review(unit, place)}


async def _review(
    place: UUID, *, keep: list[UUID] | None = None, end: list[UUID] | None = None, actor: Actor = cast.adam
) -> None:
    async with begin(actor) as unit:
        await review_roles(unit, place, ReviewRoles(keep=tuple(keep or ()), end=tuple(end or ())))


@pytest.mark.parametrize(
    ("day", "name", "first", "last"),
    [
        (date(2026, 1, 1), "2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 6, 30), "2026Q2", date(2026, 4, 1), date(2026, 6, 30)),
        (date(2024, 2, 29), "2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
        (date(2026, 12, 31), "2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
    ],
)
def test_a_quarter_has_its_days(day: date, name: str, first: date, last: date) -> None:
    quarter = quarter_of(day)
    assert (quarter.name, quarter.first, quarter.last) == (name, first, last)


def test_quarters_follow_each_other() -> None:
    assert [quarter_of(date(2026, month, 1)).after.name for month in (1, 4, 7, 10)] == [
        "2026Q2", "2026Q3", "2026Q4", "2027Q1",
    ]  # fmt: skip
    assert Quarter(2026, 1).before == Quarter(2025, 4)


async def test_everybody_with_a_role_stands_in_the_list_with_the_last_sign_in(database: Database) -> None:
    with time_machine.travel(MAY, tick=False):
        await sign_in(SignIn.parse({"email": "sam@demo.example", "password": PASSWORD}))
        roles, places = await _roles(NORTH), await _places()
        assert (await _roles(SOUTH))["Nia"].last_signed_in_at is None
    sam = roles["Sam"]
    assert list(roles) == ["Sam"]
    assert (sam.role, sam.starts_on, sam.ends_on, sam.last_signed_in_at) == (
        Role.SOCIAL_WORKER, date(2026, 1, 1), None, MAY,
    )  # fmt: skip
    assert {code: (place.roles, place.open) for code, place in places.items()} == {
        "A01": (1, 1), "C01": (1, 1), "F01": (2, 2), "H001": (1, 1), "H002": (1, 1), "S01": (1, 1),
    }  # fmt: skip


async def test_what_is_confirmed_stays_so_for_the_quarter_and_is_due_again_in_the_next(database: Database) -> None:
    with time_machine.travel(MAY, tick=False) as clock:
        membership = (await _roles(NORTH))["Sam"].membership_id
        await _review(NORTH, keep=[membership])
        await _review(NORTH, keep=[membership])
        sam = (await _roles(NORTH))["Sam"]
        assert (sam.confirmed_at, sam.confirmed_by, (await _places())["H001"].open) == (MAY, "Adam", 0)
        clock.move_to(datetime(2026, 7, 1, 8, 0, tzinfo=UTC))
        assert (await _roles(NORTH))["Sam"].confirmed_at is None
        places = await _places()
    assert (places["H001"].open, places["H001"].missed, places["H002"].missed) == (1, 0, 1)
    (entry,) = await stored(AuditEntry, AuditEntry.verb == "access.review")
    assert (entry.actor_name, entry.after["quarter"], entry.after["verdict"]) == ("Adam", "2026Q2", "KEPT")
    assert entry.after["membership_id"] == str(membership)


async def test_a_role_that_began_this_quarter_was_not_missed_in_the_one_before(database: Database) -> None:
    with time_machine.travel(datetime(2026, 3, 30, tzinfo=UTC), tick=False):
        assert {place.missed for place in (await _places()).values()} == {0}


async def test_a_role_that_is_ended_leaves_the_list_and_its_holder_the_house(database: Database) -> None:
    with time_machine.travel(MAY, tick=False):
        membership = (await _roles(NORTH))["Sam"].membership_id
        await _review(NORTH, end=[membership])
        assert (await _roles(NORTH), "H001" in await _places()) == ({}, False)
    (row,) = await stored(AccessReview)
    assert (row.verdict, row.decided_at, row.decided_by_id) == (Verdict.ENDED, MAY, cast.adam.user_id)
    (member,) = await stored(Membership, Membership.id == membership)
    assert member.ends_on == MAY.date() - timedelta(days=1)
    assert {entry.verb for entry in await stored(AuditEntry)} == {"membership.end", "access.review"}


async def test_a_role_that_was_confirmed_can_still_be_ended(database: Database) -> None:
    membership = (await _roles(NORTH))["Sam"].membership_id
    await _review(NORTH, keep=[membership])
    await _review(NORTH, end=[membership])
    assert await _roles(NORTH) == {}
    assert [row.verdict for row in await stored(AccessReview)] == [Verdict.KEPT]


async def test_a_role_that_ended_is_not_due(database: Database) -> None:
    (sam,) = await stored(Membership, Membership.organization_id == NORTH)
    async with begin(BUILDER) as unit:
        (await unit.find(Membership, sam.id)).ends_on = date(2026, 2, 1)
    assert await _roles(NORTH) == {}


async def test_an_answer_that_makes_no_sense_changes_nothing(database: Database) -> None:
    sam, nia = (await _roles(NORTH))["Sam"].membership_id, (await _roles(SOUTH))["Nia"].membership_id
    with pytest.raises(Invalid) as refused:
        await _review(NORTH, keep=[sam], end=[sam])
    assert [p.code for p in refused.value.problems] == ["KEPT_AND_ENDED"]
    for wrong in (nia, fixed("no membership")):
        with pytest.raises(NotFound):
            await _review(NORTH, keep=[sam], end=[wrong])
    with pytest.raises(Conflict):
        await _review(FOUNDATION, end=[(await _roles(FOUNDATION))["Adam"].membership_id])
    assert (await stored(AccessReview), await stored(AuditEntry)) == ([], [])


@pytest.mark.parametrize("name", [name for name in CAST if name != "adam"])
async def test_nobody_else_reviews(database: Database, name: str) -> None:
    actor = getattr(cast, name)
    for work in (_roles(NORTH, actor), _review(NORTH, actor=actor)):
        with pytest.raises(NotAllowed):
            await work


async def test_the_administrator_of_another_foundation_sees_no_role_here(database: Database) -> None:
    other = fixed("other foundation")
    held = [Grant(other, Role.ADMINISTRATOR, other), Grant(SOUTH, Role.SOCIAL_WORKER, FOUNDATION)]
    stranger = Actor.of(fixed("user/petra"), "Stranger", "en", held)
    with pytest.raises(NotFound):
        await _roles(SOUTH, stranger)
    async with begin(stranger, read_only=True) as unit:
        assert list(await reviews(unit)) == []
    assert {user.last_signed_in_at for user in await stored(User)} == {None}
