"""Who sees a client: the care team of the hospital; the foundation sees the pseudonym only."""

from sqlalchemy import ColumnElement
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, protect
from coord.access.rows import any_of, one_of
from coord.clients.tables import CaseFile, Client, ClientIdentity, ClientKey, ClientSearchKey
from coord.programs.access import overseen


def of_care_team(hospital_id: object, actor: Actor) -> list[ColumnElement[bool] | None]:
    """Rows of hospitals where the actor works, or where the actor's agency has posts to supervise."""
    wards = actor.at(Role.SOCIAL_WORKER) + actor.scope(Scope.HOSPITALS_SUPERVISED)
    return [one_of(hospital_id, wards) if wards else None]


def visible_clients(actor: Actor) -> ColumnElement[bool]:
    """Pseudonyms: the care team's own hospital, and the programs that the actor oversees."""
    return any_of(*of_care_team(col(Client.hospital_id), actor), overseen(col(Client.program_id), actor))


def _of_own_clients(client_id: object, actor: Actor) -> ColumnElement[bool]:
    clients = Client.__table__  # type: ignore[attr-defined]
    own = clients.select().with_only_columns(clients.c.id).where(any_of(*of_care_team(clients.c.hospital_id, actor)))
    return col(client_id).in_(own)


def visible_keys(actor: Actor) -> ColumnElement[bool]:
    """Keys of the vault: the care team alone."""
    return _of_own_clients(ClientKey.id, actor)


def visible_identities(actor: Actor) -> ColumnElement[bool]:
    """Identities: the care team alone."""
    return _of_own_clients(ClientIdentity.id, actor)


def visible_search_keys(actor: Actor) -> ColumnElement[bool]:
    """Names are searched by those who may read them."""
    return any_of(*of_care_team(col(ClientSearchKey.hospital_id), actor))


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """Cases: like the client, and the agency that employs the worker, and the hospital's coordinator."""
    agencies = actor.at(Role.AGENCY_MANAGER)
    hospitals = actor.at(Role.HOSPITAL_COORDINATOR)
    return any_of(
        *of_care_team(col(CaseFile.hospital_id), actor),
        one_of(CaseFile.agency_id, agencies) if agencies else None,
        one_of(CaseFile.hospital_id, hospitals) if hospitals else None,
        overseen(col(CaseFile.program_id), actor),
    )


protect(Client, visible_clients, retention=Retention.CLINICAL, personal=("birth_year", "district", "bed"))
protect(ClientKey, visible_keys, retention=Retention.CLINICAL, personal=("wrapped",))
protect(ClientIdentity, visible_identities, retention=Retention.CLINICAL, personal=("name", "phone"))
protect(ClientSearchKey, visible_search_keys, retention=Retention.CLINICAL, personal=("hash",))
protect(CaseFile, visible_cases, retention=Retention.CLINICAL)
