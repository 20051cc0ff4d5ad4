"""Who acts: frozen, loaded once per request, the same for every door."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from coord.access.permissions import PERMISSIONS
from coord.access.roles import EVERYONE, PERMISSIONS_OF, Role
from coord.kernel.errors import NotAllowed, OutOfScope


class TokenScope(StrEnum):
    """What a token was made for. A browser's session has both."""

    READ = "READ"
    WRITE = "WRITE"


EVERY_SCOPE = frozenset(TokenScope)


@dataclass(frozen=True, slots=True)
class Grant:
    """A role held at an organization today; ``foundation_id`` says in whose directory that organization stands."""

    organization_id: UUID
    role: Role
    foundation_id: UUID


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in person, or a named part of the system.

    ``unscoped`` is empty for people: their sessions show only their rows. For a system actor it is
    the reason why it sees all rows.
    """

    user_id: UUID | None
    name: str
    language: str = "zh-CN"
    grants: tuple[Grant, ...] = ()
    permissions: frozenset[str] = field(default=EVERYONE)
    scopes: tuple[tuple[str, tuple[UUID, ...]], ...] = ()
    unscoped: str = ""
    token_scopes: frozenset[TokenScope] = EVERY_SCOPE

    @classmethod
    def of(
        cls,
        user_id: UUID,
        name: str,
        language: str,
        grants: Iterable[Grant],
        scopes: Mapping[str, tuple[UUID, ...]] | None = None,
    ) -> "Actor":
        """A person with the permissions of all their roles and the scopes that follow from them."""
        held = tuple(grants)
        permissions = EVERYONE.union(*(PERMISSIONS_OF[grant.role] for grant in held))
        return cls(user_id, name, language, held, permissions, tuple(sorted((scopes or {}).items())))

    def at(self, *roles: Role) -> tuple[UUID, ...]:
        """The organizations where this actor holds one of the roles, or any role if none is named."""
        return tuple(dict.fromkeys(g.organization_id for g in self.grants if not roles or g.role in roles))

    def directories(self, *roles: Role) -> tuple[UUID, ...]:
        """The foundations in whose directories this actor holds one of the roles, or any role if none is named."""
        return tuple(dict.fromkeys(g.foundation_id for g in self.grants if not roles or g.role in roles))

    def administers(self) -> tuple[UUID, ...]:
        """The foundations whose directory, programs and posts this actor sets up."""
        at_home = (g for g in self.grants if g.role is Role.ADMINISTRATOR and g.organization_id == g.foundation_id)
        return tuple(dict.fromkeys(g.foundation_id for g in at_home))

    def scope(self, name: str) -> tuple[UUID, ...]:
        """The ids of a scope, none where the actor's roles give none."""
        return next((ids for scope, ids in self.scopes if scope == name), ())

    @property
    def account_id(self) -> UUID | None:
        """The account of a person; None for parts of the system, and for whoever acts by a signed link."""
        return None if self.scope("REFERRALS_LINKED") else self.user_id

    def without(self, scope: str) -> "Actor":
        """The same actor without one of the scopes."""
        return replace(self, scopes=tuple(held for held in self.scopes if held[0] != scope))

    def may(self, permission: str) -> bool:
        """Whether the actor has the verb at all."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise ``NotAllowed`` unless the actor has the verb."""
        if permission not in self.permissions:
            raise NotAllowed(permission)

    def require_scope(self, scope: TokenScope, permission: str) -> None:
        """Raise ``OutOfScope`` unless what stands for the actor was made for this kind of verb."""
        if scope not in self.token_scopes:
            raise OutOfScope(permission, scope)


def system(name: str, reason: str, *permissions: str) -> Actor:
    """A part of the system that must see all rows, with its reason and just the verbs it needs."""
    unknown = set(permissions) - PERMISSIONS
    if unknown or not reason:
        raise ValueError(f"system actor {name}: unknown {sorted(unknown)} or no reason")
    return Actor(None, name, permissions=frozenset(permissions), unscoped=reason)
