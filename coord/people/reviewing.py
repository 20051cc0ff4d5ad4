"""The review of each quarter: everybody with a role at an organization, confirmed or ended by an administrator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from coord import audit
from coord.access.roles import Role
from coord.identity.reads import HOME_ZONE
from coord.identity.tables import Membership, User
from coord.kernel.clock import local_date
from coord.kernel.errors import Invalid, NotFound, Problem
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.people.actions import end_membership
from coord.people.inputs import MOST_ROLES, ReviewRoles
from coord.people.quarters import Quarter, quarter_of
from coord.people.tables import AccessReview, Verdict
from coord.work import Unit, action, read
from coord.work.listing import another

MOST_PLACES = 2000


@dataclass(frozen=True, slots=True)
class ReviewOfPlace:
    """How far the review of an organization is: its roles, those that are open, those that last quarter left open."""

    organization_id: UUID
    code: str
    name: str
    roles: int
    open: int
    missed: int


@dataclass(frozen=True, slots=True)
class RoleToReview:
    """A role, its holder, when they last signed in, and who confirmed it this quarter."""

    membership_id: UUID
    user_id: UUID
    name: str
    email: str
    is_active: bool
    role: Role
    starts_on: date
    ends_on: date | None
    last_signed_in_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: str | None


def _today(unit: Unit) -> date:
    return local_date(unit.started_at, HOME_ZONE)


def present_quarter(unit: Unit) -> Quarter:
    """The quarter whose review is due."""
    return quarter_of(_today(unit))


def _still(unit: Unit) -> Sequence[Any]:
    """Roles in the actor's directories that hold or will."""
    return (
        col(Organization.foundation_id).in_(unit.actor.administers()),
        col(Membership.ends_on).is_(None) | (col(Membership.ends_on) >= _today(unit)),
    )


@read("access.review")
async def reviews(unit: Unit) -> Sequence[ReviewOfPlace]:
    """The organizations at which anybody holds a role, by code."""
    now, before = present_quarter(unit), present_quarter(unit).before
    done, earlier = another(AccessReview, "done"), another(AccessReview, "earlier")
    statement = (
        select(
            Organization.id, Organization.code, Organization.name, func.count(col(Membership.id)), func.count(done.id),
            func.count(col(Membership.id)).filter(earlier.id.is_(None), col(Membership.starts_on) <= before.last),
        )
        .select_from(Membership)
        .join(Organization, col(Organization.id) == col(Membership.organization_id))
        .outerjoin(done, and_(done.membership_id == col(Membership.id), done.quarter == now.name))
        .outerjoin(earlier, and_(earlier.membership_id == col(Membership.id), earlier.quarter == before.name))
        .where(*_still(unit))
        .group_by(col(Organization.id), col(Organization.code), col(Organization.name))
        .order_by(col(Organization.code), col(Organization.id))
        .limit(MOST_PLACES)
    )  # fmt: skip
    found = await unit.rows(statement)
    return [ReviewOfPlace(place, code, name, n, n - done_, missed) for place, code, name, n, done_, missed in found]


@read("access.review")
async def roles_to_review(unit: Unit, organization_id: UUID) -> Sequence[RoleToReview]:
    """Everybody with a role at an organization, by name. Raises ``NotFound`` for one of another directory."""
    place = await unit.find(Organization, organization_id)
    if place.foundation_id not in unit.actor.administers():
        raise NotFound
    done, by = another(AccessReview, "done"), another(User, "by")
    statement = (
        select(
            Membership.id, User.id, User.name, User.email, User.is_active, Membership.role, Membership.starts_on,
            Membership.ends_on, User.last_signed_in_at, done.decided_at, by.name,
        )
        .select_from(Membership)
        .join(User, col(User.id) == col(Membership.user_id))
        .join(Organization, col(Organization.id) == col(Membership.organization_id))
        .outerjoin(done, and_(done.membership_id == col(Membership.id), done.quarter == present_quarter(unit).name))
        .outerjoin(by, by.id == done.decided_by_id)
        .where(col(Organization.id) == place.id, *_still(unit))
        .order_by(col(User.name), col(Membership.role), col(Membership.id))
        .limit(MOST_ROLES)
    )  # fmt: skip
    return [RoleToReview(*row) for row in await unit.rows(statement)]


@action("access.review")
async def review_roles(unit: Unit, organization_id: UUID, given: ReviewRoles) -> None:
    """Confirm and end roles at an organization, for this quarter.

    Raises ``NotFound`` for a foreign organization or role, ``Invalid`` for one that is to be kept and ended,
    ``Conflict`` for ending one's own. A role that was confirmed this quarter already stays as it is.
    """
    there = {role.membership_id: role for role in await roles_to_review(unit, organization_id)}
    if set(given.keep) & set(given.end):
        raise Invalid(Problem("", "KEPT_AND_ENDED"))
    if not {*given.keep, *given.end} <= set(there):
        raise NotFound
    for membership_id in dict.fromkeys(given.end):
        await end_membership(unit, membership_id)
        await _decide(unit, membership_id, Verdict.ENDED)
    for membership_id in dict.fromkeys(given.keep):
        if there[membership_id].confirmed_at is None:
            await _decide(unit, membership_id, Verdict.KEPT)


async def _decide(unit: Unit, membership_id: UUID, verdict: Verdict) -> None:
    member = await unit.find(Membership, membership_id)
    place = await unit.find(Organization, member.organization_id)
    if unit.actor.user_id is None:
        raise NotFound
    row = AccessReview(
        foundation_id=place.foundation_id,
        membership_id=membership_id,
        quarter=present_quarter(unit).name,
        verdict=verdict,
        decided_at=unit.started_at,
        decided_by_id=unit.actor.user_id,
    )
    try:
        await unit.session.savepoint(row)
    except IntegrityError:
        return  # it was confirmed this quarter; what is ended now stands on the trail of the role
    audit.record(unit, "access.review", row)
