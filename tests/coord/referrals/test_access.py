"""Who sees a referral and what hangs on it, from each side."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from coord.access import Role
from coord.access.rows import rule_of
from coord.clients.tables import ClientShare
from coord.referrals.codes import ReferralState
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
from tests.coord.access.small_world import OWN, SIBLING, changed, held, made, seen

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
