"""Breaches are the privacy office's: the administrators of the directory that the hospital stands in."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import one_of
from coord.rights.breach.tables import Breach


def own_breaches(actor: Actor) -> ColumnElement[bool]:
    """Breaches in the directories that the actor administers."""
    return one_of(col(Breach.foundation_id), actor.administers())


protect(Breach, own_breaches, retention=Retention.SECURITY, personal=("what",))
