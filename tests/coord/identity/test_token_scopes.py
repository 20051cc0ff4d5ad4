"""What a token was made for, and from where it works."""

import pytest

from coord.access import TokenScope
from coord.contacts import count_contacts
from coord.contacts.inputs import ContactFilter
from coord.identity import CreateToken, actor_by_token, list_tokens, revoke_token
from coord.identity.networks import as_network, is_inside
from coord.identity.tables import ApiToken
from coord.kernel.errors import Invalid, NotAllowed, OutOfScope, Unauthenticated
from coord.kernel.sql import select
from coord.language import LANGUAGES, words
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import contact, log, token_for
from tests.world import BUILDER, cast

pytestmark = pytest.mark.anyio


async def test_a_token_that_may_read_changes_nothing(database: Database) -> None:
    reader = (await actor_by_token(await token_for(cast.sam))).actor
    with pytest.raises(OutOfScope) as refused:
        await log(contact(), reader)
    async with begin(reader, read_only=True) as unit:
        assert await count_contacts(unit, ContactFilter()) == 0
    assert (refused.value.permission, refused.value.scope) == ("contact.log", TokenScope.WRITE)
    assert all(words(language).has(refused.value.message) for language in LANGUAGES)


async def test_a_token_that_may_write_logs_a_contact(database: Database) -> None:
    writer = (await actor_by_token(await token_for(cast.sam, scopes=["READ", "WRITE"]))).actor
    assert writer == cast.sam
    await log(contact(), writer)
    async with begin(writer, read_only=True) as unit:
        assert await count_contacts(unit, ContactFilter()) == 1


async def test_a_token_without_any_scope_is_refused_every_verb(database: Database) -> None:
    secret = await token_for(cast.sam)
    async with begin(BUILDER) as unit:
        (token,) = await unit.scalars(select(ApiToken))
        token.scopes = []
    nothing = (await actor_by_token(secret)).actor
    with pytest.raises(OutOfScope) as refused:
        async with begin(nothing, read_only=True) as unit:
            await count_contacts(unit, ContactFilter())
    assert refused.value.scope is TokenScope.READ


async def test_a_token_gives_no_verb_that_its_owner_lacks(database: Database) -> None:
    writer = (await actor_by_token(await token_for(cast.fatima, scopes=["READ", "WRITE"]))).actor
    with pytest.raises(NotAllowed) as refused:
        await log(contact(), writer)
    assert not isinstance(refused.value, OutOfScope)


async def test_a_token_that_may_read_takes_no_token_back(database: Database) -> None:
    reader = (await actor_by_token(await token_for(cast.sam))).actor
    async with begin(cast.sam, read_only=True) as unit:
        (token,) = await list_tokens(unit)
    with pytest.raises(OutOfScope):
        async with begin(reader) as unit:
            await revoke_token(unit, token.id)


@pytest.mark.parametrize("address", ["203.0.113.9", "::ffff:203.0.113.9", "2001:db8::7"])
async def test_a_token_works_from_its_networks(database: Database, address: str) -> None:
    secret = await token_for(cast.sam, networks="203.0.113.0/24, 2001:db8::/32")
    assert (await actor_by_token(secret, address)).actor.user_id == cast.sam.user_id


@pytest.mark.parametrize("address", ["203.0.114.9", "", "testclient", "::1"])
async def test_a_token_from_elsewhere_is_nobody(database: Database, address: str) -> None:
    secret = await token_for(cast.sam, networks="203.0.113.0/24")
    with pytest.raises(Unauthenticated):
        await actor_by_token(secret, address)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"scopes": []}, ("scopes", "REQUIRED")),
        ({"scopes": ["WRITE"]}, ("scopes", "WRITE_NEEDS_READ")),
        ({"scopes": ["EVERYTHING"]}, ("scopes", "NOT_A_CHOICE")),
        ({"networks": "10.1.2.3/8"}, ("networks", "NOT_A_NETWORK")),
        ({"networks": ["office"]}, ("networks", "NOT_A_NETWORK")),
        ({"networks": [f"10.0.{n}.0/24" for n in range(21)]}, ("networks", "TOO_MANY")),
    ],
)
def test_what_no_token_can_be_is_refused(changed: dict[str, object], problem: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        CreateToken.parse({"name": "x", **changed})
    assert [(p.field, p.code) for p in refused.value.problems] == [problem]


def test_networks_are_typed_in_lines_with_commas_or_spaces_and_kept_once() -> None:
    given = CreateToken.parse({"name": "x", "networks": " 10.0.0.0/8\n192.0.2.7，10.0.0.0/8 2001:DB8::/32,"})
    assert given.networks == ("10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32")
    assert given.scopes == (TokenScope.READ,)


def test_an_address_is_inside_a_network_of_its_own_kind_only() -> None:
    assert is_inside("10.200.0.1", [as_network("10.0.0.0/8")])
    assert not is_inside("::a00:1", [as_network("10.0.0.0/8")])
    assert not is_inside("10.0.0.1", [])
