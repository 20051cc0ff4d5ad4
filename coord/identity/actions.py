"""Accounts, preferences and tokens."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col

from coord import audit
from coord.access.rows import one_of
from coord.identity.freshness import check_confirmed
from coord.identity.inputs import CreateToken, CreateUser, Preferences
from coord.identity.new_passwords import check_new_password
from coord.identity.passwords import hash_password
from coord.identity.reads import HOME_ZONE
from coord.identity.rules import TOKEN_PREFIX, hashed, new_secret
from coord.identity.tables import ApiToken, Membership, User
from coord.kernel.clock import now, today
from coord.kernel.errors import Conflict, Invalid, Problem
from coord.kernel.sql import select
from coord.work import Unit, action


@action("user.create")
async def create_user(unit: Unit, given: CreateUser) -> User:
    """Create a person, with a role at an organization if one is given.

    Raises ``Conflict`` when the address is taken, ``Invalid`` for an organization that does not exist.
    """
    password = given.password.get_secret_value()
    await check_new_password(password, (given.name, given.email))
    user = User(
        email=given.email,
        name=given.name,
        language=given.language,
        password_hash=await hash_password(password),
    )
    try:
        await unit.session.savepoint(user)
    except IntegrityError:
        raise Conflict(Problem("email", "EMAIL_TAKEN")) from None
    audit.record(unit, "user.create", user)
    if given.organization_id is not None and given.role is not None:
        starts_on = given.starts_on or today(HOME_ZONE)
        member = Membership(
            user_id=user.id, organization_id=given.organization_id, role=given.role, starts_on=starts_on
        )
        await _join(unit, member)
    return user


async def _join(unit: Unit, member: Membership) -> None:
    refused = Invalid(Problem("organization_id", "NO_SUCH_ORGANIZATION"))
    if not unit.actor.unscoped and not await _administers(unit, member.organization_id):
        raise refused  # of another directory: the same answer as for one that does not exist
    try:
        await unit.session.savepoint(member)
    except IntegrityError:
        raise refused from None
    audit.record(unit, "membership.create", member)


async def _administers(unit: Unit, organization_id: UUID) -> bool:
    """Whether an organization stands in a directory of the actor's: the rule for roles, asked of the place itself."""
    # Organizations stand above: their table is known by the time this runs.
    place = SQLModel.metadata.tables["organization"].alias("place_of_the_role")
    own = exists().where(place.c.id == organization_id, one_of(place.c.foundation_id, unit.actor.administers()))
    return await unit.scalar(select(User.id).where(col(User.id) == unit.actor.user_id, own)) is not None


@action("token.create")
async def create_token(unit: Unit, session_id: UUID, given: CreateToken) -> str:
    """Make a token with the actor's own rights; the value is returned once and only its hash kept.

    Raises ``NotConfirmed`` unless the person has just shown in their own session who they are.
    """
    if unit.actor.user_id is None:
        raise Invalid(Problem("", "TOKEN_NEEDS_A_PERSON"))
    await check_confirmed(unit, session_id)
    return _new_token(unit, unit.actor.user_id, given)


def _new_token(unit: Unit, user_id: UUID, given: CreateToken) -> str:
    secret = new_secret(TOKEN_PREFIX)
    token = ApiToken(
        user_id=user_id,
        name=given.name,
        token_hash=hashed(secret),
        expires_at=now() + timedelta(days=given.days),
        scopes=list(given.scopes),
        networks=list(given.networks),
    )
    unit.add(token)
    audit.record(unit, "token.create", token)
    return secret


@action("identity.authenticate")
async def issue_token(unit: Unit, email: str, given: CreateToken) -> str:
    """Make a token for somebody else; only the command line at the server may, no role does.

    Raises ``Invalid`` when nobody signs in with the address.
    """
    user: User | None = await unit.scalar(select(User).where(col(User.email) == email.strip().lower()))
    if user is None:
        raise Invalid(Problem("email", "NO_SUCH_USER"))
    return _new_token(unit, user.id, given)


@action("account.manage_own")
async def revoke_token(unit: Unit, token_id: UUID) -> None:
    """Take a token back; it stops working with the next request. Raises ``NotFound`` for foreign ones."""
    token = await unit.find(ApiToken, token_id)
    before = audit.facts(token)
    token.revoked_at = token.revoked_at or now()
    audit.record(unit, "token.revoke", token, before=before)


@action("account.manage_own")
async def change_preferences(unit: Unit, given: Preferences) -> None:
    """Store the language and theme of the actor."""
    user = await unit.find(User, unit.actor.user_id) if unit.actor.user_id else None
    if user is not None:
        before = audit.facts(user)
        user.language, user.theme = given.language, given.theme
        audit.record(unit, "account.preferences", user, before=before)
