"""Requests are seen by the care team whose client it is."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, protect
from coord.clients.access import of_care_team
from coord.rights.erasure.tables import ErasureRequest


def own_requests(actor: Actor) -> ColumnElement[bool]:
    """Requests about the own clients."""
    return of_care_team(col(ErasureRequest.hospital_id), actor)


protect(ErasureRequest, own_requests, retention=Retention.SECURITY)
