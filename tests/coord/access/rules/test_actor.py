"""Actors: places, directories, scopes, verbs, and the named parts of the system."""

import pytest

from coord.access import Actor, Grant, Role, TokenScope, system
from coord.access.actor import EVERY_SCOPE
from coord.access.roles import EVERYONE, PERMISSIONS_OF
from coord.kernel.errors import NotAllowed, OutOfScope
from tests.coord.access.rules.things import ABROAD, ELSEWHERE, HERE, HOME, SELF, THERE, worker

_GRANTS = [
    Grant(HERE, Role.SOCIAL_WORKER, HOME),
    Grant(THERE, Role.SUPERVISOR, HOME),
    Grant(HERE, Role.SUPERVISOR, HOME),
    Grant(ELSEWHERE, Role.EVALUATOR, ABROAD),
]


def test_an_actor_is_made_of_grants_and_scopes() -> None:
    actor = Actor.of(SELF, "N", "ko", iter(_GRANTS), {"Z": (HERE,), "A": (THERE, HERE)})
    assert (actor.user_id, actor.name, actor.language, actor.grants) == (SELF, "N", "ko", tuple(_GRANTS))
    assert actor.scopes == (("A", (THERE, HERE)), ("Z", (HERE,)))
    verbs = EVERYONE.union(*(PERMISSIONS_OF[role] for role in (Role.SOCIAL_WORKER, Role.SUPERVISOR, Role.EVALUATOR)))
    assert actor.permissions == verbs
    assert (actor.unscoped, actor.token_scopes) == ("", frozenset({TokenScope.READ, TokenScope.WRITE}))
    assert (Actor.of(SELF, "N", "ko", []).permissions, Actor.of(SELF, "N", "ko", []).scopes) == (EVERYONE, ())


def test_who_is_made_by_hand_has_the_least() -> None:
    actor = Actor(None, "N")
    assert (actor.language, actor.grants, actor.permissions, actor.scopes) == ("zh-CN", (), EVERYONE, ())
    assert (actor.unscoped, actor.token_scopes, EVERY_SCOPE) == ("", EVERY_SCOPE, frozenset(TokenScope))
    assert [str(scope) for scope in TokenScope] == ["READ", "WRITE"]


def test_actors_are_frozen_and_compared_by_value() -> None:
    assert worker(HERE) == worker(HERE) != worker(THERE)
    assert len({worker(HERE), worker(HERE)}) == 1
    with pytest.raises(AttributeError):
        worker(HERE).name = "other"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        _GRANTS[0].organization_id = THERE  # type: ignore[misc]


def test_places_are_those_of_the_roles_asked_for_each_once_in_order() -> None:
    actor = Actor.of(SELF, "N", "en", _GRANTS)
    assert actor.at() == (HERE, THERE, ELSEWHERE)
    assert actor.at(Role.SUPERVISOR) == (THERE, HERE)
    assert actor.at(Role.SUPERVISOR, Role.EVALUATOR) == (THERE, HERE, ELSEWHERE)
    assert actor.at(Role.ADMINISTRATOR) == ()


def test_directories_are_those_of_the_roles_asked_for() -> None:
    actor = Actor.of(SELF, "N", "en", _GRANTS)
    assert actor.directories() == (HOME, ABROAD)
    assert actor.directories(Role.EVALUATOR) == (ABROAD,)
    assert actor.directories(Role.ADMINISTRATOR) == ()


def test_only_an_administrator_of_the_foundation_itself_administers() -> None:
    def administers(*grants: Grant) -> object:
        return Actor.of(SELF, "N", "en", grants).administers()

    at_home = Grant(HOME, Role.ADMINISTRATOR, HOME)
    assert administers(at_home, at_home, Grant(ABROAD, Role.ADMINISTRATOR, ABROAD)) == (HOME, ABROAD)
    assert administers(Grant(HERE, Role.ADMINISTRATOR, HOME), Grant(HOME, Role.PROGRAM_OFFICER, HOME)) == ()


def test_a_scope_is_found_by_its_name_or_empty() -> None:
    actor = worker(HERE, ONE=(HERE,), TWO=(THERE,))
    assert (actor.scope("ONE"), actor.scope("TWO"), actor.scope("THREE")) == ((HERE,), (THERE,), ())


def test_an_actor_without_a_scope_is_otherwise_the_same() -> None:
    actor = worker(HERE, A=(HERE,), B=(THERE,), C=(ELSEWHERE,))
    assert actor.without("B") == worker(HERE, A=(HERE,), C=(ELSEWHERE,)) != actor
    assert actor.without("D") == actor


def test_whoever_acts_by_a_link_has_no_account() -> None:
    assert (worker(HERE).account_id, worker(HERE, REFERRALS_LINKED=(THERE,)).account_id) == (SELF, None)
    assert worker(HERE, REFERRALS=(THERE,)).account_id == SELF


def test_verbs_are_asked_and_required() -> None:
    actor = worker(HERE)
    assert (actor.may("contact.log"), actor.may("user.create")) == (True, False)
    actor.require("contact.log")
    with pytest.raises(NotAllowed) as refused:
        actor.require("user.create")
    assert refused.value.permission == "user.create"


def test_a_token_reaches_as_far_as_it_was_made_for() -> None:
    reader = Actor(SELF, "N", token_scopes=frozenset({TokenScope.READ}))
    reader.require_scope(TokenScope.READ, "contact.list")
    with pytest.raises(OutOfScope) as refused:
        reader.require_scope(TokenScope.WRITE, "contact.log")
    assert (refused.value.permission, refused.value.scope) == ("contact.log", "WRITE")


def test_a_part_of_the_system_has_a_reason_and_just_its_verbs() -> None:
    part = system("clock", "moves what is due", "job.run", "key.rotate")
    assert (part.user_id, part.name, part.unscoped) == (None, "clock", "moves what is due")
    assert part.permissions == {"job.run", "key.rotate"}


@pytest.mark.parametrize(
    ("reason", "verbs", "said"),
    [
        ("", ("job.run",), "system actor x: unknown [] or no reason"),
        ("why", ("job.run", "z.z", "a.a"), "system actor x: unknown ['a.a', 'z.z'] or no reason"),
    ],
)
def test_a_part_of_the_system_without_reason_or_with_unknown_verbs_is_refused(
    reason: str, verbs: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ValueError, match="system actor") as refused:
        system("x", reason, *verbs)
    assert str(refused.value) == said
