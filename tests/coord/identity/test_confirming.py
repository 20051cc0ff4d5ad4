"""A proof is good for ten minutes; then password and second factor are asked for again."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from coord.audit.tables import AuditEntry
from coord.identity import SignIn, actor_by_session, sign_in
from coord.identity.factor import (
    Confirm,
    EnrolFactor,
    confirm,
    confirm_enrolment,
    confirmation_of,
    new_recovery,
    start_enrolment,
)
from coord.identity.factor.codes import code_at
from coord.identity.guessing import FREE_GUESSES
from coord.identity.rules import FRESH_FOR, hashed, is_fresh
from coord.identity.tables import ApiToken, User, WebSession
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, NotConfirmed, NotFound, Unauthenticated
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import session_for, stored, token_for
from tests.world import BUILDER, PASSWORD, cast, fixed

pytestmark = pytest.mark.anyio
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


async def _signed_in() -> str:
    return (await sign_in(SignIn.parse({"email": "sam@demo.example", "password": PASSWORD}))).session


async def _enrolled() -> tuple[str, str]:
    """Sam's shared secret and complete session."""
    secret = await _signed_in()
    begun = await start_enrolment(secret)
    with time_machine.travel(now(), tick=False):
        given = EnrolFactor(code=code_at(begun.secret, now()), sealed=begun.sealed)
        return begun.secret, (await confirm_enrolment(secret, given)).session


async def _codes(secret: str, **given: str) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refused:
        await confirm(secret, Confirm.parse({"password": PASSWORD, **given}))
    return [(p.field, p.code) for p in refused.value.problems]


@pytest.mark.parametrize(
    ("password", "factor", "has_factor", "fresh"),
    [
        (FRESH_FOR - SECOND, None, False, True),
        (FRESH_FOR, None, False, False),
        (FRESH_FOR - SECOND, None, True, False),
        (FRESH_FOR - SECOND, FRESH_FOR, True, False),
        (FRESH_FOR, FRESH_FOR - SECOND, True, False),
        (FRESH_FOR - SECOND, FRESH_FOR - SECOND, True, True),
    ],
)
def test_both_proofs_are_good_for_ten_minutes(
    password: timedelta, factor: timedelta | None, has_factor: bool, fresh: bool
) -> None:
    proved_at = None if factor is None else START - factor
    assert is_fresh(START - password, proved_at, START, has_factor=has_factor) is fresh


async def test_a_token_is_made_within_ten_minutes_of_the_sign_in_and_not_later(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        secret = await _signed_in()
        (session,) = await stored(WebSession)
        clock.shift(FRESH_FOR)
        with pytest.raises(NotConfirmed):
            await token_for(cast.sam, session=session.id)
        assert await stored(ApiToken) == []
        await confirm(secret, Confirm.parse({"password": PASSWORD}))
        assert await token_for(cast.sam, session=session.id)


async def test_the_session_of_somebody_else_is_no_proof(database: Database) -> None:
    with pytest.raises(NotFound):
        await token_for(cast.sam, session=await session_for(cast.nia))
    assert await stored(ApiToken) == []


async def test_the_session_gets_a_new_value_and_the_old_one_is_nobody(database: Database) -> None:
    old = await _signed_in()
    new = await confirm(old, Confirm.parse({"password": PASSWORD}))
    assert (await actor_by_session(new)).actor.user_id == cast.sam.user_id
    with pytest.raises(Unauthenticated):
        await actor_by_session(old)
    assert [entry.verb for entry in await stored(AuditEntry)][-1] == "identity.confirm"


async def test_who_has_a_second_factor_shows_it_as_well(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        shared, secret = await _enrolled()
        assert (await confirmation_of(secret)).wants_code
        clock.shift(FRESH_FOR)
        with pytest.raises(NotConfirmed):
            await new_recovery(secret)
        assert await _codes(secret) == [("code", "WRONG_CODE")]
        assert await _codes(secret, code="000000") == [("code", "WRONG_CODE")]
        fresh = await confirm(secret, Confirm.parse({"password": PASSWORD, "code": code_at(shared, now())}))
        assert len(await new_recovery(fresh)) == 10


async def test_a_wrong_password_confirms_nothing_and_guessing_has_to_wait(database: Database) -> None:
    with time_machine.travel(START, tick=False):
        secret = await _signed_in()
        found = [(await _codes(secret, password="not this one"))[0] for _ in range(7)]
    assert found == [*[("password", "WRONG_PASSWORD")] * FREE_GUESSES, *[("password", "TRY_LATER")] * 2]
    (session,) = await stored(WebSession)
    assert session.token_hash == hashed(secret)


async def test_an_authenticator_is_not_enrolled_with_an_old_proof(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        secret = await _signed_in()
        begun = await start_enrolment(secret)
        clock.shift(FRESH_FOR)
        with pytest.raises(NotConfirmed):
            await start_enrolment(secret)
        with pytest.raises(NotConfirmed):
            await confirm_enrolment(secret, EnrolFactor(code=code_at(begun.secret, now()), sealed=begun.sealed))


async def test_without_an_authenticator_there_are_no_recovery_codes(database: Database) -> None:
    with pytest.raises(NotFound):
        await new_recovery(await _signed_in())


@pytest.mark.parametrize("secret", ["", "unknown"])
async def test_without_a_session_nobody_is_asked(database: Database, secret: str) -> None:
    with pytest.raises(Unauthenticated):
        await confirmation_of(secret)
    with pytest.raises(Unauthenticated):
        await confirm(secret, Confirm.parse({"password": PASSWORD}))


async def test_somebody_whose_account_is_closed_confirms_nothing(database: Database) -> None:
    secret = await _signed_in()
    async with begin(BUILDER) as unit:
        (await unit.find(User, fixed("user/sam"))).is_active = False
    with pytest.raises(Unauthenticated):
        await confirm(secret, Confirm.parse({"password": PASSWORD}))
