"""The directory is no secret among partners; each organization writes its own entry, and the foundation's people any."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, protect
from coord.access.rows import Wall, any_of, one_of
from coord.referrals.directory.tables import Receiver

SPEAKING = (Role.COMMUNITY_RECEIVER, Role.HOSPITAL_COORDINATOR, Role.AGENCY_MANAGER)
"""Roles that say for their own organization what it does and whether it has room."""
_OFFICERS = (Role.PROGRAM_OFFICER, Role.ADMINISTRATOR)


def partners(actor: Actor) -> ColumnElement[bool]:
    """Every entry of the actor's directories, nothing for an outsider."""
    return one_of(col(Receiver.foundation_id), actor.directories())


def described_by(actor: Actor, organization_id: Any, foundation_id: Any) -> ColumnElement[bool]:
    """Entries that the actor may write."""
    return any_of(one_of(organization_id, actor.at(*SPEAKING)), one_of(foundation_id, actor.at(*_OFFICERS)))


def own_entries(actor: Actor) -> ColumnElement[bool]:
    """The own organization's entry; for the foundation's officers every one of its directory."""
    return described_by(actor, col(Receiver.id), col(Receiver.foundation_id))


def oversees(actor: Actor, foundation_id: Any) -> bool:
    """Whether the actor keeps the whole directory."""
    return foundation_id in actor.at(*_OFFICERS)


def may_describe(actor: Actor, organization_id: Any, foundation_id: Any) -> bool:
    """The same for one organization."""
    return organization_id in actor.at(*SPEAKING) or oversees(actor, foundation_id)


protect(Receiver, partners, retention=Retention.REFERENCE, wall=Wall(writes=own_entries))
