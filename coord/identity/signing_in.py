"""Signing in with a password, and out."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.identity.attempts import by_account, by_address, by_device, count_guess, forget_guesses
from coord.identity.freshness import has_factor
from coord.identity.inputs import SignIn
from coord.identity.passwords import hash_password, needs_rehash, verify_password
from coord.identity.reads import AUTHENTICATOR
from coord.identity.rules import SESSION_ABSOLUTE, hashed, new_secret
from coord.identity.tables import KnownDevice, User, WebSession
from coord.identity.telling import pseudonym, trying
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, Problem
from coord.kernel.incidents import tell
from coord.kernel.sql import select
from coord.work import Unit, action, begin


@dataclass(frozen=True, slots=True)
class Started:
    """The values of two cookies, which are stored nowhere: the session, and the browser now known (if it was not)."""

    session: str
    device: str = ""


async def sign_in(given: SignIn) -> Started:
    """Check a password and start a session, which may still need a second factor.

    Raises ``Invalid``: one and the same problem for an unknown address and a wrong password, or that the guess
    has to wait.
    """
    with trying("password", pseudonym(given.email)):
        return await _sign_in(given)


async def _sign_in(given: SignIn) -> Started:
    password = given.password.get_secret_value()
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        user: User | None = await unit.scalar(select(User).where(col(User.email) == given.email))
        knows = await is_known(unit, user.id if user else None, given.known_device)
    guessed = [by_device(given.known_device)] if knows else [by_account(given.email), by_address(given.address)]
    await count_guess("password", guessed)
    # Outside a unit: no transaction stays open while Argon2 works.
    fits = await verify_password(user.password_hash if user else None, password)
    if user is None or not fits or not user.is_active:
        raise Invalid(Problem("password", "SIGN_IN_FAILED"))
    rehash = await hash_password(password) if needs_rehash(user.password_hash) else None
    async with begin(AUTHENTICATOR) as unit:
        await forget_guesses(unit, guessed)
        if rehash:
            (await unit.find(User, user.id)).password_hash = rehash
        secret = await start_session(unit, user.id, given.device)
        return Started(secret, "" if knows else remember_device(unit, user.id))


@action("identity.authenticate")
async def is_known(unit: Unit, user_id: UUID | None, secret: str) -> bool:
    """Whether the person signed in before in the browser that brings the value.

    Asked for unknown people too: the same work for everybody.
    """
    owner = select(KnownDevice.user_id).where(col(KnownDevice.token_hash) == hashed(secret))
    found: UUID | None = await unit.scalar(owner)
    return user_id is not None and found == user_id


def remember_device(unit: Unit, user_id: UUID) -> str:
    """Know the browser from now on; the value that it keeps."""
    secret = new_secret()
    unit.add(KnownDevice(user_id=user_id, token_hash=hashed(secret)))
    return secret


@action("identity.authenticate")
async def start_session(unit: Unit, user_id: UUID, device: str, *, proved: bool = False) -> str:
    """A session of the person; with ``proved`` both steps are taken, else one who has a second factor still shows it."""
    user = await unit.find(User, user_id)
    protected = await unit.scalar(select(User.id).where(col(User.id) == user.id, has_factor(User.id)))
    if proved or protected is None:
        user.last_signed_in_at = unit.started_at  # else the second step completes it
    secret = new_secret()
    session = WebSession(
        token_hash=hashed(secret),
        user_id=user.id,
        expires_at=now() + SESSION_ABSOLUTE,
        device=device,
        proved_at=unit.started_at if proved else None,
    )
    unit.add(session)
    audit.record(unit, "identity.sign_in", session)
    tell("session_started", account=str(user.id))
    return secret


async def sign_out(secret: str) -> None:
    """End the session of a cookie; unknown ones are ignored."""
    async with begin(AUTHENTICATOR) as unit:
        await _end_session(unit, secret)


@action("identity.authenticate")
async def _end_session(unit: Unit, secret: str) -> None:
    found: WebSession | None = await unit.scalar(select(WebSession).where(col(WebSession.token_hash) == hashed(secret)))
    if found is not None:
        audit.record(unit, "identity.sign_out", found)
        await unit.session.run(delete(WebSession).where(col(WebSession.id) == found.id))
