"""Organizations are no secret among partners: any member of one sees the directory."""

from sqlalchemy import ColumnElement, false, true

from coord.access import Actor, Retention, protect
from coord.organizations.tables import Organization


def partners(actor: Actor) -> ColumnElement[bool]:
    """The whole directory for a member of any organization, nothing for an outsider."""
    return true() if actor.grants else false()


protect(Organization, partners, retention=Retention.REFERENCE)
