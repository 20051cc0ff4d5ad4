"""Who sees a client and what stands about them: shares and emergencies, to the second."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor, Role, system
from coord.access.rows import rule_of
from coord.access.views import condition
from coord.access.whoever import whoever
from coord.clients.access import (
    hospitals_in_care,
    in_care_of,
    listed_clients,
    visible_clients,
    visible_identities,
    visible_keys,
    visible_openings,
    visible_shares,
)
from coord.clients.codes import RestrictionCause
from coord.clients.private.tables import PrivateNote
from coord.clients.stories.tables import ToldStory
from coord.clients.tables import Client, ClientIdentity, ClientKey, ClientRestriction, ClientShare, EmergencyAccess
from coord.programs.tables import Participation
from tests.coord.access.small_world import (
    OWN,
    SIBLING,
    TENANT,
    changed,
    held,
    made,
    of_somebody_else,
    seen,
    while_restricted,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
BOTH = {OWN, SIBLING}


def _now() -> Any:
    return time_machine.travel(NOON, tick=False)


@pytest.mark.parametrize(
    ("share", "places"),
    [
        ({"from_at": NOON}, BOTH),
        ({"from_at": NOON + _SECOND}, {OWN}),
        ({"until_at": NOON + _SECOND}, BOTH),
        ({"until_at": NOON}, {OWN}),
        ({"until_at": NOON - _SECOND}, {OWN}),
        ({"ended_at": NOON - _SECOND}, {OWN}),
        ({"ended_at": NOON + _SECOND}, {OWN}),
        ({"organization_id": made(SIBLING, "hospital")}, {OWN}),
    ],
)
def test_a_shared_client_is_seen_while_the_share_runs(share: dict[str, Any], places: set[str]) -> None:
    with _now(), changed(ClientShare, SIBLING, **share):
        for rows in (visible_clients, listed_clients):
            assert seen(Client, rows, held(Role.SOCIAL_WORKER)) == places
            assert seen(Client, rows, held(Role.SOCIAL_WORKER, Role.PROGRAM_OFFICER)) == BOTH


def test_own_clients_are_listed_although_nobody_shares_them() -> None:
    elsewhere = made(TENANT, "hospital")
    with _now(), changed(ClientShare, OWN, organization_id=elsewhere):
        assert seen(Client, listed_clients, held(Role.SOCIAL_WORKER)) == BOTH


def test_private_notes_are_their_authors_alone() -> None:
    rows, author = rule_of(PrivateNote).rows, held(Role.SOCIAL_WORKER)
    with changed(PrivateNote, SIBLING, author_id=author.user_id):
        assert seen(PrivateNote, rows, author) == {OWN}
        assert seen(PrivateNote, rows, of_somebody_else(author)) == set()
        assert seen(PrivateNote, rows, held(Role.HOSPITAL_COORDINATOR)) == set()


def test_a_restriction_that_waits_for_an_erasure_is_the_care_teams_too() -> None:
    rows = rule_of(ClientRestriction).rows
    for cause in RestrictionCause:
        with changed(ClientRestriction, OWN, cause=cause):
            told = {OWN} if cause is RestrictionCause.ERASURE else set()
            assert seen(ClientRestriction, rows, held(Role.SOCIAL_WORKER)) == told
            assert seen(ClientRestriction, rows, held(Role.PRIVACY_OFFICER)) == {OWN}
            assert seen(ClientRestriction, rows, held(Role.HOSPITAL_COORDINATOR)) == set()


def test_shared_clients_are_listed_beside_the_own_and_the_one_of_an_emergency() -> None:
    opened = {"user_id": made(OWN, "app_user"), "organization_id": made(OWN, "hospital"), "until_at": NOON + _SECOND}
    with _now(), changed(EmergencyAccess, TENANT, **opened):
        assert seen(Client, listed_clients, held(Role.HOSPITAL_COORDINATOR)) == {TENANT}
        assert seen(Client, listed_clients, held(Role.HOSPITAL_COORDINATOR, Role.SOCIAL_WORKER)) == {*BOTH, TENANT}
    shared = " ".join(condition(Client, listed_clients(held(Role.SOCIAL_WORKER))).split())
    assert shared.startswith("client.id IN (SELECT asked_client.id FROM client AS asked_client WHERE")
    assert " OR " not in shared.split("UNION ALL")[0]


def test_a_community_organization_sees_whom_others_share_with_it() -> None:
    with changed(ClientShare, SIBLING, organization_id=made(OWN, "center")):
        assert seen(Client, visible_clients, held(Role.COMMUNITY_RECEIVER)) == {SIBLING}
        assert seen(ClientShare, visible_shares, held(Role.COMMUNITY_RECEIVER)) == {SIBLING}


def test_a_signed_link_opens_the_one_person_that_its_referral_shares() -> None:
    actor = Actor.of(made(OWN, "nobody"), "N", "en", [], {"REFERRALS_LINKED": (made(SIBLING, "referral"),)})
    with _now(), changed(ClientShare, SIBLING, origin_id=made(SIBLING, "referral")):
        assert seen(Client, visible_clients, actor) == {SIBLING}
        assert seen(ClientShare, visible_shares, actor) == {SIBLING}
    with _now():
        assert seen(Client, visible_clients, actor) == set()
        assert seen(ClientShare, visible_shares, actor) == set()


def test_names_of_a_shared_client_are_seen_where_they_are_shared_too() -> None:
    for with_identity, places in ((True, BOTH), (False, {OWN})):
        with _now(), changed(ClientShare, SIBLING, with_identity=with_identity):
            assert seen(Client, visible_clients, held(Role.SOCIAL_WORKER)) == BOTH
            assert seen(ClientIdentity, visible_identities, held(Role.SOCIAL_WORKER)) == places
            assert seen(ClientKey, visible_keys, held(Role.SOCIAL_WORKER)) == places


def test_who_is_shared_nobody_with_needs_no_scope() -> None:
    assert "SHARED_WITH" not in dict(held(Role.SOCIAL_WORKER, place=SIBLING).scopes)
    assert dict(held(Role.SOCIAL_WORKER).scopes)["SHARED_WITH"] == (made(OWN, "hospital"),)


_OPEN = {
    "user_id": made(OWN, "app_user"),
    "organization_id": made(OWN, "hospital"),
    "opened_at": NOON - _SECOND,
    "until_at": NOON + _SECOND,
}


@pytest.mark.parametrize(
    ("opening", "is_open"),
    [
        ({}, True),
        ({"opened_at": NOON}, True),
        ({"opened_at": NOON + _SECOND}, False),
        ({"until_at": NOON}, False),
        ({"ended_at": NOON - _SECOND}, False),
        ({"user_id": made(SIBLING, "app_user")}, False),
        ({"organization_id": made(SIBLING, "hospital")}, False),
        ({"client_id": made(TENANT, "client")}, None),
    ],
)
def test_a_client_opened_in_an_emergency_is_seen_by_who_opened_it_while_it_lasts(
    opening: dict[str, Any], is_open: bool | None
) -> None:
    opened = {True: {SIBLING}, False: set(), None: {TENANT}}[is_open]
    with _now(), changed(EmergencyAccess, SIBLING, **(_OPEN | opening)):
        assert seen(Client, visible_clients, held(Role.HOSPITAL_COORDINATOR)) == opened
        assert seen(ClientIdentity, visible_identities, held(Role.HOSPITAL_COORDINATOR)) == opened
        # What is opened is read, not written; and no other role opens anything.
        assert seen(Client, rule_of(Client).writes, held(Role.HOSPITAL_COORDINATOR)) == set()
        assert seen(Client, visible_clients, held(Role.AGENCY_MANAGER)) == set()


def test_a_supervisor_opens_as_well() -> None:
    with _now(), changed(EmergencyAccess, SIBLING, **(_OPEN | {"organization_id": made(OWN, "agency")})):
        assert seen(Client, visible_clients, held(Role.SUPERVISOR)) == BOTH


def test_the_database_is_asked_for_the_moment_in_each_rule_that_ends() -> None:
    assert condition(Client, visible_clients(whoever())).count("coord_now()") == 4


@pytest.mark.parametrize(
    ("role", "places"),
    [
        (Role.HOSPITAL_COORDINATOR, {OWN}),
        (Role.SUPERVISOR, {OWN}),
        (Role.ADMINISTRATOR, BOTH),
        (Role.SOCIAL_WORKER, set()),
        (Role.AGENCY_MANAGER, set()),
    ],
)
def test_openings_by_others_are_seen_at_the_clients_hospital_and_by_the_administrator(
    role: Role, places: set[str]
) -> None:
    assert seen(EmergencyAccess, visible_openings, of_somebody_else(held(role))) == places


def test_own_openings_are_always_seen() -> None:
    assert seen(EmergencyAccess, visible_openings, held()) == {OWN}


def test_care_is_not_what_is_shared() -> None:
    worker, supervisor = held(Role.SOCIAL_WORKER), held(Role.SUPERVISOR)
    for actor in (worker, supervisor):
        assert in_care_of(actor, made(OWN, "hospital"))
        assert not in_care_of(actor, made(SIBLING, "hospital"))
    assert not in_care_of(held(Role.HOSPITAL_COORDINATOR), made(OWN, "hospital"))
    assert in_care_of(system("x", "why"), made(SIBLING, "hospital"))


def test_people_in_care_are_those_of_the_own_and_the_supervised_hospitals() -> None:
    hospital = made(OWN, "hospital")
    assert hospitals_in_care(held(Role.SOCIAL_WORKER)) == (hospital,)
    assert hospitals_in_care(held(Role.SUPERVISOR)) == (hospital,)
    assert hospitals_in_care(held(Role.SUPERVISOR, Role.SOCIAL_WORKER)) == (hospital,)
    assert hospitals_in_care(held(Role.PROGRAM_OFFICER)) == ()


def test_the_legal_role_sees_restricted_names_beside_those_of_its_other_roles() -> None:
    for model, rows in ((ClientIdentity, rule_of(ClientIdentity).rows), (ClientKey, rule_of(ClientKey).rows)):
        with _now(), changed(ClientShare, SIBLING, with_identity=True):
            both = held(Role.SOCIAL_WORKER, Role.PRIVACY_OFFICER)
            assert seen(model, rows, both) == BOTH
            assert seen(model, rows, while_restricted(both)) == BOTH
            assert seen(model, rows, while_restricted(held(Role.SOCIAL_WORKER))) == {SIBLING}
            assert seen(model, rows, while_restricted(held(Role.PRIVACY_OFFICER))) == {OWN}


@pytest.mark.parametrize("published_at", [None, NOON])
def test_a_told_story_is_the_care_teams_and_the_foundations_and_once_published_every_partners(
    published_at: datetime | None,
) -> None:
    def sees(actor: Actor) -> bool:
        return OWN in seen(ToldStory, rule_of(ToldStory).rows, actor)

    for organization, takes_part in (("sponsor", True), ("elsewhere", False)):
        with (
            changed(ToldStory, OWN, published_at=published_at),
            changed(Participation, OWN, organization_id=made(OWN, organization)),
        ):
            assert sees(held(Role.SPONSOR_VIEWER)) is (takes_part and published_at is not None)
            assert sees(held(Role.PROGRAM_OFFICER))
            assert sees(held(Role.SOCIAL_WORKER))
            assert not sees(held(Role.SOCIAL_WORKER, place=TENANT))
