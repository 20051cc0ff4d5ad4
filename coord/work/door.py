"""The verb wall: every public function of an area is an action or a read with a permission."""

import functools
from collections.abc import Awaitable, Callable
from typing import Concatenate, ParamSpec, TypeVar

from coord.access.actor import TokenScope
from coord.access.permissions import PERMISSIONS
from coord.kernel.errors import Refusal
from coord.kernel.incidents import note_refusal
from coord.work.unit import Unit

P = ParamSpec("P")
R = TypeVar("R")
Verb = Callable[Concatenate[Unit, P], Awaitable[R]]


_SCOPE_OF = {"action": TokenScope.WRITE, "read": TokenScope.READ}


def _guarded(kind: str, permission: str) -> Callable[[Verb[P, R]], Verb[P, R]]:
    if permission not in PERMISSIONS:
        raise ValueError(f"unknown permission {permission}")

    scope = _SCOPE_OF[kind]

    def wrap(function: Verb[P, R]) -> Verb[P, R]:
        @functools.wraps(function)
        async def guarded(unit: Unit, /, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                unit.actor.require(permission)
                unit.actor.require_scope(scope, permission)
                return await function(unit, *args, **kwargs)
            except Refusal as refused:
                # A part of the system that does not find something has nobody behind it who could be watched.
                if not unit.actor.unscoped:
                    note_refusal(refused, actor=str(unit.actor.user_id), verb=permission)
                raise

        guarded.__dict__["verb"] = (kind, permission)
        return guarded

    return wrap


def action(permission: str) -> Callable[[Verb[P, R]], Verb[P, R]]:
    """A function that changes something. Raises ``NotAllowed`` without the permission, or by a token that may only read."""
    return _guarded("action", permission)


def read(permission: str) -> Callable[[Verb[P, R]], Verb[P, R]]:
    """A function that answers a question. Raises ``NotAllowed`` without the permission, or by a token that may not read."""
    return _guarded("read", permission)
