"""Who is this? Asked once per request, answered by named system actors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, column, table
from sqlmodel import col, update

from coord.access import Actor, Grant, TokenScope, system
from coord.access.scopes import load_scopes
from coord.identity.freshness import has_factor
from coord.identity.networks import is_inside
from coord.identity.rules import SEEN_EVERY, Step, hashed, next_step, session_is_alive, was_signed_out
from coord.identity.tables import ApiToken, Membership, User, WebSession
from coord.identity.telling import pseudonym, trying
from coord.kernel.clock import holds_on, now, today
from coord.kernel.errors import Unauthenticated
from coord.kernel.sql import select
from coord.settings import settings
from coord.work import Unit, begin, read

AUTHENTICATOR = system("sign-in", "finds the account behind a password, cookie or token", "identity.authenticate")
HOME_ZONE = "Asia/Shanghai"


class StepMissing(Unauthenticated):
    """The password was right, but something is still asked for; for every door that person is not signed in."""

    def __init__(self, step: Step, language: str) -> None:
        super().__init__(step)
        self.step = step
        self.language = language


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


# Identity stands below organizations and needs one fact of theirs: in whose directory each one stands.
_place = table("organization", column("id", Uuid), column("foundation_id", Uuid))


def _with_roles(*proof: Any) -> Any:
    """A person, once for each role ever held (once without any): all that an actor is made of, one statement."""
    about = (User.id, User.name, User.language, User.theme, User.is_active)
    held = (Membership.organization_id, Membership.role, Membership.starts_on, Membership.ends_on)
    return (
        select(*about, *held, _place.c.foundation_id, *proof)
        .select_from(User)
        .outerjoin(Membership, col(Membership.user_id) == User.id)
        .outerjoin(_place, _place.c.id == Membership.organization_id)
    )


_BY_ID = _with_roles().where(col(User.id) == bindparam("user_id"))
_BY_SESSION = (
    _with_roles(
        col(WebSession.id).label("proof_id"),
        WebSession.created_at,
        WebSession.seen_at,
        WebSession.expires_at,
        WebSession.proved_at,
        has_factor(col(User.id)).label("has_factor"),
        User.signed_out_at,
    )
    .join(WebSession, col(WebSession.user_id) == col(User.id))
    .where(col(WebSession.token_hash) == bindparam("hash"))
)
_BY_TOKEN = (
    _with_roles(
        col(ApiToken.id).label("proof_id"),
        ApiToken.last_used_at,
        ApiToken.revoked_at,
        ApiToken.expires_at,
        ApiToken.scopes,
        ApiToken.networks,
    )
    .join(ApiToken, col(ApiToken.user_id) == col(User.id))
    .where(col(ApiToken.token_hash) == bindparam("hash"))
)


async def _found(unit: Unit, statement: Any, **given: object) -> Sequence[Any]:
    """The rows of an active person. Raises ``Unauthenticated`` for nobody and for an inactive one."""
    rows = (await unit.session.run(statement, given)).all()
    if not rows or not rows[0].is_active:
        raise Unauthenticated
    return rows


async def _signed_in(unit: Unit, rows: Sequence[Any], session_id: UUID | None = None) -> SignedIn:
    day, user = today(HOME_ZONE), rows[0]
    held = [row for row in rows if row.role is not None and holds_on(row.starts_on, row.ends_on, day)]
    grants = [Grant(row.organization_id, row.role, row.foundation_id) for row in held]
    scopes = await load_scopes(unit, grants)
    return SignedIn(Actor.of(user.id, user.name, user.language, grants, scopes), user.theme, session_id)


@read("identity.authenticate")
async def load_user(unit: Unit, user_id: UUID) -> SignedIn:
    """The actor of a user. Raises ``Unauthenticated`` for an unknown or inactive one."""
    return await _signed_in(unit, await _found(unit, _BY_ID, user_id=user_id))


async def actor_by_session(secret: str) -> SignedIn:
    """The person behind a cookie.

    Raises ``Unauthenticated`` when it is unknown or over, ``StepMissing`` while the second factor is.
    """
    at = now()
    async with begin(AUTHENTICATOR, read_only=True, one_moment=False) as unit:
        with trying("session", pseudonym(secret), only_refused=True):
            rows = await _found(unit, _BY_SESSION, hash=hashed(secret))
            session = rows[0]
            if not session_is_alive(session.seen_at, session.expires_at, at, settings().session_idle):
                raise Unauthenticated
            if was_signed_out(session.created_at, session.signed_out_at):
                raise Unauthenticated
        person = await _signed_in(unit, rows, session.proof_id)
        _check_steps(person.actor, session)
    if at - session.seen_at > SEEN_EVERY:
        await _mark_seen(WebSession, session.proof_id, at)
    return person


def _check_steps(actor: Actor, session: Any) -> None:
    step = next_step(
        actor.permissions,
        has_factor=bool(session.has_factor),
        proved=session.proved_at is not None,
        is_required=settings().requires_second_factor,
    )
    if step is not None:
        raise StepMissing(step, actor.language)


async def actor_by_token(secret: str, address: str = "") -> SignedIn:
    """The person behind a bearer token, who may do what it was made for.

    Raises ``Unauthenticated`` when it is unknown, over, revoked, or not good for the network address that it comes
    from.
    """
    at = now()
    async with begin(AUTHENTICATOR, read_only=True, one_moment=False) as unit:
        with trying("token", pseudonym(secret), only_refused=True):
            rows = await _found(unit, _BY_TOKEN, hash=hashed(secret))
            token = rows[0]
            if token.revoked_at is not None or token.expires_at <= at:
                raise Unauthenticated
            if token.networks and not is_inside(address, token.networks):
                raise Unauthenticated
        person = await _signed_in(unit, rows)
        made_for = frozenset(map(TokenScope, token.scopes))
        person = replace(person, actor=replace(person.actor, token_scopes=made_for))
    if token.last_used_at is None or at - token.last_used_at > SEEN_EVERY:
        await _mark_seen(ApiToken, token.proof_id, at)
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
