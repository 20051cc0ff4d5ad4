"""Guesses are counted before they are looked at, by account, by address or by a device that is known."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlmodel import col, delete, update

from coord.identity.guessing import FREE_GUESSES, FREE_GUESSES_OF_AN_ADDRESS, guesses_at, waits_until
from coord.identity.reads import AUTHENTICATOR
from coord.identity.rules import hashed
from coord.identity.tables import GuessCount
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, Problem
from coord.work import Unit, action, begin
from coord.work.inserting import locked_row


@dataclass(frozen=True, slots=True)
class Guessed:
    """What guesses are counted by; only its hash is kept."""

    key: str
    free: int = FREE_GUESSES


def by_account(email: str) -> Guessed:
    """Guesses at one account, whether it exists or not."""
    return Guessed(hashed(f"account {email}"))


def by_address(address: str) -> Guessed:
    """Guesses from one network address."""
    return Guessed(hashed(f"address {address}"), FREE_GUESSES_OF_AN_ADDRESS)


def by_device(secret: str) -> Guessed:
    """Guesses from a browser that its owner has signed in with before."""
    return Guessed(hashed(f"device {secret}"))


def by_factor(session: str) -> Guessed:
    """Guesses at the second factor of one person."""
    return Guessed(hashed(f"factor {session}"))


def by_session(session: str) -> Guessed:
    """Guesses at the password from inside one session: those of strangers do not keep its owner waiting."""
    return Guessed(hashed(f"session {session}"))


async def count_guess(field: str, guessed: Sequence[Guessed]) -> None:
    """Count one more guess; it may be looked at. Raises ``Invalid`` (``TRY_LATER``) when it has to wait."""
    async with begin(AUTHENTICATOR) as unit:
        # Always in one order, so that two guesses never wait for each other's rows.
        for one in sorted(guessed, key=lambda found: found.key):
            await _count(unit, field, one)


@action("identity.authenticate")
async def _count(unit: Unit, field: str, guessed: Guessed) -> None:
    row = await locked_row(unit, GuessCount(key=guessed.key), col(GuessCount.key) == guessed.key)
    at = now()
    counted = guesses_at(row.guesses, row.last_at, at)
    until = waits_until(counted, row.last_at, guessed.free)
    if at < until:
        raise Invalid(Problem(field, "TRY_LATER", {"seconds": ceil((until - at).total_seconds())}))
    row.guesses, row.last_at = counted + 1, at


@action("identity.authenticate")
async def forget_guesses(unit: Unit, guessed: Sequence[Guessed]) -> None:
    """The right one was given: its owner starts anew; an address, shared by many, only gets this guess back."""
    own = [one.key for one in guessed if one.free == FREE_GUESSES]
    shared = [one.key for one in guessed if one.free != FREE_GUESSES]
    await unit.session.run(delete(GuessCount).where(col(GuessCount.key).in_(own)))
    back = update(GuessCount).where(col(GuessCount.key).in_(shared), col(GuessCount.guesses) > 0)
    await unit.session.run(back.values(guesses=col(GuessCount.guesses) - 1))
