"""Who sees a referral and what hangs on it, from each side."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Actor, Role
from coord.access.rows import rule_of
from coord.clients.tables import Client, ClientShare
from coord.referrals.access import knows_whom, visible_packets
from coord.referrals.codes import ReferralRelation, ReferralState
from coord.referrals.directory.access import may_describe, oversees
from coord.referrals.links.tables import ReferralLink, ReferralLinkUse
from coord.referrals.machine import HIDDEN_FROM_TARGET
from coord.referrals.tables import (
    Referral,
    ReferralAttempt,
    ReferralClock,
    ReferralEvent,
    ReferralFeedback,
    ReferralKey,
    ReferralOverride,
    ReferralPacket,
    ReferralReminder,
    ReferralReview,
)
from tests.coord.access.small_world import OWN, SIBLING, TENANT, changed, held, made, seen

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
WITH_IT = (ReferralAttempt, ReferralClock, ReferralEvent, ReferralFeedback, ReferralKey, ReferralReminder)
HANDLING = (Role.SOCIAL_WORKER, Role.COMMUNITY_RECEIVER, Role.HOSPITAL_COORDINATOR, Role.SUPERVISOR)


def _place(role: Role) -> Any:
    return made(OWN, "center" if role is Role.COMMUNITY_RECEIVER else "hospital")


@pytest.mark.parametrize("role", HANDLING)
@pytest.mark.parametrize("state", ReferralState)
def test_the_receiving_side_sees_what_was_sent_with_all_that_hangs_on_it(role: Role, state: ReferralState) -> None:
    came = set() if state in HIDDEN_FROM_TARGET else {SIBLING}
    actor = held(role)
    with changed(Referral, SIBLING, target_id=_place(role), state=state):
        rule = rule_of(Referral)
        assert seen(Referral, rule.rows, actor) - {OWN} == came
        assert seen(Referral, rule.writes, actor) - {OWN} == came
        for model in WITH_IT:
            assert seen(model, rule_of(model).rows, actor) - {OWN} == came, model
        review = rule_of(ReferralReview)
        assert seen(ReferralReview, review.sees, actor) - {OWN} == came
        assert seen(ReferralReview, review.writes, actor) - {OWN} == came
        # Why consent was passed by, and what a review came to, stay with the side that sent.
        for kept in (ReferralReview, ReferralOverride):
            assert seen(kept, rule_of(kept).rows, actor) - {OWN} == set()


@pytest.mark.parametrize("role", HANDLING)
def test_the_sending_side_sees_all_of_its_own(role: Role) -> None:
    actor = held(role)
    with changed(Referral, OWN, source_id=_place(role), target_id=made(SIBLING, "hospital"), state=ReferralState.DRAFT):
        for model in (Referral, *WITH_IT, ReferralReview, ReferralOverride, ReferralPacket):
            assert seen(model, rule_of(model).rows, actor) == {OWN}, model


def test_who_handles_no_referrals_of_an_organization_sees_none() -> None:
    for role in (Role.AGENCY_MANAGER, Role.ADMINISTRATOR, Role.EVALUATOR, Role.SPONSOR_VIEWER):
        assert seen(Referral, rule_of(Referral).writes, held(role)) == set()


@pytest.mark.parametrize(
    ("share", "packets"),
    [({}, {OWN, SIBLING}), ({"ended_at": NOON}, {OWN}), ({"until_at": NOON}, {OWN}), ({"origin_id": made(SIBLING, "x")}, {OWN})],
)  # fmt: skip
def test_a_packet_is_read_by_the_receiving_side_while_the_person_is_shared(
    share: dict[str, Any], packets: set[str]
) -> None:
    live = {"origin_id": made(SIBLING, "referral"), "from_at": NOON - timedelta(seconds=1)}
    with time_machine.travel(NOON, tick=False), changed(ClientShare, SIBLING, **(live | share)):
        assert seen(ReferralPacket, rule_of(ReferralPacket).rows, held(Role.SOCIAL_WORKER)) == packets


def test_what_others_sent_each_other_is_seen_by_neither_third() -> None:
    with changed(Referral, SIBLING, state=ReferralState.SENT):
        for role in HANDLING:
            assert SIBLING not in seen(Referral, rule_of(Referral).rows, held(role))


@pytest.mark.parametrize("state", ReferralState)
def test_a_signed_link_opens_its_one_referral_and_the_person_shared_by_it(state: ReferralState) -> None:
    linked = Actor.of(made(OWN, "nobody"), "N", "en", [], {"REFERRALS_LINKED": (made(SIBLING, "referral"),)})
    came = set() if state in HIDDEN_FROM_TARGET else {SIBLING}
    live = {"origin_id": made(SIBLING, "referral"), "organization_id": made(SIBLING, "center")}
    with time_machine.travel(NOON, tick=False), changed(ClientShare, SIBLING, **live):
        assert seen(Client, rule_of(Client).rows, linked) == {SIBLING}
        assert seen(ClientShare, rule_of(ClientShare).rows, linked) == {SIBLING}
    with changed(Referral, SIBLING, state=state):
        assert seen(Referral, rule_of(Referral).rows, linked) == came


def test_whoever_acts_by_a_link_sees_the_links_and_uses_of_its_referral() -> None:
    actor = Actor.of(made(OWN, "nobody"), "N", "en", [], {"REFERRALS_LINKED": (made(SIBLING, "referral"),)})
    for model in (ReferralLink, ReferralLinkUse):
        assert seen(model, rule_of(model).rows, actor) == {SIBLING}
    assert seen(ReferralLinkUse, rule_of(ReferralLinkUse).writes, actor) == {SIBLING}


def test_an_entry_of_the_directory_is_written_by_those_who_speak_for_it() -> None:
    hospital, foundation, other = made(OWN, "hospital"), made(OWN, "foundation"), made(TENANT, "foundation")
    coordinator, officer, worker = (
        held(role) for role in (Role.HOSPITAL_COORDINATOR, Role.PROGRAM_OFFICER, Role.SOCIAL_WORKER)
    )
    assert [oversees(officer, place) for place in (foundation, other)] == [True, False]
    assert [oversees(actor, foundation) for actor in (coordinator, worker)] == [False, False]
    assert may_describe(coordinator, hospital, foundation)
    assert not may_describe(coordinator, made(SIBLING, "hospital"), foundation)
    assert may_describe(officer, hospital, foundation)
    assert not may_describe(officer, hospital, other)
    assert not may_describe(worker, hospital, foundation)


@pytest.mark.parametrize(
    ("role", "row", "known"),
    [
        (Role.SOCIAL_WORKER, {}, False),
        (Role.SOCIAL_WORKER, {"accepted_at": NOON}, True),
        (Role.SOCIAL_WORKER, {"source_id": made(OWN, "hospital")}, True),
        (Role.SOCIAL_WORKER, {"client_id": made(OWN, "client")}, True),
        (Role.COMMUNITY_RECEIVER, {"client_id": made(OWN, "client")}, False),
        (Role.PROGRAM_OFFICER, {}, True),
    ],
)
def test_whom_a_referral_is_about_is_known_to_its_sender_to_care_above_and_after_acceptance(
    role: Role, row: dict[str, Any], known: bool
) -> None:
    sketch = {
        "source_id": made(SIBLING, "hospital"), "target_id": made(OWN, "hospital"), "client_id": made(SIBLING, "client"),
        "accepted_at": None,
    }  # fmt: skip
    with changed(Referral, OWN, **{**sketch, **row}):
        assert (OWN in seen(Referral, knows_whom, held(role))) is known


@pytest.mark.parametrize(
    ("relation", "state", "opens"),
    [
        (ReferralRelation.COUNTER_REFERRAL, ReferralState.ACCEPTED, True),
        (ReferralRelation.COUNTER_REFERRAL, ReferralState.SENT, False),
        (ReferralRelation.REREFERRAL, ReferralState.ACCEPTED, False),
    ],
)
def test_the_packet_of_a_counter_referral_opens_at_home_while_it_is_in_hand(
    relation: ReferralRelation, state: ReferralState, opens: bool
) -> None:
    sent = {"source_id": made(TENANT, "hospital"), "target_id": made(OWN, "hospital")}
    nobody = {"organization_id": made(TENANT, "hospital")}
    with changed(Referral, OWN, relation=relation, state=state, **sent), changed(ClientShare, OWN, **nobody):
        assert (OWN in seen(ReferralPacket, visible_packets, held(Role.SOCIAL_WORKER))) is opens
        assert OWN not in seen(ReferralPacket, visible_packets, held(Role.SOCIAL_WORKER, place=SIBLING))
