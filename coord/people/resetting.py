"""A forgotten password: a link by mail, good once and for half an hour. The second factor is asked for as ever."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import col, delete

from coord import audit
from coord.identity.attempts import Guessed, by_address, count_guess
from coord.identity.new_passwords import check_new_password
from coord.identity.passwords import hash_password
from coord.identity.reads import AUTHENTICATOR
from coord.identity.rules import hashed, new_secret
from coord.identity.tables import User, WebSession
from coord.kernel.errors import NotFound
from coord.kernel.sql import select
from coord.notices import NoticeKind, mail_link
from coord.people.inputs import AskReset, ResetPassword
from coord.people.tables import PasswordReset
from coord.work import Unit, action, begin

RESET_HOLDS = timedelta(minutes=30)


def _by_reset(email: str) -> Guessed:
    """Requests for one account are counted apart from guesses: asking for mails keeps nobody from signing in."""
    return Guessed(hashed(f"reset {email}"))


async def ask_for_reset(given: AskReset) -> None:
    """Mail a link to the holder of an account; for an unknown address nothing happens, and nothing tells so.

    Raises ``Invalid`` (``TRY_LATER``) after too many requests, for known and unknown addresses alike.
    """
    await count_guess("email", [_by_reset(given.email), by_address(given.address)])
    async with begin(AUTHENTICATOR) as unit:
        await _mail(unit, given.email)


@action("identity.authenticate")
async def _mail(unit: Unit, email: str) -> None:
    user: User | None = await unit.scalar(select(User).where(col(User.email) == email))
    secret = new_secret()
    if user is None or not user.is_active:
        return
    # The newest link is the one that people click.
    await unit.session.run(delete(PasswordReset).where(col(PasswordReset.user_id) == user.id))
    row = PasswordReset(user_id=user.id, token_hash=hashed(secret), expires_at=unit.started_at + RESET_HOLDS)
    unit.add(row)
    mail_link(unit, user.id, NoticeKind.PASSWORD_RESET, f"/reset/{secret}")
    audit.record(unit, "identity.ask_reset", user)


async def check_reset(secret: str) -> None:
    """Raise ``NotFound`` when a link is unknown, used or over."""
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        await _open_one(unit, secret)


@action("identity.authenticate")
async def _open_one(unit: Unit, secret: str) -> PasswordReset:
    row: PasswordReset | None = await unit.scalar(
        select(PasswordReset).where(col(PasswordReset.token_hash) == hashed(secret))
    )
    if row is None or row.expires_at <= unit.started_at:
        raise NotFound
    return row


async def reset_password(secret: str, given: ResetPassword) -> None:
    """Set a new password by a mailed link, which is used up; all sessions end, the person is told.

    Raises ``NotFound`` as above, ``Invalid`` for an easy or known password (the link stays good).
    """
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        user = await unit.find(User, (await _open_one(unit, secret)).user_id)
    wanted = given.password.get_secret_value()
    await check_new_password(wanted, (user.name, user.email))
    made = await hash_password(wanted)
    async with begin(AUTHENTICATOR) as unit:
        await _store(unit, secret, made)


@action("identity.authenticate")
async def _store(unit: Unit, secret: str, made: str) -> None:
    # In one statement: of two answers to one link, one wins.
    used = (
        delete(PasswordReset)
        .where(col(PasswordReset.token_hash) == hashed(secret), col(PasswordReset.expires_at) > unit.started_at)
        .returning(col(PasswordReset.user_id))
    )
    user_id: UUID | None = await unit.scalar(used)
    user = await unit.session.get(User, user_id) if user_id else None
    if user is None or not user.is_active:
        raise NotFound
    user.password_hash = made
    audit.record(unit, "identity.reset_password", user)
    await unit.session.run(delete(WebSession).where(col(WebSession.user_id) == user.id))
    mail_link(unit, user.id, NoticeKind.PASSWORD_CHANGED)
