"""Scopes: read once from the grants, by whoever registered."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import anyio
import pytest

from coord.access import Grant, Role, Scope, load_with, scopes
from coord.access.scopes import load_scopes, organizations_with
from tests.coord.access.rules.things import ELSEWHERE, HERE, HOME, THERE

_GRANTS = (Grant(HERE, Role.SOCIAL_WORKER, HOME), Grant(THERE, Role.SUPERVISOR, HOME))


def test_scopes_are_read_by_who_registered_sorted_and_empty_ones_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scopes, "_loaders", scopes._loaders.copy())
    scopes._loaders.clear()
    asked: list[Any] = []

    async def places(unit: Any, grants: Sequence[Grant]) -> Collection[UUID]:
        asked.append((unit, grants))
        return {grant.organization_id for grant in grants}

    async def nothing(_unit: Any, _grants: Sequence[Grant]) -> Collection[UUID]:
        return ()

    load_with(Scope.PROGRAMS_RUN, places)
    load_with(Scope.EVENTS_HOSTED, nothing)
    found = anyio.run(load_scopes, "unit", _GRANTS[::-1])
    assert found == {"PROGRAMS_RUN": (HERE, THERE)}
    assert [type(name) for name in found] == [str]
    assert asked == [("unit", _GRANTS[::-1])]


def test_the_sets_have_names() -> None:
    assert [scope.value for scope in Scope] == [
        "PROGRAMS_RUN",
        "HOSPITALS_SUPERVISED",
        "EVENTS_HOSTED",
        "SHARED_WITH",
        "REFERRALS_LINKED",
        "RESTRICTED",
    ]
    assert [scope.name for scope in Scope] == [scope.value for scope in Scope]


def test_organizations_are_those_of_the_roles_asked_for() -> None:
    assert organizations_with(_GRANTS, Role.SUPERVISOR) == [THERE]
    assert organizations_with(_GRANTS, Role.SUPERVISOR, Role.SOCIAL_WORKER) == [HERE, THERE]
    assert organizations_with((*_GRANTS, Grant(ELSEWHERE, Role.EVALUATOR, HOME)), Role.ADMINISTRATOR) == []
