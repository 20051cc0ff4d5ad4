"""An administrator and somebody's account: its roles, signing it out everywhere, closing and opening it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.access import Actor
from coord.access.roles import Role
from coord.identity.factor.recovering import lose_factors
from coord.identity.freshness import check_confirmed
from coord.identity.reads import AUTHENTICATOR, HOME_ZONE
from coord.identity.tables import ApiToken, Membership, User
from coord.kernel.clock import holds_on, local_date
from coord.kernel.errors import Conflict, NotFound, Problem
from coord.kernel.sql import select
from coord.notices import NoticeKind, mail_link
from coord.organizations.tables import Organization
from coord.people.inputs import TakeFactor
from coord.people.staying import stay_administrator
from coord.work import Unit, action, begin, read

_MOST_ROLES = 200


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a person holds or held in the actor's directories."""

    holds: bool
    membership_id: UUID
    organization: str
    role: Role
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Account:
    """A person as their administrator sees them."""

    user_id: UUID
    name: str
    email: str
    is_active: bool
    last_signed_in_at: datetime | None
    roles: Sequence[HeldRole]


def _held(user_id: UUID) -> Any:
    return (
        select(Membership.id, Organization.name, Membership.role, Membership.starts_on, Membership.ends_on)
        .join(Organization, col(Organization.id) == col(Membership.organization_id))
        .where(col(Membership.user_id) == user_id)
        .order_by(col(Membership.starts_on).desc(), col(Membership.id))
        .limit(_MOST_ROLES)
    )


def _today(unit: Unit) -> date:
    return local_date(unit.started_at, HOME_ZONE)


@read("account.manage_others")
async def account(unit: Unit, user_id: UUID) -> Account:
    """A person with a role, past or present, in the actor's directories. Raises ``NotFound`` for everybody else."""
    own = col(Organization.foundation_id).in_(unit.actor.administers())
    rows = await unit.rows(_held(user_id).where(own))
    if not rows:
        raise NotFound
    user = await unit.find(User, user_id)
    roles = [HeldRole(holds_on(row.starts_on, row.ends_on, _today(unit)), *row) for row in rows]
    return Account(user.id, user.name, user.email, user.is_active, user.last_signed_in_at, roles)


async def sign_out_everywhere(actor: Actor, user_id: UUID) -> None:
    """End all browsers of a person, with their next request; tokens and the account itself stay.

    Raises ``NotFound`` for somebody of another directory, ``Conflict`` for oneself and for somebody who now works for
    another foundation only.
    """
    await _check(actor, user_id, also_here=True)
    async with begin(actor) as unit:
        user, before = await _changed(unit, user_id)
        user.signed_out_at = unit.started_at
        audit.record(unit, "account.sign_out", user, before=before)


async def close_account(actor: Actor, user_id: UUID) -> None:
    """Close an account: no password, browser or token opens it from the next request on.

    Raises ``NotFound`` for somebody of another directory, ``Conflict`` for oneself and for somebody who works for
    another foundation as well: there the account is not the actor's to close.
    """
    if not (await _check(actor, user_id, also_here=False)).is_active:
        return
    async with begin(actor) as unit:
        user, before = await _changed(unit, user_id)
        user.is_active, user.signed_out_at = False, unit.started_at
        audit.record(unit, "account.close", user, before=before)


async def open_account(actor: Actor, user_id: UUID) -> None:
    """Open a closed account again, for its password; browsers and tokens of earlier stay ended. Raises as above."""
    if (await _check(actor, user_id, also_here=False)).is_active:
        return
    async with begin(AUTHENTICATOR) as unit:
        await _revoke_tokens(unit, user_id)
    async with begin(actor) as unit:
        user, before = await _changed(unit, user_id)
        user.is_active = True
        audit.record(unit, "account.open", user, before=before)


async def take_factor(actor: Actor, session_id: UUID, user_id: UUID, given: TakeFactor) -> None:
    """Take the lost second factor of a person away, who proved otherwise who they are; all their sessions end.

    Reason and proof stand on the trail with the administrator's name, and the person is told. Raises as
    ``close_account``, and ``NotConfirmed`` when the administrator showed too long ago who they are.
    """
    await _check(actor, user_id, also_here=False)
    async with begin(actor) as unit:
        await check_confirmed(unit, session_id)
        user, before = await _changed(unit, user_id)
        user.signed_out_at = unit.started_at
        said = f"{given.reason} · {given.proof}"
        audit.record(unit, "account.take_factor", user, before=before, reason=said)
    async with begin(AUTHENTICATOR) as unit:
        await lose_factors(unit, await unit.find(User, user_id), said)
        mail_link(unit, user_id, NoticeKind.FACTOR_TAKEN)


@action("account.manage_others")
async def _changed(unit: Unit, user_id: UUID) -> tuple[User, dict[str, Any]]:
    await stay_administrator(unit, "account.manage_others")
    user = await unit.find(User, user_id)
    return user, audit.facts(user)


async def _check(actor: Actor, user_id: UUID, *, also_here: bool) -> Account:
    """The person. Raises ``Conflict`` unless the account is the actor's to act on; with ``also_here``, one role here is enough."""
    async with begin(actor, read_only=True) as unit:
        found = await account(unit, user_id)
    if user_id == actor.user_id:
        raise Conflict(Problem("", "OWN_ACCOUNT"))
    async with begin(AUTHENTICATOR, read_only=True) as unit:
        elsewhere = await _works_elsewhere(unit, actor, user_id)
    here = also_here and any(role.holds for role in found.roles)
    if elsewhere and not here:
        raise Conflict(Problem("", "WORKS_ELSEWHERE"))
    return found


@read("identity.authenticate")
async def _works_elsewhere(unit: Unit, actor: Actor, user_id: UUID) -> bool:
    """Whether the person holds a role in a directory that the actor does not administer, and so does not see."""
    other = _held(user_id).where(
        col(Organization.foundation_id).not_in(actor.administers()),
        col(Membership.ends_on).is_(None) | (col(Membership.ends_on) >= _today(unit)),
    )
    return await unit.row(other) is not None


@action("identity.authenticate")
async def _revoke_tokens(unit: Unit, user_id: UUID) -> None:
    open_ones = select(ApiToken).where(col(ApiToken.user_id) == user_id, col(ApiToken.revoked_at).is_(None))
    for token in await unit.scalars(open_ones):
        before = audit.facts(token)
        token.revoked_at = unit.started_at
        audit.record(unit, "token.revoke", token, before=before, reason="the account was closed")
