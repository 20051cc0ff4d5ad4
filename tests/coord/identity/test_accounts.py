"""Accounts, tokens and preferences."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from coord.access import Role
from coord.audit.tables import AuditEntry
from coord.identity import (
    CreateToken,
    CreateUser,
    Preferences,
    SignIn,
    actor_by_session,
    actor_by_token,
    change_preferences,
    create_token,
    create_user,
    list_tokens,
    revoke_token,
    sign_in,
    viewer,
)
from coord.identity.rules import TOKEN_PREFIX, hashed
from coord.identity.tables import ApiToken, Membership, User
from coord.kernel.clock import now
from coord.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Unauthenticated
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored, token_for
from tests.world import BUILDER, CAST, NORTH, cast, fixed

pytestmark = pytest.mark.anyio
NEW = {"email": "New@demo.example", "name": "New Person", "password": "a-long-password"}


async def _token(days: int = 90) -> tuple[str, UUID]:
    secret = await token_for(cast.ola, days=days, scopes=["READ", "WRITE"])
    (row,) = await stored(ApiToken, ApiToken.token_hash == hashed(secret))
    return secret, row.id


async def _use(secret: str) -> Any:
    return (await actor_by_token(secret)).actor


async def test_a_token_acts_with_its_owners_rights_and_only_its_hash_is_kept(database: Database) -> None:
    secret, _ = await _token()
    assert secret.startswith(TOKEN_PREFIX)
    assert await _use(secret) == cast.ola
    told = str([row.model_dump() for model in (ApiToken, AuditEntry) for row in await stored(model)])
    assert secret not in told
    assert hashed(secret) not in str([row.model_dump() for row in await stored(AuditEntry)])


async def test_a_token_expires(database: Database) -> None:
    secret, _ = await _token(days=1)
    with time_machine.travel(now() + timedelta(days=1, seconds=1), tick=False), pytest.raises(Unauthenticated):
        await _use(secret)


async def test_a_revoked_token_stops_at_once_and_revoking_twice_keeps_the_first_moment(database: Database) -> None:
    secret, row_id = await _token()
    for _ in range(2):
        async with begin(cast.ola) as unit:
            await revoke_token(unit, row_id)
    with pytest.raises(Unauthenticated):
        await _use(secret)
    entries = await stored(AuditEntry, AuditEntry.verb == "token.revoke")
    assert entries[0].before["revoked_at"] is None
    assert entries[0].after["revoked_at"] == entries[1].after["revoked_at"] is not None


async def test_nobody_revokes_the_token_of_another(database: Database) -> None:
    secret, row_id = await _token()
    with pytest.raises(NotFound):
        async with begin(cast.sam) as unit:
            await revoke_token(unit, row_id)
    assert await _use(secret) == cast.ola


async def test_tokens_are_listed_for_their_owner_alone_with_their_last_use(database: Database) -> None:
    secret, row_id = await _token()
    await _use(secret)
    async with begin(cast.ola, read_only=True) as unit:
        (row,) = await list_tokens(unit)
    async with begin(cast.sam, read_only=True) as unit:
        assert await list_tokens(unit) == []
    assert row.id == row_id
    assert row.last_used_at is not None


async def test_using_a_token_again_soon_writes_nothing(database: Database) -> None:
    secret, row_id = await _token()
    await _use(secret)
    (first,) = await stored(ApiToken, ApiToken.id == row_id)
    await _use(secret)
    (second,) = await stored(ApiToken, ApiToken.id == row_id)
    assert first.last_used_at == second.last_used_at


@pytest.mark.parametrize("secret", ["", "coord_", "coord_wrong", "x" * 10_000, "\x00", "🙂"])
async def test_an_unknown_token_or_session_is_nobody(database: Database, secret: str) -> None:
    for ask in (actor_by_token, actor_by_session):
        with pytest.raises(Unauthenticated):
            await ask(secret)


async def test_the_token_of_an_account_that_is_switched_off_is_nobody(database: Database) -> None:
    secret, _ = await _token()
    async with begin(BUILDER) as unit:
        (await unit.find(User, fixed("user/ola"))).is_active = False
    with pytest.raises(Unauthenticated):
        await _use(secret)


async def test_an_outsider_and_the_system_make_no_tokens(database: Database) -> None:
    given = CreateToken.parse({"name": "x"})
    with pytest.raises(NotAllowed):
        await token_for(cast.petra)
    system = type(cast.ola)(None, "system", permissions=frozenset({"token.create"}), unscoped="test")
    with pytest.raises(Invalid) as refused:
        async with begin(system) as unit:
            await create_token(unit, fixed("no session"), given)
    assert [p.code for p in refused.value.problems] == ["TOKEN_NEEDS_A_PERSON"]
    assert await stored(ApiToken) == []


@pytest.mark.parametrize(("days", "code"), [(0, "TOO_SMALL"), (366, "TOO_LARGE"), ("soon", "NOT_A_WHOLE_NUMBER")])
def test_a_token_lives_a_day_to_a_year(days: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        CreateToken.parse({"name": "x", "days": days})
    assert [(p.field, p.code) for p in refused.value.problems] == [("days", code)]


async def test_a_new_account_with_a_role_signs_in_with_that_role(database: Database) -> None:
    given = {**NEW, "organization_id": NORTH, "role": "SOCIAL_WORKER", "starts_on": "2026-01-01"}
    async with begin(cast.adam) as unit:
        user = await create_user(unit, CreateUser.parse(given))
    secret = (await sign_in(SignIn.parse({"email": "new@demo.example", "password": NEW["password"]}))).session
    actor = (await actor_by_session(secret)).actor
    assert (actor.user_id, actor.at(Role.SOCIAL_WORKER), actor.language) == (user.id, (NORTH,), "zh-CN")
    entries = await stored(AuditEntry, AuditEntry.verb == "user.create")
    assert {entries[0].after[name] for name in ("email", "name", "password_hash")} == {"(personal)"}


async def test_an_address_belongs_to_one_account_whatever_its_case(database: Database) -> None:
    with pytest.raises(Conflict) as refused:
        async with begin(cast.adam) as unit:
            await create_user(unit, CreateUser.parse({**NEW, "email": "SAM@demo.example"}))
    assert [(p.field, p.code) for p in refused.value.problems] == [("email", "EMAIL_TAKEN")]
    assert len(await stored(User)) == len(CAST)


async def test_a_role_at_no_organization_makes_no_account(database: Database) -> None:
    given = CreateUser.parse({**NEW, "organization_id": fixed("nowhere"), "role": "SUPERVISOR"})
    with pytest.raises(Invalid) as refused:
        async with begin(cast.adam) as unit:
            await create_user(unit, given)
    assert [(p.field, p.code) for p in refused.value.problems] == [("organization_id", "NO_SUCH_ORGANIZATION")]
    assert (len(await stored(User)), len(await stored(Membership))) == (len(CAST), 7)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"email": "no address"}, ("email", "NOT_AN_EMAIL")),
        ({"email": "a@b"}, ("email", "NOT_AN_EMAIL")),
        ({"password": "short"}, ("password", "TOO_SHORT")),
        ({"password": "x" * 201}, ("password", "TOO_LONG")),
        ({"name": ""}, ("name", "REQUIRED")),
        ({"name": "x" * 101}, ("name", "TOO_LONG")),
        ({"name": "a\u202eb"}, ("name", "CONTROL_CHARACTERS")),
        ({"language": "fr"}, ("language", "NOT_A_CHOICE")),
        ({"role": "SUPERVISOR"}, ("", "ROLE_WITHOUT_ORGANIZATION")),
        ({"is_admin": True}, ("is_admin", "UNKNOWN_FIELD")),
    ],
)
def test_what_an_account_cannot_have_is_refused_by_name(changed: dict[str, Any], expected: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        CreateUser.parse({**NEW, **changed})
    assert [(p.field, p.code) for p in refused.value.problems] == [expected]


@pytest.mark.parametrize("name", [name for name in CAST if name != "adam"])
async def test_only_an_administrator_creates_accounts(database: Database, name: str) -> None:
    with pytest.raises(NotAllowed):
        async with begin(getattr(cast, name)) as unit:
            await create_user(unit, CreateUser.parse(NEW))
    assert len(await stored(User)) == len(CAST)


async def test_preferences_are_stored_for_the_own_account(database: Database) -> None:
    async with begin(cast.petra) as unit:
        await change_preferences(unit, Preferences(language="ko", theme="dark"))
        assert list(await viewer(unit)) == []
    changed = {row.id: (row.language, row.theme) for row in await stored(User)}
    assert changed[fixed("user/petra")] == ("ko", "dark")
    assert {value for key, value in changed.items() if key != fixed("user/petra")} == {("en", "auto")}


async def test_the_viewer_holds_the_roles_of_this_request(database: Database) -> None:
    async with begin(cast.sam, read_only=True) as unit:
        assert [(row.organization_id, row.role) for row in await viewer(unit)] == [(NORTH, "SOCIAL_WORKER")]


async def test_the_system_has_no_preferences(database: Database) -> None:
    system = type(cast.ola)(None, "system", unscoped="test")
    async with begin(system) as unit:
        await change_preferences(unit, Preferences(language="ko", theme="dark"))
    assert {(row.language, row.theme) for row in await stored(User)} == {("en", "auto")}
