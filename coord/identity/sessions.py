"""One's own browsers and password."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.access import Actor
from coord.identity.attempts import by_session, count_guess, forget_guesses
from coord.identity.inputs import ChangePassword
from coord.identity.new_passwords import check_new_password
from coord.identity.passwords import hash_password, verify_password
from coord.identity.reads import AUTHENTICATOR
from coord.identity.tables import User, WebSession
from coord.identity.telling import trying
from coord.kernel.clock import now
from coord.kernel.errors import Invalid, Problem, Unauthenticated
from coord.kernel.sql import select
from coord.settings import settings
from coord.work import Unit, action, begin, read

_MOST_SHOWN = 100


@read("account.manage_own")
async def list_sessions(unit: Unit) -> Sequence[WebSession]:
    """The browsers in which the actor is signed in now, the one used last first."""
    at = now()
    alive = (
        col(WebSession.expires_at) > at,
        col(WebSession.seen_at) > at - settings().session_idle,
        col(User.signed_out_at).is_(None) | (col(User.signed_out_at) < col(WebSession.created_at)),
    )
    statement = (
        select(WebSession)
        .join(User, col(User.id) == col(WebSession.user_id))
        .where(*alive)
        .order_by(col(WebSession.seen_at).desc(), col(WebSession.id))
        .limit(_MOST_SHOWN)
    )
    found: Sequence[WebSession] = await unit.scalars(statement)
    return found


@action("account.manage_own")
async def end_session(unit: Unit, session_id: UUID) -> None:
    """Sign another browser out; it is out with its next request. Raises ``NotFound`` for foreign ones."""
    session = await unit.find(WebSession, session_id)
    audit.record(unit, "identity.end_session", session)
    await unit.session.run(delete(WebSession).where(col(WebSession.id) == session.id))


@action("account.manage_own")
async def end_other_sessions(unit: Unit, keep: UUID) -> None:
    """Sign every other browser out."""
    while others := [session for session in await list_sessions(unit) if session.id != keep]:
        for session in others:
            await end_session(unit, session.id)


async def change_password(actor: Actor, given: ChangePassword, keep: UUID) -> None:
    """Change one's own password; every other session ends.

    Raises ``Invalid`` when the present one is wrong, has been guessed at too often, or the new one is easy or known.
    """
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        user = await _account(unit, actor)
    # By session: strangers who guess at the account keep nobody from changing the password.
    guessed = [by_session(str(keep))]
    with trying("present password", str(user.id)):
        await count_guess("current", guessed)
        if not await verify_password(user.password_hash, given.current.get_secret_value()):
            raise Invalid(Problem("current", "WRONG_PASSWORD"))
    wanted = given.password.get_secret_value()
    await check_new_password(wanted, (user.name, user.email))
    made = await hash_password(wanted)
    async with begin(AUTHENTICATOR) as unit:
        await forget_guesses(unit, guessed)
        await _store_password(unit, actor, made, keep)


@action("identity.authenticate")
async def _account(unit: Unit, actor: Actor) -> User:
    if actor.user_id is None:
        raise Unauthenticated
    return await unit.find(User, actor.user_id)


@action("identity.authenticate")
async def _store_password(unit: Unit, actor: Actor, made: str, keep: UUID) -> None:
    user = await _account(unit, actor)
    user.password_hash = made
    audit.record(unit, "identity.change_password", user)
    others = col(WebSession.user_id) == user.id, col(WebSession.id) != keep
    await unit.session.run(delete(WebSession).where(*others))
