"""Signing in with a passkey: as the second step, alone as both, and to show again who one is."""

from coord.identity.attempts import by_address, count_guess, forget_guesses
from coord.identity.factor.confirming import confirmed
from coord.identity.factor.proving import holder_of, renewed
from coord.identity.inputs import ShowPasskey, SignInByPasskey
from coord.identity.passkeys.challenges import Purpose
from coord.identity.passkeys.using import use_passkey
from coord.identity.passkeys.verifying import REFUSED
from coord.identity.reads import AUTHENTICATOR
from coord.identity.signing_in import Started, is_known, remember_device, start_session
from coord.identity.tables import User
from coord.identity.telling import pseudonym, trying
from coord.kernel.errors import Invalid
from coord.work import begin


async def prove_by_passkey(secret: str, given: ShowPasskey) -> str:
    """Complete a sign-in; the session gets a new value, which is returned.

    Raises ``Invalid`` for an answer that proves nothing, ``Unauthenticated`` without a session.
    """
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        owner = (await holder_of(unit, secret)).user.id
    with trying("passkey", str(owner)):
        await use_passkey(Purpose.PROVE, secret, given.answer, owner)
    async with begin(AUTHENTICATOR) as unit:
        return renewed(unit, await holder_of(unit, secret))


async def sign_in_by_passkey(given: SignInByPasskey) -> Started:
    """Start a complete session with a passkey that asked who holds it: two factors in one.

    Raises ``Invalid`` for an answer that proves nothing, or that the next try has to wait.
    """
    with trying("passkey alone", pseudonym(given.address)):
        return await _sign_in(given)


async def _sign_in(given: SignInByPasskey) -> Started:
    guessed = [by_address(given.address)]
    await count_guess("", guessed)
    used = await use_passkey(Purpose.SIGN_IN, given.ticket, given.answer, None)
    if not used.user_verified:
        raise Invalid(REFUSED)
    async with begin(AUTHENTICATOR) as unit:
        if not (await unit.find(User, used.user_id)).is_active:
            raise Invalid(REFUSED)
        await forget_guesses(unit, guessed)
        knows = await is_known(unit, used.user_id, given.known_device)
        secret = await start_session(unit, used.user_id, given.device, proved=True)
        return Started(secret, "" if knows else remember_device(unit, used.user_id))


async def confirm_by_passkey(secret: str, given: ShowPasskey) -> str:
    """Show again who one is, with a passkey that asked who holds it; the session gets a new value.

    Raises ``Invalid`` for an answer that proves less than that, ``Unauthenticated`` without a session.
    """
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        owner = (await holder_of(unit, secret)).user.id
    with trying("confirmation by passkey", str(owner)):
        used = await use_passkey(Purpose.CONFIRM, secret, given.answer, owner)
        if not used.user_verified:
            raise Invalid(REFUSED)
    async with begin(AUTHENTICATOR) as unit:
        return confirmed(unit, await holder_of(unit, secret))
