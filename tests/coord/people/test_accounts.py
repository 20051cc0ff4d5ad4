"""An administrator and the accounts of others: signed out, closed, opened, and only where they are the actor's."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Role
from coord.audit.tables import AuditEntry
from coord.identity import SignIn, actor_by_session, actor_by_token, sign_in
from coord.identity.factor import Confirm, confirm
from coord.identity.sessions import list_sessions
from coord.identity.tables import ApiToken, Membership, User
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unauthenticated
from coord.organizations.tables import Organization, OrganizationKind
from coord.people import people
from coord.people.accounts import account, close_account, open_account, sign_out_everywhere
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored, token_for
from tests.world import BUILDER, CAST, PASSWORD, cast, fixed

pytestmark = pytest.mark.anyio
SAM = fixed("user/sam")
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
ACTS = (sign_out_everywhere, close_account, open_account)


async def _signed_in(name: str = "sam") -> str:
    return (await sign_in(SignIn.parse({"email": f"{name}@demo.example", "password": PASSWORD}))).session


async def _user() -> Any:
    (row,) = await stored(User, User.id == SAM)
    return row


async def _elsewhere(ends_on: date | None = None) -> None:
    """Sam gets a role at another foundation."""
    other = fixed("other foundation")
    place = Organization(id=other, foundation_id=other, code="F02", name="Other", kind=OrganizationKind.FOUNDATION)
    role = Membership(
        user_id=SAM, organization_id=other, role=Role.PROGRAM_OFFICER, starts_on=date(2026, 1, 1), ends_on=ends_on
    )
    async with begin(BUILDER) as unit:
        unit.add(place)
        await unit.session.flush()
        unit.add(role)


async def test_all_browsers_of_a_person_are_out_and_the_person_can_come_back(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        first, second, nia = await _signed_in(), await _signed_in(), await _signed_in("nia")
        clock.shift(timedelta(seconds=1))
        await sign_out_everywhere(cast.adam, SAM)
        for secret in (first, second):
            with pytest.raises(Unauthenticated):
                await actor_by_session(secret)
            with pytest.raises(Unauthenticated):
                await confirm(secret, Confirm.parse({"password": PASSWORD}))
        assert (await actor_by_session(nia)).actor.user_id == cast.nia.user_id
        clock.shift(timedelta(seconds=1))
        assert (await actor_by_session(await _signed_in())).actor.user_id == SAM
        async with begin(cast.sam, read_only=True) as unit:
            assert len(await list_sessions(unit)) == 1
    (entry,) = await stored(AuditEntry, AuditEntry.verb == "account.sign_out")
    assert (entry.actor_name, entry.subject_id) == ("Adam", SAM)


async def test_tokens_go_on_when_browsers_are_signed_out(database: Database) -> None:
    token = await token_for(cast.sam)
    await sign_out_everywhere(cast.adam, SAM)
    assert (await actor_by_token(token)).actor.user_id == SAM


async def test_a_closed_account_opens_by_nothing(database: Database) -> None:
    session, token = await _signed_in(), await token_for(cast.sam)
    await close_account(cast.adam, SAM)
    for proof in (actor_by_session(session), actor_by_token(token)):
        with pytest.raises(Unauthenticated):
            await proof
    with pytest.raises(Invalid):
        await _signed_in()
    async with begin(cast.adam, read_only=True) as unit:
        assert not (await account(unit, SAM)).is_active
        assert [person.name for person in await people(unit) if not person.is_active] == ["Sam"]
    (entry,) = await stored(AuditEntry, AuditEntry.verb == "account.close")
    assert (entry.before["is_active"], entry.after["is_active"], entry.actor_name) == (True, False, "Adam")


async def test_an_account_that_is_open_again_has_its_password_and_nothing_of_before(database: Database) -> None:
    session, token = await _signed_in(), await token_for(cast.sam)
    await close_account(cast.adam, SAM)
    await open_account(cast.adam, SAM)
    for proof in (actor_by_session(session), actor_by_token(token)):
        with pytest.raises(Unauthenticated):
            await proof
    assert (await actor_by_session(await _signed_in())).actor.user_id == SAM
    assert [row.revoked_at is None for row in await stored(ApiToken)] == [False]
    assert [entry.verb for entry in await stored(AuditEntry)][-3:-1] == ["token.revoke", "account.open"]


async def test_opening_an_open_account_takes_no_token_away(database: Database) -> None:
    token = await token_for(cast.sam)
    await open_account(cast.adam, SAM)
    assert (await actor_by_token(token)).actor.user_id == SAM
    assert await stored(AuditEntry, AuditEntry.verb == "account.open") == []


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("name", [name for name in CAST if name != "adam"])
async def test_nobody_else_may(database: Database, act: Any, name: str) -> None:
    before = await _user()
    with pytest.raises(NotAllowed):
        await act(getattr(cast, name), SAM)
    assert await _user() == before


@pytest.mark.parametrize("act", ACTS)
async def test_not_to_oneself_nor_to_strangers(database: Database, act: Any) -> None:
    with pytest.raises(Conflict) as refused:
        await act(cast.adam, cast.adam.user_id)
    assert [p.code for p in refused.value.problems] == ["OWN_ACCOUNT"]
    for stranger in (fixed("user/petra"), fixed("user/nobody")):
        with pytest.raises(NotFound):
            await act(cast.adam, stranger)
    assert {row.is_active for row in await stored(User)} == {True}


@pytest.mark.parametrize("act", [close_account, open_account])
async def test_an_account_of_two_foundations_is_not_one_administrators_to_close(database: Database, act: Any) -> None:
    await _elsewhere()
    with pytest.raises(Conflict) as refused:
        await act(cast.adam, SAM)
    assert [p.code for p in refused.value.problems] == ["WORKS_ELSEWHERE"]
    assert (await _user()).is_active
    await sign_out_everywhere(cast.adam, SAM)
    assert (await _user()).signed_out_at is not None


async def test_a_role_elsewhere_that_ended_hinders_nothing(database: Database) -> None:
    await _elsewhere(ends_on=date(2026, 1, 31))
    await close_account(cast.adam, SAM)
    assert not (await _user()).is_active


async def test_somebody_who_left_for_another_foundation_is_not_signed_out(database: Database) -> None:
    await _elsewhere()
    (here,) = await stored(Membership, Membership.user_id == SAM, Membership.role == Role.SOCIAL_WORKER)
    async with begin(BUILDER) as unit:
        (await unit.find(Membership, here.id)).ends_on = date(2026, 1, 31)
    with pytest.raises(Conflict):
        await sign_out_everywhere(cast.adam, SAM)
    assert (await _user()).signed_out_at is None


async def test_the_page_of_a_person_shows_the_roles_of_the_own_directory(database: Database) -> None:
    await _elsewhere()
    async with begin(cast.adam, read_only=True) as unit:
        found = await account(unit, SAM)
    assert [(role.organization, role.role, role.holds) for role in found.roles] == [
        ("北岸医院 North", Role.SOCIAL_WORKER, True)
    ]
