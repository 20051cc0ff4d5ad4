"""What is written as FHIR is read again as it was: in JSON and in XML, right in every layer."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from coord.exchange.codes import NEXT, STATE_OF, STATES_OF, TASK_OF, System, TaskStatus
from coord.exchange.documents import from_json, from_xml, to_json, to_xml, tree_of
from coord.exchange.facts import Exchanged
from coord.exchange.layers import code_problems, schema_problems
from coord.exchange.profile import profile_problems
from coord.exchange.reading import facts_of
from coord.exchange.writing import bundle_of, status_of
from coord.referrals.codes import ReferralState
from coord.referrals.machine import MOVES
from tests.coord.exchange.making import any_facts, full_facts, resource

S, T = ReferralState, TaskStatus


@given(any_facts())
@settings(max_examples=60, deadline=None)
def test_facts_come_back_as_they_went(facts: Exchanged) -> None:
    bundle = bundle_of(facts)
    for root in (from_json(to_json(bundle)), from_xml(to_xml(bundle))):
        assert list(schema_problems(root)) == []
        tree = tree_of(root)
        assert tree == bundle
        assert list(code_problems(tree)) == []
        assert list(profile_problems(tree)) == []
        assert facts_of(tree) == facts


def test_every_state_has_a_status_and_every_status_a_meaning() -> None:
    assert set(TASK_OF) == set(S)
    assert set(STATE_OF) == set(T) - {T.ENTERED_IN_ERROR}
    assert all(state in STATES_OF[status] for status, state in STATE_OF.items() if status is not T.COMPLETED)


def test_every_move_of_ours_is_one_that_the_guide_draws() -> None:
    """But one: undoing an acceptance within seconds."""
    others = set()
    for move in MOVES:
        facts = full_facts(state=move.end, failed_late=move.start is not S.SENT)
        before, after = status_of(full_facts(state=move.start)), status_of(facts)
        if before is not after and after not in NEXT[before]:
            others.add((move.start, move.end))
    assert others == {(S.ACCEPTED, S.RECEIVED)}


@pytest.mark.parametrize(
    ("state", "late", "status", "request_status"),
    [
        (S.DRAFT, False, "draft", "draft"),
        (S.SENT, False, "requested", "active"),
        (S.RECEIVED, False, "requested", "active"),
        (S.RETURNED, False, "requested", "active"),
        (S.ACCEPTED, False, "accepted", "active"),
        (S.FIRST_CONTACT_DONE, False, "in-progress", "active"),
        (S.ASSESSED, False, "in-progress", "active"),
        (S.IN_SERVICE, False, "in-progress", "active"),
        (S.FEEDBACK_SENT, False, "in-progress", "active"),
        (S.UNREACHABLE, False, "on-hold", "active"),
        (S.CLOSED, False, "completed", "completed"),
        (S.DECLINED, False, "rejected", "active"),
        (S.FORWARDED, False, "cancelled", "active"),
        (S.WITHDRAWN, False, "cancelled", "revoked"),
        (S.EXPIRED, False, "cancelled", "active"),
        (S.FAILED, True, "failed", "revoked"),
        (S.FAILED, False, "cancelled", "revoked"),
    ],
)
def test_the_table_of_states(state: ReferralState, late: bool, status: str, request_status: str) -> None:
    bundle = bundle_of(full_facts(state=state, failed_late=late))
    assert (resource(bundle, "Task")["status"], resource(bundle, "ServiceRequest")["status"]) == (
        status,
        request_status,
    )


def _foreign(bundle: Any) -> Any:
    """As a system writes it that knows nothing of our codes for states."""
    resource(bundle, "Task").pop("businessStatus")
    return bundle


@pytest.mark.parametrize("status", [one for one in T if one is not T.ENTERED_IN_ERROR])
def test_a_status_alone_has_a_meaning(status: TaskStatus) -> None:
    bundle = _foreign(bundle_of(full_facts(state=S.ACCEPTED)))
    resource(bundle, "Task")["status"] = status.value
    found = facts_of(bundle)
    assert (found.state, found.is_exact) == (STATE_OF[status], False)


def test_the_sender_who_completes_its_request_acknowledges() -> None:
    found = facts_of(_foreign(bundle_of(full_facts())))
    assert found.state is S.CLOSED


def test_a_bundle_is_the_same_byte_for_byte() -> None:
    facts = full_facts()
    assert to_xml(bundle_of(facts)) == to_xml(bundle_of(replace(facts)))
    assert {one["system"] for one in resource(bundle_of(facts), "Task")["identifier"]} >= {System.REFERRAL}
