"""Scopes: sets of ids that follow from an actor's roles, read once when the actor is built.

Row rules then compare a column with constants instead of running a subquery, so that an ordered index
serves the whole list. An area says from where its scope is read; identity, below all areas, reads them in one statement.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, literal, union_all

from coord.access.actor import Grant

Given: TypeAlias = Callable[[Sequence[Grant]], Collection[UUID]]


class Scope(StrEnum):
    """The sets that row rules ask for."""

    PROGRAMS_RUN = "PROGRAMS_RUN"
    HOSPITALS_SUPERVISED = "HOSPITALS_SUPERVISED"
    EVENTS_HOSTED = "EVENTS_HOSTED"
    SHARED_WITH = "SHARED_WITH"
    REFERRALS_LINKED = "REFERRALS_LINKED"
    """The one referral of somebody who acts by a signed link; nobody who signs in has it."""
    RESTRICTED = "RESTRICTED"


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the ids of a scope are: a statement about organizations, and which ones somebody's grants give."""

    given: Given
    ids: Any


_sources: dict[Scope, _Source] = {}


def load_with(scope: Scope, given: Given, ids: Any) -> None:
    """Say how a scope is read: of which organizations for the grants of a person, and a select of one column of ids.

    The select asks for those organizations by ``places_of`` the scope; it is not run where the grants give none.
    """
    _sources[scope] = _Source(given, ids)


def places_of(scope: Scope) -> BindParameter[Any]:
    """The place in a scope's statement for the organizations that the grants give."""
    return bindparam(scope.value)


async def load_scopes(unit: Any, grants: Sequence[Grant]) -> Mapping[str, tuple[UUID, ...]]:
    """Every scope of these grants; empty ones are left out. ``unit`` is one of the authenticator, who sees all rows."""
    asked = {scope.value: sorted(given) for scope, source in _sources.items() if (given := source.given(grants))}
    if not asked:
        return {}
    found: dict[str, list[UUID]] = {}
    for key, scope in await unit.rows(_together(tuple((scope, tuple(ids)) for scope, ids in asked.items()))):
        found.setdefault(scope, []).append(key)
    return {scope: tuple(sorted(ids)) for scope, ids in found.items()}


@lru_cache(maxsize=1024)
def _together(asked: Sequence[tuple[str, Sequence[UUID]]]) -> Any:
    """One statement for some scopes at their organizations, made once: what an actor may see is asked in every request."""
    parts = (_sources[Scope(name)].ids.add_columns(literal(name).label("scope")) for name, _ in asked)
    return union_all(*parts).params(dict(asked))


def held_at(*roles: str) -> Given:
    """The organizations at which one of the roles is held."""

    def organizations(grants: Sequence[Grant]) -> Collection[UUID]:
        return {grant.organization_id for grant in grants if grant.role in roles}

    return organizations
