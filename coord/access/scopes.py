"""Scopes: sets of ids that follow from an actor's roles, read once when the actor is built.

Row rules then compare a column with constants instead of running a subquery, so that an ordered index
serves the whole list. An area registers its loader; identity, below all areas, runs them.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from coord.access.actor import Grant

Loader: TypeAlias = Callable[[Any, Sequence[Grant]], Awaitable[Collection[UUID]]]


class Scope(StrEnum):
    """The sets that row rules ask for."""

    PROGRAMS_RUN = "PROGRAMS_RUN"
    HOSPITALS_SUPERVISED = "HOSPITALS_SUPERVISED"
    EVENTS_HOSTED = "EVENTS_HOSTED"
    SHARED_WITH = "SHARED_WITH"
    REFERRALS_LINKED = "REFERRALS_LINKED"
    """The one referral of somebody who acts by a signed link; nobody who signs in has it."""
    RESTRICTED = "RESTRICTED"


_loaders: dict[Scope, Loader] = {}


def load_with(scope: Scope, loader: Loader) -> None:
    """Register how a scope is read: from a unit of the authenticator and the actor's grants."""
    _loaders[scope] = loader


async def load_scopes(unit: Any, grants: Sequence[Grant]) -> Mapping[str, tuple[UUID, ...]]:
    """Every scope of these grants; empty ones are left out."""
    found = {scope.value: tuple(sorted(await loader(unit, grants))) for scope, loader in _loaders.items()}
    return {scope: ids for scope, ids in found.items() if ids}


def organizations_with(grants: Sequence[Grant], *roles: str) -> list[UUID]:
    """The organizations at which one of the roles is held."""
    return [grant.organization_id for grant in grants if grant.role in roles]
