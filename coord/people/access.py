"""Invitations are seen by those who administer the directory into which they lead."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import one_of
from coord.people.tables import Invitation


def of_own_directories(actor: Actor) -> ColumnElement[bool]:
    """The invitations into directories that the actor administers."""
    return one_of(col(Invitation.foundation_id), actor.administers())


protect(Invitation, of_own_directories, retention=Retention.SECURITY, personal=("email", "token_hash"))
