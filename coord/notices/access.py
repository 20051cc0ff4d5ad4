"""Notices are their reader's alone; mails are nobody's but the system's."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, everybody, nobody
from coord.notices.tables import Notice, OutgoingMail


def own_notices(actor: Actor) -> ColumnElement[bool]:
    """What the actor was told."""
    return col(Notice.user_id) == actor.user_id


# Whatever somebody does may have to be told to others, whose rows the new ones then are.
protect(Notice, own_notices, retention=Retention.OPERATIONAL, wall=Wall(writes=everybody))
protect(
    OutgoingMail,
    nobody,
    retention=Retention.TRANSIENT,
    personal=("link", "address"),
    wall=Wall(writes=everybody, grants=("INSERT",)),
)
