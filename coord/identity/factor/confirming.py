"""Showing again who one is: the password, and the second factor of those who have one."""

from dataclasses import dataclass
from uuid import UUID

from coord import audit
from coord.identity.attempts import by_factor, by_session, count_guess, forget_guesses
from coord.identity.factor.proving import Holder, check_code, count_code, holder_of
from coord.identity.inputs import Confirm
from coord.identity.passwords import verify_password
from coord.identity.reads import AUTHENTICATOR
from coord.identity.rules import hashed, new_secret
from coord.identity.telling import trying
from coord.kernel.errors import Invalid, Problem
from coord.work import Unit, begin


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the holder of a session besides the password, and whether a passkey may answer it."""

    session_id: UUID
    wants_code: bool
    has_passkeys: bool


async def confirmation_of(secret: str) -> Asked:
    """What the holder of a cookie must show. Raises ``Unauthenticated`` without a session."""
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        holder = await holder_of(unit, secret)
        return Asked(holder.session.id, holder.has_factor, holder.passkeys > 0)


async def confirm(secret: str, given: Confirm) -> str:
    """Show again who one is; the session gets a new value, which is returned.

    Raises ``Invalid`` for a wrong password or code and for a guess that has to wait, ``Unauthenticated`` without a
    session.
    """
    asked = await confirmation_of(secret)
    with trying("confirmation", str(asked.session_id)):
        return await _confirm(secret, given, asked)


async def _confirm(secret: str, given: Confirm, asked: Asked) -> str:
    guessed = [by_session(str(asked.session_id))]
    await count_guess("password", guessed)
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        kept = (await holder_of(unit, secret)).user.password_hash
    # Outside a unit: no transaction stays open while Argon2 works.
    if not await verify_password(kept, given.password.get_secret_value()):
        raise Invalid(Problem("password", "WRONG_PASSWORD"))
    if asked.wants_code:
        guessed.append(by_factor(str(await count_code(secret))))
    async with begin(AUTHENTICATOR) as unit:
        holder = await holder_of(unit, secret)
        if holder.has_factor:
            await check_code(unit, holder, given.code or "")
        await forget_guesses(unit, guessed)
        return confirmed(unit, holder)


def confirmed(unit: Unit, holder: Holder) -> str:
    """The session under a new value, with everything shown now that is ever asked for."""
    secret, session = new_secret(), holder.session
    session.token_hash = hashed(secret)
    session.password_at = unit.started_at
    if holder.has_factor:
        session.proved_at = unit.started_at
    audit.record(unit, "identity.confirm", session)
    return secret
