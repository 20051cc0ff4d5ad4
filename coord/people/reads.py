"""Who works in the organizations of one's directories, and who was invited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, or_
from sqlmodel import col

from coord.access.roles import Role
from coord.identity.reads import HOME_ZONE
from coord.identity.tables import Membership, User
from coord.kernel.clock import holds_on, local_date
from coord.kernel.sql import select
from coord.organizations.tables import Organization, OrganizationKind
from coord.people.tables import Invitation
from coord.work import Unit, read
from coord.work.pace import Pace, keep_pace

MOST_SHOWN, MOST_PLACES = 500, 2000


@dataclass(frozen=True, slots=True)
class Person:
    """A role that somebody holds or held."""

    holds: bool
    is_active: bool
    membership_id: UUID
    user_id: UUID
    name: str
    email: str
    organization: str
    role: Role
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation that was not answered yet."""

    is_over: bool
    id: UUID
    email: str
    organization: str
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """An organization of the actor's directories."""

    id: UUID
    code: str
    name: str
    kind: OrganizationKind


@read("person.list")
async def directory(unit: Unit) -> Sequence[Place]:
    """The organizations of the directories that the actor administers, by code."""
    statement = (
        select(Organization.id, Organization.code, Organization.name, Organization.kind)
        .where(col(Organization.foundation_id).in_(unit.actor.administers()))
        .order_by(col(Organization.code), col(Organization.id))
        .limit(MOST_PLACES)
    )
    return [Place(*row) for row in await unit.rows(statement)]


def _roles(unit: Unit, organization: UUID | None, text: str) -> Any:
    """The roles in the actor's directories, by organization and name; those that hold today first."""
    day = local_date(unit.started_at, HOME_ZONE)
    is_over = or_(col(Membership.starts_on) > day, col(Membership.ends_on) < day)
    statement = (
        select(
            User.is_active, Membership.id, User.id, User.name, User.email, Organization.name, Membership.role,
            Membership.starts_on, Membership.ends_on,
        )
        .select_from(Membership)
        .join(User, col(User.id) == col(Membership.user_id))
        .join(Organization, col(Organization.id) == col(Membership.organization_id))
        .where(col(Organization.foundation_id).in_(unit.actor.administers()))
        .order_by(case((is_over, 1), else_=0), col(Organization.code), col(User.name), col(Membership.id))
    )  # fmt: skip
    if organization is not None:
        statement = statement.where(col(Organization.id) == organization)
    if text:
        named = (column.icontains(text, autoescape=True) for column in (col(User.name), col(User.email)))
        statement = statement.where(or_(*named))
    return statement


@read("person.list")
async def count_people(unit: Unit, organization: UUID | None = None, text: str = "") -> int:
    """How many roles there are, at one organization or all, of people whose name or address holds a text."""
    return await unit.count(_roles(unit, organization, text))


@read("person.list")
async def people(
    unit: Unit, organization: UUID | None = None, text: str = "", *, skip: int = 0, limit: int = MOST_SHOWN
) -> Sequence[Person]:
    """Those roles, from one on: by organization and name, those that hold today first."""
    if text:
        await keep_pace(unit, Pace.SEARCHES)
    found = _roles(unit, organization, text).offset(skip).limit(min(limit, MOST_SHOWN))
    day = local_date(unit.started_at, HOME_ZONE)
    return [Person(holds_on(row.starts_on, row.ends_on, day), *row) for row in await unit.rows(found)]


@read("person.list")
async def invitations(unit: Unit) -> Sequence[Invited]:
    """The invitations nobody has answered, the newest first."""
    statement = (
        select(Invitation.id, Invitation.email, Organization.name, Invitation.role, Invitation.expires_at)
        .select_from(Invitation)
        .join(Organization, col(Organization.id) == col(Invitation.organization_id))
        .where(col(Invitation.accepted_at).is_(None), col(Invitation.revoked_at).is_(None))
        .order_by(col(Invitation.id).desc())
        .limit(MOST_SHOWN)
    )
    return [Invited(row.expires_at <= unit.started_at, *row) for row in await unit.rows(statement)]
