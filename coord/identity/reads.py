"""Who is this? Asked once per request, answered by named system actors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, update

from coord.access import Actor, Grant, system
from coord.access.scopes import load_scopes
from coord.identity.rules import SEEN_EVERY, hashed, session_is_alive
from coord.identity.tables import ApiToken, Membership, User, WebSession
from coord.kernel.clock import holds_on, now, today
from coord.kernel.errors import Unauthenticated
from coord.kernel.sql import select
from coord.work import Unit, begin, read

AUTHENTICATOR = system("sign-in", "finds the account behind a password, cookie or token", "identity.authenticate")
HOME_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person behind a request: the actor, and how pages look to them."""

    actor: Actor
    theme: str
    session_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class MembershipRow:
    """A role the viewer holds."""

    organization_id: UUID
    role: str


async def _signed_in(unit: Unit, user: User, session_id: UUID | None = None) -> SignedIn:
    held = await unit.scalars(select(Membership).where(col(Membership.user_id) == user.id))
    day = today(HOME_ZONE)
    grants = [Grant(m.organization_id, m.role) for m in held if holds_on(m.starts_on, m.ends_on, day)]
    scopes = await load_scopes(unit, grants)
    return SignedIn(Actor.of(user.id, user.name, user.language, grants, scopes), user.theme, session_id)


@read("identity.authenticate")
async def load_user(unit: Unit, user_id: UUID) -> SignedIn:
    """The actor of a user. Raises ``Unauthenticated`` for an unknown or inactive one."""
    user = await unit.session.get(User, user_id)
    if user is None or not user.is_active:
        raise Unauthenticated
    return await _signed_in(unit, user)


async def actor_by_session(secret: str) -> SignedIn:
    """The person behind a cookie. Raises ``Unauthenticated`` when it is unknown or over."""
    at = now()
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        found = await unit.row(
            select(WebSession, User)
            .join(User, col(User.id) == col(WebSession.user_id))
            .where(col(WebSession.token_hash) == hashed(secret))
        )
        if found is None:
            raise Unauthenticated
        session, user = found
        if not user.is_active or not session_is_alive(session.seen_at, session.expires_at, at):
            raise Unauthenticated
        person = await _signed_in(unit, user, session.id)
    if at - session.seen_at > SEEN_EVERY:
        await _mark_seen(WebSession, session.id, at)
    return person


async def actor_by_token(secret: str) -> SignedIn:
    """The person behind a bearer token. Raises ``Unauthenticated`` when it is unknown, over or revoked."""
    at = now()
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        found = await unit.row(
            select(ApiToken, User)
            .join(User, col(User.id) == col(ApiToken.user_id))
            .where(col(ApiToken.token_hash) == hashed(secret))
        )
        if found is None:
            raise Unauthenticated
        token, user = found
        if token.revoked_at is not None or token.expires_at <= at or not user.is_active:
            raise Unauthenticated
        person = await _signed_in(unit, user)
    if token.last_used_at is None or at - token.last_used_at > SEEN_EVERY:
        await _mark_seen(ApiToken, token.id, at)
    return person


async def _mark_seen(model: type[WebSession] | type[ApiToken], row_id: UUID, at: datetime) -> None:
    # At most every few minutes: a write per request would serialize all reading on SQLite.
    column = "seen_at" if model is WebSession else "last_used_at"
    async with begin(AUTHENTICATOR) as unit:
        await unit.session.run(update(model).where(col(model.id) == row_id).values({column: at}))


@read("account.manage_own")
async def viewer(unit: Unit) -> Sequence[MembershipRow]:
    """The roles of the actor, as loaded for this request."""
    return [MembershipRow(grant.organization_id, grant.role.value) for grant in unit.actor.grants]


@read("account.manage_own")
async def list_tokens(unit: Unit) -> Sequence[ApiToken]:
    """The actor's own tokens, newest first."""
    tokens: Sequence[ApiToken] = await unit.scalars(select(ApiToken).order_by(col(ApiToken.id).desc()))
    return tokens
