"""Actors: what their roles allow, and the rules of every table."""

from uuid import UUID

import pytest
from sqlmodel import SQLModel

from coord.access import Actor, Grant, Role, rule_of
from coord.access.permissions import PERMISSIONS
from coord.access.roles import EVERYONE, PERMISSIONS_OF
from coord.access.rows import all_rules
from coord.kernel.errors import NotAllowed
from coord.migrations.tables import METADATA
from tests.world import CAST, FOUNDATION, NORTH, SOUTH, cast

_TWO = [Grant(NORTH, Role.SOCIAL_WORKER, FOUNDATION), Grant(SOUTH, Role.SUPERVISOR, FOUNDATION)]


def test_an_actor_has_the_verbs_of_all_their_roles() -> None:
    both = Actor.of(UUID(int=1), "B", "en", _TWO)
    assert both.permissions == PERMISSIONS_OF[Role.SOCIAL_WORKER] | PERMISSIONS_OF[Role.SUPERVISOR]
    assert (both.at(Role.SUPERVISOR), both.at(Role.ADMINISTRATOR)) == ((SOUTH,), ())
    assert both.at() == (NORTH, SOUTH)


def test_without_a_role_there_is_only_the_own_account() -> None:
    assert cast.petra.permissions == EVERYONE == {"account.manage_own"}
    assert cast.petra.at() == ()


def test_a_missing_verb_is_refused_by_its_name() -> None:
    with pytest.raises(NotAllowed) as refused:
        cast.fatima.require("contact.log")
    assert refused.value.message == "permission.contact.log.refused"
    assert (cast.sam.may("contact.log"), cast.fatima.may("contact.log")) == (True, False)
    cast.sam.require("contact.log")


def test_who_funds_or_administers_has_no_verb_on_any_person() -> None:
    for name in ("fatima", "petra", "adam"):
        verbs = getattr(cast, name).permissions
        assert not [verb for verb in verbs if verb.split(".")[0] in {"client", "contact", "case", "group", "measure"}]


def test_only_those_who_care_for_people_read_identities_and_notes() -> None:
    for verb in ("client.read_identity", "contact.read_note"):
        assert {name for name in CAST if getattr(cast, name).may(verb)} == {"sam", "nia", "sun", "cai"}


def test_roles_grant_known_verbs_only() -> None:
    assert set().union(*PERMISSIONS_OF.values()) <= PERMISSIONS
    assert set(PERMISSIONS_OF) == set(Role)


def test_every_table_has_a_rule_that_knows_its_personal_columns() -> None:
    assert {rule.model.__tablename__ for rule in all_rules()} == set(METADATA.tables)
    for rule in all_rules():
        model: type[SQLModel] = rule.model
        assert rule_of(model) is rule
        assert rule.personal <= set(METADATA.tables[str(model.__tablename__)].columns.keys())


def test_an_outsider_is_given_nothing_but_what_is_their_own() -> None:
    seen = {rule.model.__tablename__ for rule in all_rules() if "false" not in str(rule.rows(cast.petra)).lower()}
    own = {
        "app_user",
        "membership",
        "web_session",
        "api_token",
        "second_factor",
        "recovery_code",
        "passkey",
        "submission",
        "import_file",
        "notice",
        "work_mark",
        "emergency_access",
        "client_match_ask",
        "pace_count",
        "supervision_attendance",
        "supervision_session",
        "supervision_worry",
    }
    # Signed ends of the trail say nothing about anybody.
    assert seen - {"audit_checkpoint"} == own
