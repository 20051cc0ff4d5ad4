"""Restricted clients: kept, and shown to nobody but whoever holds the legal role at their hospital.

The ids are a scope of the actor, read with the request (``Scope.RESTRICTED``): a rule compares with them, in the session
and in both databases. Facts that figures are made of stay in the database's own wall; a session leaves them out of every
list, and counts them only where a statement says that it counts (``counting``).
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, not_
from sqlmodel import col

from coord.access import Actor, Grant, Role, Scope, load_with
from coord.access.rows import Predicate, all_of, any_of, one_of
from coord.access.scopes import places_of
from coord.clients.tables import Client, ClientRestriction
from coord.kernel.sql import select
from coord.programs.tables import Program


def _foundations(grants: Sequence[Grant]) -> Collection[UUID]:
    """The foundations that the person works with. A sponsor sees no row about a person: what they ask must not even look."""
    return {grant.foundation_id for grant in grants if grant.role is not Role.SPONSOR_VIEWER}


# Who is restricted just now, in the programs of those foundations. Without a cap: whoever stood beyond it would be shown.
load_with(
    Scope.RESTRICTED,
    _foundations,
    select(ClientRestriction.client_id)
    .join(Client, col(Client.id) == col(ClientRestriction.client_id))
    .join(Program, col(Program.id) == col(Client.program_id))
    .where(col(ClientRestriction.lifted_at).is_(None), col(Program.foundation_id).in_(places_of(Scope.RESTRICTED))),
)


def by_law(hospital_id: Any, client_id: Any, actor: Actor) -> ColumnElement[bool]:
    """Rows about the restricted clients of hospitals where the actor holds the legal role."""
    places, restricted = actor.at(Role.PRIVACY_OFFICER), actor.scope(Scope.RESTRICTED)
    return all_of(one_of(hospital_id, places), one_of(client_id, restricted))


def hiding(rows: Predicate, client_id: Any) -> Predicate:
    """The rows of a rule without those about a restricted client; rows about nobody stay."""

    def narrowed(actor: Actor) -> ColumnElement[bool]:
        restricted = actor.scope(Scope.RESTRICTED)
        if not restricted:
            return rows(actor)
        return all_of(rows(actor), any_of(col(client_id).is_(None), not_(one_of(client_id, restricted))))

    return narrowed


def kept_for_law(rows: Predicate, hospital_id: Any, client_id: Any) -> Predicate:
    """The rows of a rule: of others for those whom the rule shows them, of restricted clients for the legal role."""
    shown = hiding(rows, client_id)

    def narrowed(actor: Actor) -> ColumnElement[bool]:
        return any_of(shown(actor), by_law(hospital_id, client_id, actor))

    return narrowed
