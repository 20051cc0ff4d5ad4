"""Accepting an invitation: nobody is signed in; whoever holds the link acts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.access.roles import Role
from coord.identity.attempts import by_account, count_guess, forget_guesses
from coord.identity.new_passwords import check_new_password
from coord.identity.passwords import hash_password, verify_password
from coord.identity.reads import AUTHENTICATOR
from coord.identity.rules import hashed
from coord.identity.tables import Membership, User
from coord.identity.telling import pseudonym, trying
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.people.inputs import Accept, AcceptAgain
from coord.people.tables import Invitation
from coord.work import Unit, action, begin


@dataclass(frozen=True, slots=True)
class InvitationShown:
    """What the invited person is shown before they answer."""

    organization: str
    role: Role
    email: str
    has_account: bool


@action("identity.authenticate")
async def _open_one(unit: Unit, secret: str) -> Invitation:
    # Locked: of two answers to one link, one wins.
    row: Invitation | None = await unit.scalar(
        select(Invitation).where(col(Invitation.token_hash) == hashed(secret)).with_for_update()
    )
    over = row is None or row.accepted_at or row.revoked_at or row.expires_at <= unit.started_at
    if row is None or over:
        raise NotFound
    return row


async def _account(unit: Unit, email: str) -> User | None:
    user: User | None = await unit.scalar(select(User).where(col(User.email) == email))
    return user


async def invitation_shown(secret: str) -> InvitationShown:
    """What an invitation offers. Raises ``NotFound`` when it is unknown, used, revoked or over."""
    async with begin(AUTHENTICATOR) as unit:
        row = await _open_one(unit, secret)
        place = await unit.find(Organization, row.organization_id)
        return InvitationShown(place.name, row.role, row.email, await _account(unit, row.email) is not None)


async def accept_invitation(secret: str, raw: Mapping[str, Any]) -> None:
    """Accept an invitation, as a new person or with the account that its address has.

    Raises ``NotFound`` as above, ``Invalid`` for what is wrong with the name or the password.
    """
    shown = await invitation_shown(secret)
    if shown.has_account:
        await _prove(shown.email, AcceptAgain.parse({"password": raw.get("password", "")}))
        made = None
    else:
        given = Accept.parse(raw)
        made = await _new_person(shown.email, given)
    async with begin(AUTHENTICATOR) as unit:
        await _join(unit, await _open_one(unit, secret), made)


async def _prove(email: str, given: AcceptAgain) -> None:
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        user = await _account(unit, email)
    with trying("password", pseudonym(email)):
        await count_guess("password", [by_account(email)])
        fits = await verify_password(user.password_hash if user else None, given.password.get_secret_value())
        if user is None or not fits or not user.is_active:
            raise Invalid(Problem("password", "SIGN_IN_FAILED"))
    async with begin(AUTHENTICATOR) as unit:
        await forget_guesses(unit, [by_account(email)])


async def _new_person(email: str, given: Accept) -> User:
    password = given.password.get_secret_value()
    await check_new_password(password, (given.name, email))
    return User(email=email, name=given.name, language=given.language, password_hash=await hash_password(password))


async def _join(unit: Unit, row: Invitation, made: User | None) -> None:
    user = await _account(unit, row.email)
    if made is not None:
        user = await _added(unit, made)
    elif user is None:
        raise NotFound
    member = await _membership(unit, user.id, row)
    member.starts_on, member.ends_on = row.starts_on, row.ends_on
    row.accepted_at = unit.started_at
    audit.record(unit, "person.accept_invitation", row)
    audit.record(unit, "membership.create", member)


async def _added(unit: Unit, made: User) -> User:
    """The new person. Raises ``Invalid`` where another link gave the address an account meanwhile: its password is asked."""
    try:
        await unit.session.savepoint(made)
    except IntegrityError:
        raise Invalid(Problem("password", "SIGN_IN_FAILED")) from None
    audit.record(unit, "user.create", made)
    return made


async def _membership(unit: Unit, user_id: UUID, row: Invitation) -> Membership:
    """The membership that the person has or once had, else a new one."""
    same = (
        col(Membership.user_id) == user_id,
        col(Membership.organization_id) == row.organization_id,
        col(Membership.role) == row.role,
    )
    found: Membership | None = await unit.scalar(select(Membership).where(*same))
    if found is None:
        found = Membership(user_id=user_id, organization_id=row.organization_id, role=row.role, starts_on=row.starts_on)
        unit.add(found)
    return found
