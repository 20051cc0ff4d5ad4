"""Organizations are no secret among partners: members see the directories in which their own ones stand."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import one_of
from coord.organizations.tables import Organization


def partners(actor: Actor) -> ColumnElement[bool]:
    """Every organization of the actor's directories, nothing for an outsider."""
    return one_of(col(Organization.foundation_id), actor.directories())


protect(Organization, partners, retention=Retention.REFERENCE)
