"""Guessing: few guesses are looked at, the owner gets in, nobody is locked out for good."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.identity import SignIn, passwords, sign_in
from coord.identity.guessing import FREE_GUESSES, LONGEST_WAIT, guesses_at, wait_after
from coord.kernel.clock import now
from coord.kernel.errors import Invalid
from coord.work.engine import Database
from tests.world import PASSWORD

pytestmark = pytest.mark.anyio
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def _given(**changed: Any) -> SignIn:
    return SignIn.parse({"email": "sam@demo.example", "password": PASSWORD, "address": "10.0.0.1", **changed})


async def _codes(given: SignIn) -> set[str]:
    with pytest.raises(Invalid) as refused:
        await sign_in(given)
    return {problem.code for problem in refused.value.problems}


def test_waits_double_and_end() -> None:
    waits = [wait_after(n, FREE_GUESSES) for n in range(FREE_GUESSES + 3)]
    assert waits == [timedelta()] * FREE_GUESSES + [timedelta(seconds=s) for s in (1, 2, 4)]
    assert wait_after(10_000, FREE_GUESSES) == LONGEST_WAIT


def test_guesses_are_forgotten_after_a_day() -> None:
    assert guesses_at(9, START, START + timedelta(hours=23)) == 9
    assert guesses_at(9, START, START + timedelta(days=1)) == 0


async def test_of_a_thousand_guesses_few_are_looked_at(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    async def verify(hashed: str | None, password: str) -> bool:
        looked_at.append(password)
        return False

    monkeypatch.setattr("coord.identity.signing_in.verify_password", verify)
    with time_machine.travel(START, tick=True):
        for n in range(1000):
            await _codes(_given(password=f"guess number {n}", address=f"10.0.{n // 250}.{n % 250}"))
    assert len(looked_at) <= 20


async def test_guesses_at_one_moment_are_not_all_looked_at(
    real_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    real = passwords.verify_password

    async def verify(hashed: str | None, password: str) -> bool:
        looked_at.append(password)
        return await real(hashed, password)

    monkeypatch.setattr("coord.identity.signing_in.verify_password", verify)
    with time_machine.travel(START, tick=False):
        await asyncio.gather(*(_codes(_given(password="wrong", address=f"10.0.0.{n}")) for n in range(40)))
    assert len(looked_at) == FREE_GUESSES


async def test_the_owner_gets_in_on_a_known_device_while_a_stranger_guesses(database: Database) -> None:
    known = (await sign_in(_given())).device
    with time_machine.travel(now(), tick=False):
        for _ in range(FREE_GUESSES):
            assert await _codes(_given(password="wrong")) == {"SIGN_IN_FAILED"}
        assert await _codes(_given(password="wrong")) == {"TRY_LATER"}
        assert await _codes(_given()) == {"TRY_LATER"}
        assert (await sign_in(_given(known_device=known))).device == ""


async def test_a_device_of_somebody_else_is_no_known_device(database: Database) -> None:
    known = (await sign_in(_given())).device
    assert (await sign_in(_given(email="nia@demo.example", known_device=known))).device != ""


async def test_a_wait_ends_and_the_right_password_starts_anew(database: Database) -> None:
    with time_machine.travel(START, tick=False) as clock:
        for _ in range(FREE_GUESSES):
            await _codes(_given(password="wrong"))
        clock.shift(timedelta(seconds=0.5))
        assert await _codes(_given()) == {"TRY_LATER"}
        clock.shift(timedelta(seconds=0.5))
        await sign_in(_given())
        assert await _codes(_given(password="wrong")) == {"SIGN_IN_FAILED"}


@pytest.mark.parametrize("email", ["sam@demo.example", "nobody@demo.example"])
async def test_unknown_accounts_wait_like_known_ones(database: Database, email: str) -> None:
    with time_machine.travel(START, tick=False):
        answers = [await _codes(_given(email=email, password="wrong")) for _ in range(FREE_GUESSES + 1)]
    assert answers == [{"SIGN_IN_FAILED"}] * FREE_GUESSES + [{"TRY_LATER"}]


async def test_one_address_cannot_try_every_account(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async def verify(hashed: str | None, password: str) -> bool:
        return False

    monkeypatch.setattr("coord.identity.signing_in.verify_password", verify)
    with time_machine.travel(START, tick=False):
        answers = [await _codes(_given(email=f"someone{n}@demo.example")) for n in range(40)]
    assert answers.count({"SIGN_IN_FAILED"}) == 30


async def test_a_whole_hospital_signs_in_from_one_address(database: Database) -> None:
    with time_machine.travel(START, tick=False):
        sessions = {(await sign_in(_given())).session for _ in range(40)}
    assert len(sessions) == 40
