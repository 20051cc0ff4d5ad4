"""Who sees a client: the care team of the hospital, those it shares the client with; the foundation a pseudonym."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import col

from coord.access import Actor, Retention, Role, Scope, load_with, protect
from coord.access.rows import FewOf, Predicate, Wall, all_of, among, any_of, beside, nobody, one_of
from coord.access.scopes import held_at, places_of
from coord.access.whoever import Never, moment
from coord.clients.codes import RestrictionCause
from coord.clients.record.tables import ClientRecord
from coord.clients.restricted import by_law, hiding, kept_for_law
from coord.clients.tables import (
    Client,
    ClientApart,
    ClientIdentity,
    ClientKey,
    ClientMatchAsk,
    ClientMatchKey,
    ClientMerge,
    ClientRestriction,
    ClientSearchKey,
    ClientShare,
    Discharge,
    EmergencyAccess,
)
from coord.kernel.sql import select
from coord.organizations.tables import Organization
from coord.programs.access import overseen

_CARING = (Role.SOCIAL_WORKER, Role.COMMUNITY_RECEIVER)
EMERGENCY_ROLES = (Role.SUPERVISOR, Role.HOSPITAL_COORDINATOR)
"""Who may open one client of another hospital of their programs in an emergency: those who can be held to account."""


def of_care_team(hospital_id: object, actor: Actor) -> ColumnElement[bool]:
    """Rows of organizations where the actor works, or where the actor's agency has posts to supervise."""
    return one_of(hospital_id, actor.at(*_CARING) + actor.scope(Scope.HOSPITALS_SUPERVISED))


def in_care_of(actor: Actor, hospital_id: UUID) -> bool:
    """Whether an organization's people are in the actor's own care, not only shared with them; a system's are all."""
    return bool(actor.unscoped) or hospital_id in (*actor.at(*_CARING), *actor.scope(Scope.HOSPITALS_SUPERVISED))


def hospitals_in_care(actor: Actor) -> Sequence[UUID]:
    """The organizations whose people are in the actor's own care."""
    return tuple(dict.fromkeys((*actor.at(*_CARING), *actor.scope(Scope.HOSPITALS_SUPERVISED))))


# The organizations where the person cares for people and with which others share anybody. With most nobody is shared:
# statements of their people then stay plain comparisons.
load_with(
    Scope.SHARED_WITH,
    held_at(*_CARING),
    select(Organization.id).where(
        col(Organization.id).in_(places_of(Scope.SHARED_WITH)),
        exists().where(col(ClientShare.organization_id) == col(Organization.id)),
    ),
)


def given_by_share(actor: Actor) -> ColumnElement[bool]:
    """Shares with the actor's organizations; for whoever acts by a signed link, the one of its referral."""
    return any_of(
        one_of(ClientShare.organization_id, actor.scope(Scope.SHARED_WITH)),
        one_of(ClientShare.origin_id, actor.scope(Scope.REFERRALS_LINKED)),
    )


def live_shares(actor: Actor, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    """That a share (``ClientShare`` itself, not an alias of it) is open for the actor's organizations just now."""
    at, share = moment(actor), ClientShare
    runs = or_(col(share.until_at).is_(None), col(share.until_at) > at)
    return all_of(given_by_share(actor), col(share.from_at) <= at, runs, col(share.ended_at).is_(None), *where)


def _shared(client_id: object, actor: Actor, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    shares = ClientShare.__table__  # type: ignore[attr-defined]
    return among(client_id, shares.c.client_id, live_shares(actor, *where))


def visible_shares(actor: Actor) -> ColumnElement[bool]:
    """Shares of the own clients, and those that the own organization was given, open or not."""
    return any_of(
        of_care_team(col(ClientShare.hospital_id), actor),
        one_of(ClientShare.organization_id, actor.at(*_CARING)),
        one_of(ClientShare.origin_id, actor.scope(Scope.REFERRALS_LINKED)),
    )


def _in_emergency(client_id: object, actor: Actor) -> ColumnElement[bool]:
    """The one client that the actor has opened in an emergency, while that lasts; never for roles that may not."""
    at, opened = moment(actor), EmergencyAccess
    runs = all_of(
        col(opened.user_id) == actor.user_id,
        one_of(opened.organization_id, actor.at(*EMERGENCY_ROLES)),
        col(opened.opened_at) <= at,
        col(opened.until_at) > at,
        col(opened.ended_at).is_(None),
    )
    return among(client_id, opened.__table__.c.client_id, runs)  # type: ignore[attr-defined]


def visible_openings(actor: Actor) -> ColumnElement[bool]:
    """Openings: one's own, those of the own hospital's clients, those in the directory that the actor administers."""
    followed = actor.at(Role.HOSPITAL_COORDINATOR) + actor.scope(Scope.HOSPITALS_SUPERVISED)
    return any_of(
        col(EmergencyAccess.user_id) == actor.user_id,
        one_of(EmergencyAccess.hospital_id, followed),
        one_of(EmergencyAccess.foundation_id, actor.administers()),
    )


def visible_clients(actor: Actor) -> ColumnElement[bool]:
    """Pseudonyms: the care team's own hospital, the programs that the actor oversees, and clients shared with them."""
    return any_of(
        of_care_team(col(Client.hospital_id), actor),
        overseen(col(Client.program_id), actor),
        _shared(Client.id, actor),
        _in_emergency(Client.id, actor),
    )


def listed_clients(actor: Actor) -> ColumnElement[bool]:
    """The same pseudonyms, asked for so that a page with few shared ones costs no walk along all clients."""
    shared = live_shares(actor)
    if isinstance(shared, Never):
        return visible_clients(actor)
    clients, shares = beside(Client), ClientShare.__table__  # type: ignore[attr-defined]
    own = select(clients.c.id).where(of_care_team(clients.c.hospital_id, actor))
    given = select(shares.c.client_id).where(shared)
    return any_of(
        FewOf(Client.id, own.union_all(given)),
        overseen(col(Client.program_id), actor),
        _in_emergency(Client.id, actor),
    )


def own_clients(actor: Actor) -> ColumnElement[bool]:
    """Pseudonyms that the actor may change: those of the own hospital and programs, not those shared with them."""
    return any_of(of_care_team(col(Client.hospital_id), actor), overseen(col(Client.program_id), actor))


def _of_own_clients(client_id: object, actor: Actor) -> ColumnElement[bool]:
    clients = Client.__table__  # type: ignore[attr-defined]
    return among(client_id, clients.c.id, of_care_team(clients.c.hospital_id, actor))


def _with_identity(client_id: object, actor: Actor) -> ColumnElement[bool]:
    return any_of(
        _of_own_clients(client_id, actor),
        _shared(client_id, actor, col(ClientShare.with_identity).is_(True)),
        _in_emergency(client_id, actor),
    )


def visible_keys(actor: Actor) -> ColumnElement[bool]:
    """Keys of the vault: the care team, and those with whom it shares the identity."""
    return _with_identity(ClientKey.id, actor)


def own_keys(actor: Actor) -> ColumnElement[bool]:
    """Keys that the actor may write: the care team alone."""
    return _of_own_clients(ClientKey.id, actor)


def visible_identities(actor: Actor) -> ColumnElement[bool]:
    """Identities: the care team, and those with whom it shares them."""
    return _with_identity(ClientIdentity.id, actor)


def own_identities(actor: Actor) -> ColumnElement[bool]:
    """Identities that the actor may write: the care team alone."""
    return _of_own_clients(ClientIdentity.id, actor)


def own_records(actor: Actor) -> ColumnElement[bool]:
    """Records: the care team alone, whatever else of a person is shared."""
    return _of_own_clients(ClientRecord.id, actor)


def _or_of_restricted(rows: Predicate, client_id: Any) -> Predicate:
    """Rows of the vault, and those of restricted clients for the legal role at their hospital."""
    shown = hiding(rows, client_id)

    def seen(actor: Actor) -> ColumnElement[bool]:
        clients = Client.__table__  # type: ignore[attr-defined]
        legal = by_law(clients.c.hospital_id, clients.c.id, actor)
        return any_of(shown(actor), among(col(client_id), clients.c.id, legal))

    return seen


def visible_restrictions(actor: Actor) -> ColumnElement[bool]:
    """Restrictions at hospitals where the actor holds the legal role; those that wait for an erasure, the care team's.

    Whoever asks for an erasure may take that back, and the restriction goes with it.
    """
    for_erasure = col(ClientRestriction.cause) == RestrictionCause.ERASURE
    return any_of(
        one_of(ClientRestriction.hospital_id, actor.at(Role.PRIVACY_OFFICER)),
        all_of(of_care_team(col(ClientRestriction.hospital_id), actor), for_erasure),
    )


def own_restrictions(actor: Actor) -> ColumnElement[bool]:
    """Restrictions are made by the care team, and lifted by the legal role."""
    return any_of(of_care_team(col(ClientRestriction.hospital_id), actor), visible_restrictions(actor))


def visible_search_keys(actor: Actor) -> ColumnElement[bool]:
    """Names are searched by those who may read them."""
    return of_care_team(col(ClientSearchKey.hospital_id), actor)


def visible_discharges(actor: Actor) -> ColumnElement[bool]:
    """Discharges: the care team of the hospital, and the programs that the actor oversees."""
    return any_of(
        of_care_team(col(Discharge.hospital_id), actor),
        overseen(col(Discharge.program_id), actor),
    )


def own_discharges(actor: Actor) -> ColumnElement[bool]:
    """Discharges are recorded by the care team alone."""
    return of_care_team(col(Discharge.hospital_id), actor)


_ID = col(Client.id)
protect(
    Client,
    kept_for_law(listed_clients, col(Client.hospital_id), _ID),
    retention=Retention.CLINICAL,
    personal=("code", "birth_year", "district", "bed"),
    wall=Wall(sees=kept_for_law(visible_clients, col(Client.hospital_id), _ID), writes=hiding(own_clients, _ID)),
)
protect(ClientShare, hiding(visible_shares, col(ClientShare.client_id)), retention=Retention.CLINICAL)
protect(
    ClientKey,
    _or_of_restricted(visible_keys, col(ClientKey.id)),
    retention=Retention.CLINICAL,
    personal=("wrapped",),
    wall=Wall(writes=hiding(own_keys, col(ClientKey.id))),
)
protect(
    ClientIdentity,
    _or_of_restricted(visible_identities, col(ClientIdentity.id)),
    retention=Retention.CLINICAL,
    personal=("name", "phone"),
    wall=Wall(writes=hiding(own_identities, col(ClientIdentity.id))),
)
protect(
    ClientRecord,
    _or_of_restricted(own_records, col(ClientRecord.id)),
    retention=Retention.CLINICAL,
    personal=tuple(name for name in ClientRecord.model_fields if name != "id"),
    wall=Wall(writes=hiding(own_records, col(ClientRecord.id))),
)
_WRITTEN_ANEW = Wall(grants=("INSERT", "UPDATE", "DELETE"))
"""Hashes are replaced when a name is corrected: the old one must not be found any more."""
protect(
    ClientSearchKey,
    hiding(visible_search_keys, col(ClientSearchKey.client_id)),
    retention=Retention.CLINICAL,
    personal=("hash",),
    wall=_WRITTEN_ANEW,
)
protect(
    Discharge,
    hiding(visible_discharges, col(Discharge.client_id)),
    retention=Retention.CLINICAL,
    personal=("discharged_at", "readmitted_on"),
    wall=Wall(sees=visible_discharges, writes=own_discharges, grants=("INSERT", "UPDATE", "DELETE")),
)


def own_match_keys(actor: Actor) -> ColumnElement[bool]:
    """Hashes of the own clients: those of others are looked at by a part of the system alone."""
    return of_care_team(col(ClientMatchKey.hospital_id), actor)


def own_asks(actor: Actor) -> ColumnElement[bool]:
    """What one has asked oneself."""
    return col(ClientMatchAsk.user_id) == actor.user_id


def own_merges(actor: Actor) -> ColumnElement[bool]:
    """Merges at the own hospital."""
    return of_care_team(col(ClientMerge.hospital_id), actor)


def own_pairs(actor: Actor) -> ColumnElement[bool]:
    """Pairs at the own hospital."""
    return of_care_team(col(ClientApart.hospital_id), actor)


protect(
    ClientMatchKey,
    hiding(own_match_keys, col(ClientMatchKey.client_id)),
    retention=Retention.CLINICAL,
    personal=("hash",),
    wall=_WRITTEN_ANEW,
)
protect(ClientMatchAsk, own_asks, retention=Retention.TRANSIENT)
protect(ClientMerge, own_merges, retention=Retention.CLINICAL, personal=("moved",))
protect(ClientApart, own_pairs, retention=Retention.CLINICAL)
protect(
    ClientRestriction,
    visible_restrictions,
    retention=Retention.CLINICAL,
    personal=("reason", "lift_reason"),
    wall=Wall(writes=own_restrictions),
)
# Written by a part of the system alone, after it has checked who asks.
protect(
    EmergencyAccess,
    visible_openings,
    retention=Retention.SECURITY,
    personal=("client_code", "explanation", "remark"),
    wall=Wall(writes=nobody, grants=()),
)
