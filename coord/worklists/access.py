"""Marks on a work list belong to whoever made them."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall
from coord.worklists.tables import WorkMark


def own_marks(actor: Actor) -> ColumnElement[bool]:
    """One's own marks."""
    return col(WorkMark.user_id) == actor.user_id


protect(WorkMark, own_marks, retention=Retention.TRANSIENT, wall=Wall(grants=("INSERT", "UPDATE", "DELETE")))
