"""Invitations and reviews are seen by those who administer the directory that they belong to."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, nobody, one_of
from coord.people.tables import AccessReview, Invitation, PasswordReset


def of_own_directories(actor: Actor) -> ColumnElement[bool]:
    """The invitations into directories that the actor administers."""
    return one_of(col(Invitation.foundation_id), actor.administers())


def reviews_of_own_directories(actor: Actor) -> ColumnElement[bool]:
    """The reviews in directories that the actor administers."""
    return one_of(col(AccessReview.foundation_id), actor.administers())


protect(Invitation, of_own_directories, retention=Retention.SECURITY, personal=("email", "token_hash"))
protect(AccessReview, reviews_of_own_directories, retention=Retention.SECURITY, wall=Wall(grants=("INSERT",)))
protect(PasswordReset, nobody, retention=Retention.TRANSIENT, personal=("token_hash",), wall=Wall(grants=()))
