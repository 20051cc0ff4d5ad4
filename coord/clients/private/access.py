"""Private notes are seen by whoever wrote them, while they care for the person, and by nobody else, supervisors included."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.access.rows import Wall, all_of
from coord.clients.access import of_care_team
from coord.clients.private.tables import PrivateNote
from coord.clients.restricted import hiding


def written_by(actor: Actor) -> ColumnElement[bool]:
    """What one wrote oneself, about people of a place where one still works."""
    return all_of(of_care_team(col(PrivateNote.hospital_id), actor), col(PrivateNote.author_id) == actor.user_id)


protect(
    PrivateNote,
    hiding(written_by, col(PrivateNote.client_id)),
    retention=Retention.CLINICAL,
    personal=("wrapped", "content"),
    wall=Wall(grants=("INSERT", "DELETE")),
)
