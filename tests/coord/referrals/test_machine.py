"""The machine's table is the field's own, and nothing else."""

from coord.referrals.codes import Clock, ReferralEventKind, ReferralState, Side
from coord.referrals.machine import MOVES, OPEN, REASONS, SHARED, events_from, move_of, states_after

S, E = ReferralState, ReferralEventKind


def test_the_states_follow_each_other_as_the_field_says() -> None:
    """Every row of the published table, and beside it only the undo of an acceptance."""
    assert states_after() == {
        S.DRAFT: sorted([S.SENT, S.WITHDRAWN]),
        S.SENT: sorted([S.RECEIVED, S.WITHDRAWN, S.EXPIRED, S.FAILED]),
        S.RECEIVED: sorted([S.ACCEPTED, S.DECLINED, S.RETURNED, S.FORWARDED, S.WITHDRAWN, S.EXPIRED]),
        S.RETURNED: sorted([S.SENT, S.WITHDRAWN]),
        S.ACCEPTED: sorted([S.FIRST_CONTACT_DONE, S.UNREACHABLE, S.WITHDRAWN, S.FAILED, S.RECEIVED]),
        S.UNREACHABLE: sorted([S.FIRST_CONTACT_DONE, S.FEEDBACK_SENT]),
        S.FIRST_CONTACT_DONE: sorted([S.ASSESSED, S.FEEDBACK_SENT]),
        S.ASSESSED: sorted([S.IN_SERVICE, S.FEEDBACK_SENT]),
        S.IN_SERVICE: sorted([S.FEEDBACK_SENT, S.WITHDRAWN, S.FAILED]),
        S.FEEDBACK_SENT: [S.CLOSED],
    }


def test_only_the_acknowledgment_of_the_sender_closes_the_loop() -> None:
    closing = [move for move in MOVES if move.end is S.CLOSED]
    assert [(move.start, move.event, move.side) for move in closing] == [(S.FEEDBACK_SENT, E.ACKNOWLEDGE, Side.SOURCE)]


def test_nobody_leaves_a_state_that_ends_a_referral() -> None:
    assert {move.start for move in MOVES} == OPEN
    assert set(S) - OPEN == {S.DECLINED, S.FORWARDED, S.CLOSED, S.WITHDRAWN, S.EXPIRED, S.FAILED}


def test_the_receiving_side_sees_the_person_from_acceptance_to_the_end_of_its_work() -> None:
    before = {S.DRAFT, S.SENT, S.RECEIVED, S.RETURNED}
    assert OPEN - before == SHARED


def test_each_side_has_its_own_events() -> None:
    assert events_from(S.RECEIVED, Side.TARGET) == [E.ACCEPT, E.DECLINE, E.RETURN, E.FORWARD]
    assert events_from(S.RECEIVED, Side.SOURCE) == [E.WITHDRAW]
    assert events_from(S.RECEIVED, Side.SYSTEM) == [E.EXPIRE]


def test_a_move_that_leaves_the_work_stops_every_clock() -> None:
    for move in MOVES:
        if move.end not in OPEN:
            expected = set() if move.start is S.FEEDBACK_SENT else set(Clock)
            assert set(move.stops) == expected, move


def test_events_that_end_a_referral_early_need_a_reason() -> None:
    assert set(REASONS) == {E.DECLINE, E.RETURN, E.WITHDRAW, E.FAIL}
    assert move_of(S.CLOSED, E.ACCEPT) is None
