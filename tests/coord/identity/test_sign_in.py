"""Signing in and out: one answer for every failure, sessions that end, passwords checked off the loop."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher

from coord.access import Role
from coord.audit.tables import AuditEntry
from coord.identity import SignIn, actor_by_session, passwords, sign_in, sign_out
from coord.identity.passwords import hash_now, hash_password, needs_rehash, verify_password
from coord.identity.rules import SEEN_EVERY, SESSION_ABSOLUTE, hashed
from coord.identity.tables import Membership, User, WebSession
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, Unauthenticated
from coord.kernel.sql import select
from coord.work import begin
from coord.work.engine import Database
from tests.coord.making import stored
from tests.world import BUILDER, NORTH, PASSWORD, SOUTH, cast, fixed

pytestmark = pytest.mark.anyio
SESSION_IDLE = timedelta(hours=3)


def _given(**changed: Any) -> SignIn:
    return SignIn.parse({"email": "sam@demo.example", "password": PASSWORD, **changed})


async def _signed_in(given: SignIn) -> str:
    return (await sign_in(given)).session


async def _change(model: Any, row_id: Any, **values: Any) -> None:
    async with begin(BUILDER) as unit:
        row = await unit.find(model, row_id)
        for name, value in values.items():
            setattr(row, name, value)


async def test_the_right_password_starts_a_session_of_the_person(database: Database) -> None:
    secret = await _signed_in(_given(device="Phone"))
    person = await actor_by_session(secret)
    assert (person.actor, person.theme) == (cast.sam, "auto")
    (session,) = await stored(WebSession)
    assert (session.id, session.device) == (person.session_id, "Phone")
    assert [entry.verb for entry in await stored(AuditEntry)] == ["identity.sign_in"]


async def test_the_address_is_not_case_sensitive(database: Database) -> None:
    secret = await _signed_in(_given(email=" Sam@Demo.Example "))
    assert (await actor_by_session(secret)).actor == cast.sam


@pytest.mark.parametrize(
    "wrong",
    [_given(password="not the password"), _given(email="nobody@demo.example"), _given(email="nia@demo.example")],
)
async def test_every_failure_has_one_and_the_same_problem(database: Database, wrong: SignIn) -> None:
    await _change(User, fixed("user/nia"), is_active=False)
    with pytest.raises(Invalid) as refused:
        await sign_in(wrong)
    assert [(p.field, p.code, p.arguments) for p in refused.value.problems] == [("password", "SIGN_IN_FAILED", {})]
    assert await stored(WebSession) == []


async def test_an_unknown_address_costs_a_whole_password_check(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []

    class Counting:
        """Counts the checks that it passes on."""

        real = PasswordHasher()
        hash = real.hash

        def verify(self, hashed_password: str, password: str) -> bool:
            checked.append(password)
            return self.real.verify(hashed_password, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    with pytest.raises(Invalid):
        await _signed_in(_given(email="nobody@demo.example"))
    assert checked == [PASSWORD]


async def test_only_the_hash_of_the_secret_is_stored(database: Database) -> None:
    secret = await _signed_in(_given())
    (session,) = await stored(WebSession)
    assert session.token_hash == hashed(secret) != secret
    assert secret not in str([entry.model_dump() for entry in await stored(AuditEntry)])
    with pytest.raises(Unauthenticated):
        await actor_by_session(session.token_hash)


async def test_a_session_ends_after_idle_hours_and_using_it_keeps_it_alive(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coord.settings.Settings.session_idle", SESSION_IDLE)
    secret = await _signed_in(_given())
    start = now()
    with time_machine.travel(start + SESSION_IDLE - timedelta(minutes=1), tick=False):
        await actor_by_session(secret)
    with time_machine.travel(start + SESSION_IDLE + timedelta(hours=1), tick=False):
        await actor_by_session(secret)
    with time_machine.travel(start + 3 * SESSION_IDLE, tick=False), pytest.raises(Unauthenticated):
        await actor_by_session(secret)


async def test_a_session_ends_at_its_absolute_end_however_busy(database: Database) -> None:
    secret = await _signed_in(_given())
    (session,) = await stored(WebSession)
    await _change(WebSession, session.id, seen_at=now() + SESSION_ABSOLUTE)
    with time_machine.travel(session.expires_at, tick=False), pytest.raises(Unauthenticated):
        await actor_by_session(secret)


async def test_being_seen_is_written_at_most_every_few_minutes(database: Database) -> None:
    secret = await _signed_in(_given())
    (first,) = await stored(WebSession)
    await actor_by_session(secret)
    (second,) = await stored(WebSession)
    later = now() + 2 * SEEN_EVERY
    with time_machine.travel(later, tick=False):
        await actor_by_session(secret)
    (third,) = await stored(WebSession)
    assert (second.seen_at, third.seen_at) == (first.seen_at, later)


async def test_signing_out_ends_the_session_at_once_and_is_on_the_trail(database: Database) -> None:
    secret = await _signed_in(_given())
    await sign_out(secret)
    await sign_out(secret)
    with pytest.raises(Unauthenticated):
        await actor_by_session(secret)
    assert [entry.verb for entry in await stored(AuditEntry)] == ["identity.sign_in", "identity.sign_out"]


async def test_an_account_that_is_switched_off_is_out_at_once(database: Database) -> None:
    secret = await _signed_in(_given())
    await _change(User, fixed("user/sam"), is_active=False)
    with pytest.raises(Unauthenticated):
        await actor_by_session(secret)


async def test_a_membership_takes_effect_and_ends_with_its_days(database: Database) -> None:
    secret = await _signed_in(_given())
    async with begin(BUILDER) as unit:
        (held,) = await unit.scalars(select(Membership).where(Membership.user_id == fixed("user/sam")))
        held.ends_on = date(2027, 3, 31)
        unit.add(
            Membership(user_id=held.user_id, organization_id=SOUTH, role=Role.SOCIAL_WORKER, starts_on=date(2027, 4, 1))
        )
    (session,) = await stored(WebSession)
    await _change(WebSession, session.id, expires_at=now() + timedelta(days=999))
    # The roles change at midnight in Shanghai, which is 16:00 UTC of the day before.
    for instant, place in (("2027-03-31T15:59:00+00:00", NORTH), ("2027-03-31T16:01:00+00:00", SOUTH)):
        with time_machine.travel(instant, tick=False):
            await _change(WebSession, session.id, seen_at=now())
            assert (await actor_by_session(secret)).actor.at() == (place,)


async def test_a_weak_hash_is_replaced_when_its_owner_signs_in(database: Database) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    await _change(User, fixed("user/sam"), password_hash=weak)
    await _signed_in(_given())
    (user,) = await stored(User, User.id == fixed("user/sam"))
    assert user.password_hash != weak
    assert not needs_rehash(user.password_hash)
    assert await verify_password(user.password_hash, PASSWORD)


async def test_passwords_are_checked_off_the_event_loop() -> None:
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    hash_of = await hash_password(PASSWORD)
    assert await verify_password(hash_of, PASSWORD)
    ticking.cancel()
    assert ticks > 10


async def test_no_hash_and_a_broken_hash_fit_no_password() -> None:
    assert not await verify_password(None, PASSWORD)
    assert not await verify_password("not a hash", PASSWORD)
    assert not await verify_password(hash_now("other-password"), PASSWORD)
