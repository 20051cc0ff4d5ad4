"""Invitations and memberships: one link, one answer, only into one's own directory; an end takes effect at once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor, Role
from coord.identity import SignIn, actor_by_session, actor_by_token, sign_in
from coord.identity.tables import Membership, User
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from coord.people import (
    Invite,
    accept_invitation,
    count_people,
    end_membership,
    invitation_shown,
    invitations,
    invite,
    people,
    revoke_invitation,
)
from coord.people.actions import INVITATION_HOLDS
from coord.people.tables import Invitation
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored, token_for
from tests.world import FOUNDATION, NORTH, PASSWORD, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio
NEW = {"name": "林晓", "password": "lantern umbrella seventeen"}


def _given(**changed: Any) -> Invite:
    return Invite.parse(
        {"email": "lin@example.org", "organization": str(NORTH), "role": "HOSPITAL_COORDINATOR", **changed}
    )


async def _invited(**changed: Any) -> str:
    async with begin(cast.adam) as unit:
        return await invite(unit, _given(**changed))


async def _signed_in(email: str, password: str) -> Actor:
    started = await sign_in(SignIn.parse({"email": email, "password": password}))
    return (await actor_by_session(started.session)).actor


async def _codes(secret: str, raw: Mapping[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        await accept_invitation(secret, raw)
    return [(p.field, p.code) for p in refused.value.problems]


async def test_a_link_makes_a_person_with_the_role_that_was_offered(database: Database) -> None:
    secret = await _invited()
    shown = await invitation_shown(secret)
    assert (shown.role, shown.email, shown.has_account) == (Role.HOSPITAL_COORDINATOR, "lin@example.org", False)
    await accept_invitation(secret, NEW)
    actor = await _signed_in("lin@example.org", NEW["password"])
    assert [(grant.organization_id, grant.role) for grant in actor.grants] == [(NORTH, Role.HOSPITAL_COORDINATOR)]
    async with begin(cast.adam, read_only=True) as unit:
        assert "林晓" in {person.name for person in await people(unit)}
        assert list(await invitations(unit)) == []


async def test_a_link_is_good_once(database: Database) -> None:
    secret = await _invited()
    await accept_invitation(secret, NEW)
    with pytest.raises(NotFound):
        await accept_invitation(secret, NEW)
    with pytest.raises(NotFound):
        await invitation_shown(secret)


async def test_only_the_hash_of_a_link_is_stored(database: Database) -> None:
    secret = await _invited()
    (row,) = await stored(Invitation)
    assert secret not in str(row.model_dump())


async def test_a_link_ends_after_three_days(database: Database) -> None:
    start = now()
    with time_machine.travel(start, tick=False):
        secret = await _invited()
    with time_machine.travel(start + INVITATION_HOLDS - timedelta(seconds=1), tick=False):
        await invitation_shown(secret)
    with time_machine.travel(start + INVITATION_HOLDS, tick=False), pytest.raises(NotFound):
        await accept_invitation(secret, NEW)


async def test_a_link_that_was_taken_back_opens_nothing(database: Database) -> None:
    secret = await _invited()
    (row,) = await stored(Invitation)
    async with begin(cast.adam) as unit:
        await revoke_invitation(unit, row.id)
    with pytest.raises(NotFound):
        await invitation_shown(secret)


async def test_an_accepted_invitation_is_not_taken_back(database: Database) -> None:
    await accept_invitation(await _invited(), NEW)
    (row,) = await stored(Invitation)
    with pytest.raises(Conflict):
        async with begin(cast.adam) as unit:
            await revoke_invitation(unit, row.id)


async def test_somebody_with_an_account_shows_its_password_and_gets_a_second_role(database: Database) -> None:
    secret = await _invited(email="nia@demo.example")
    assert await _codes(secret, NEW) == [("password", "SIGN_IN_FAILED")]
    await accept_invitation(secret, {"password": PASSWORD})
    actor = await _signed_in("nia@demo.example", PASSWORD)
    assert {grant.role for grant in actor.grants} == {Role.SOCIAL_WORKER, Role.HOSPITAL_COORDINATOR}


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"password": "short"}, ("password", "TOO_SHORT")),
        ({"password": "password1234"}, ("password", "EASY_PASSWORD")),
        ({"name": " "}, ("name", "REQUIRED")),
    ],
)
async def test_a_refused_answer_leaves_the_link_good(
    database: Database, changed: dict[str, str], problem: tuple[str, str]
) -> None:
    secret = await _invited()
    assert await _codes(secret, NEW | changed) == [problem]
    await accept_invitation(secret, NEW)
    assert await stored(User)


async def test_nobody_invites_into_another_directory(database: Database) -> None:
    stranger = Actor.of(fixed("user/adam"), "x", "en", [])
    with pytest.raises(NotAllowed):
        async with begin(stranger) as unit:
            await invite(unit, _given())
    with pytest.raises(NotFound):
        async with begin(cast.adam) as unit:
            await invite(unit, _given(organization=str(fixed("nowhere"))))
    assert await stored(Invitation) == []


@pytest.mark.parametrize("name", ["sam", "nia", "sun", "ola", "fatima", "cai", "petra"])
async def test_only_administrators_see_and_invite(database: Database, name: str) -> None:
    actor = getattr(cast, name)
    for work in (people, invitations):
        with pytest.raises(NotAllowed):
            async with begin(actor, read_only=True) as unit:
                await work(unit)
    with pytest.raises(NotAllowed):
        async with begin(actor) as unit:
            await invite(unit, _given())


async def test_a_role_that_ends_is_gone_with_the_next_request(database: Database) -> None:
    session = (await sign_in(SignIn.parse({"email": "sam@demo.example", "password": PASSWORD}))).session
    token = await token_for(cast.sam)
    async with begin(cast.adam) as unit:
        (sam,) = [person for person in await people(unit) if person.email == "sam@demo.example"]
        await end_membership(unit, sam.membership_id)
    assert (await actor_by_session(session)).actor.grants == ()
    assert (await actor_by_token(token)).actor.grants == ()
    async with begin(cast.adam, read_only=True) as unit:
        (ended,) = [person for person in await people(unit) if person.email == "sam@demo.example"]
    assert not ended.holds


async def test_nobody_ends_their_own_role_or_a_foreign_one(database: Database) -> None:
    async with begin(cast.adam, read_only=True) as unit:
        (own,) = [person for person in await people(unit) if person.user_id == cast.adam.user_id]
    with pytest.raises(Conflict):
        async with begin(cast.adam) as unit:
            await end_membership(unit, own.membership_id)
    with pytest.raises(NotFound):
        async with begin(cast.adam) as unit:
            await end_membership(unit, fixed("no membership"))


async def test_a_role_can_be_given_again_after_it_ended(database: Database) -> None:
    async with begin(cast.adam) as unit:
        (sam,) = [person for person in await people(unit) if person.email == "sam@demo.example"]
        await end_membership(unit, sam.membership_id)
    secret = await _invited(email="sam@demo.example", role="SOCIAL_WORKER")
    await accept_invitation(secret, {"password": PASSWORD})
    assert [grant.role for grant in (await _signed_in("sam@demo.example", PASSWORD)).grants] == [Role.SOCIAL_WORKER]


async def test_an_end_before_the_start_is_refused(database: Database) -> None:
    with pytest.raises(Invalid) as refused:
        await _invited(starts_on="2026-05-02", ends_on="2026-05-01")
    assert [(p.field, p.code) for p in refused.value.problems] == [("ends_on", "ENDS_BEFORE_START")]


async def test_an_administrator_sees_the_members_of_the_directory_only(database: Database) -> None:
    async with begin(cast.adam, read_only=True) as unit:
        shown = {person.email for person in await people(unit)}
        at_south = await people(unit, SOUTH)
    members = {row.user_id for row in await stored(Membership)}
    assert len(shown) == len(members)
    assert {person.organization for person in at_south} == {"南湖医院 South"}
    assert FOUNDATION in {grant.organization_id for grant in cast.adam.grants}


async def test_people_are_searched_and_shown_page_by_page(database: Database) -> None:
    async with begin(cast.adam) as unit:
        everybody = await people(unit)
        total = await count_people(unit)
        pages = [await people(unit, skip=skip, limit=3) for skip in range(0, total, 3)]
        sams = await people(unit, text="SAM@demo")
        wild = await count_people(unit, text="%")
    assert [person.membership_id for page in pages for person in page] == [p.membership_id for p in everybody]
    assert (total, wild) == (len(everybody), 0)
    assert {person.email for person in sams} == {"sam@demo.example"}
