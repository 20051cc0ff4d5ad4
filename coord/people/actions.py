"""Inviting people and ending their memberships."""

from datetime import date, timedelta
from math import ceil
from uuid import UUID

from sqlmodel import col

from coord import audit
from coord.identity.reads import HOME_ZONE
from coord.identity.rules import hashed, new_secret
from coord.identity.tables import Membership
from coord.kernel.clock import local_date
from coord.kernel.errors import Conflict, Invalid, NotFound, Problem, Unauthenticated
from coord.kernel.sql import select
from coord.notices import NoticeKind, mail_stranger
from coord.organizations.tables import Organization
from coord.people.inputs import Invite
from coord.people.staying import stay_administrator
from coord.people.tables import Invitation
from coord.work import Unit, action

INVITATION_HOLDS = timedelta(hours=72)
BETWEEN_MAILS = timedelta(minutes=1)


@action("person.invite")
async def invite(unit: Unit, given: Invite) -> str:
    """Offer a role at an organization of a directory that the actor administers.

    The link is mailed; its secret, which is stored nowhere else, is returned. Raises ``NotFound`` for an organization of another
    directory, ``Invalid`` when the role would end before it starts.
    """
    place = await unit.find(Organization, given.organization)
    if place.foundation_id not in unit.actor.administers():
        raise NotFound
    if unit.actor.user_id is None:
        raise Unauthenticated
    starts_on = given.starts_on or local_date(unit.started_at, HOME_ZONE)
    if given.ends_on is not None and given.ends_on < starts_on:
        raise Invalid(Problem("ends_on", "ENDS_BEFORE_START"))
    secret = new_secret()
    row = Invitation(
        foundation_id=place.foundation_id,
        organization_id=place.id,
        invited_by_id=unit.actor.user_id,
        email=given.email,
        role=given.role,
        starts_on=starts_on,
        ends_on=given.ends_on,
        token_hash=hashed(secret),
        expires_at=unit.started_at + INVITATION_HOLDS,
    )
    unit.add(row)
    audit.record(unit, "person.invite", row)
    _mail(unit, row, secret)
    return secret


def _mail(unit: Unit, row: Invitation, secret: str) -> None:
    """In the language of whoever invites: of the other nothing is known yet."""
    mail_stranger(unit, row.email, unit.actor.language, NoticeKind.INVITATION, f"/invitation/{secret}")


async def _own(unit: Unit, invitation_id: UUID) -> Invitation:
    """An invitation of one's directory, kept until the unit ends: nobody accepts it meanwhile. Raises ``NotFound``."""
    statement = select(Invitation).where(col(Invitation.id) == invitation_id).with_for_update()
    row: Invitation | None = await unit.scalar(statement)
    if row is None:
        raise NotFound
    return row


@action("person.invite")
async def send_again(unit: Unit, invitation_id: UUID) -> tuple[str, str]:
    """A new link for an invitation, good as long as the first was, which is worth nothing any more; it is mailed.

    Returns the address and the secret. Raises ``NotFound`` for foreign ones and those taken back, ``Conflict`` when it
    was accepted, ``Invalid`` within a minute of the last mail.
    """
    row = await _own(unit, invitation_id)
    if row.revoked_at is not None:
        raise NotFound
    if row.accepted_at is not None:
        raise Conflict(Problem("", "INVITATION_ACCEPTED"))
    wait = row.expires_at - INVITATION_HOLDS + BETWEEN_MAILS - unit.started_at
    if wait > timedelta():
        raise Invalid(Problem("", "TRY_LATER", {"seconds": ceil(wait.total_seconds())}))
    before, secret = audit.facts(row), new_secret()
    row.token_hash, row.expires_at = hashed(secret), unit.started_at + INVITATION_HOLDS
    audit.record(unit, "person.invite", row, before=before)
    _mail(unit, row, secret)
    return row.email, secret


@action("person.invite")
async def revoke_invitation(unit: Unit, invitation_id: UUID) -> None:
    """Take an invitation back. Raises ``NotFound`` for foreign ones, ``Conflict`` when it was accepted."""
    row = await _own(unit, invitation_id)
    if row.accepted_at is not None:
        raise Conflict(Problem("", "INVITATION_ACCEPTED"))
    before = audit.facts(row)
    row.revoked_at = row.revoked_at or unit.started_at
    audit.record(unit, "person.revoke_invitation", row, before=before)


@action("membership.end")
async def end_membership(unit: Unit, membership_id: UUID) -> None:
    """End a role at once: with the next request of its holder, in every browser and with every token.

    Raises ``NotFound`` for one of another directory, ``Conflict`` for one's own: somebody must stay who can undo it,
    ``NotAllowed`` for an administrator whom another has just sent away.
    """
    await stay_administrator(unit, "membership.end")
    row = await unit.find(Membership, membership_id)
    if row.user_id == unit.actor.user_id:
        raise Conflict(Problem("", "OWN_MEMBERSHIP"))
    before = audit.facts(row)
    row.ends_on = _last_day(row, local_date(unit.started_at, HOME_ZONE))
    audit.record(unit, "membership.end", row, before=before)


def _last_day(row: Membership, today: date) -> date:
    """Yesterday; a role that ended before stays as it was."""
    yesterday = today - timedelta(days=1)
    return yesterday if row.ends_on is None else min(row.ends_on, yesterday)
