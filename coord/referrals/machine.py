"""The machine of a referral as one table; everything that is not in it is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from coord.referrals.codes import (
    DECLINE_REASONS,
    FAIL_REASONS,
    RETURN_REASONS,
    WITHDRAW_REASONS,
    Clock,
    ReferralEventKind,
    ReferralReason,
    ReferralState,
    Side,
)

S, E = ReferralState, ReferralEventKind


@dataclass(frozen=True, slots=True)
class Move:
    """One row: from a state, by an event of a side, to a state; which clocks start and which stop."""

    start: ReferralState
    event: ReferralEventKind
    end: ReferralState
    side: Side
    starts: tuple[Clock, ...] = ()
    stops: tuple[Clock, ...] = ()


_ALL_CLOCKS = tuple(Clock)
_BY_SOURCE, _BY_TARGET, _BY_SYSTEM = Side.SOURCE, Side.TARGET, Side.SYSTEM


def _each(
    states: Sequence[ReferralState],
    event: ReferralEventKind,
    end: ReferralState,
    side: Side,
    **clocks: tuple[Clock, ...],
) -> list[Move]:
    return [Move(start, event, end, side, **clocks) for start in states]


MOVES: Sequence[Move] = (
    *_each((S.DRAFT, S.RETURNED), E.SEND, S.SENT, _BY_SOURCE, starts=(Clock.ACKNOWLEDGE,)),
    Move(S.SENT, E.RECEIVE, S.RECEIVED, _BY_TARGET, (Clock.DECIDE,), (Clock.ACKNOWLEDGE,)),
    Move(S.RECEIVED, E.ACCEPT, S.ACCEPTED, _BY_TARGET, (Clock.ASSIGN, Clock.FIRST_CONTACT, Clock.REACH), (Clock.DECIDE,)),
    # Within seconds, by the one who accepted: the page's undo.
    Move(S.ACCEPTED, E.UNDO_ACCEPT, S.RECEIVED, _BY_TARGET, (Clock.DECIDE,), (Clock.ASSIGN, Clock.FIRST_CONTACT, Clock.REACH)),
    Move(S.RECEIVED, E.DECLINE, S.DECLINED, _BY_TARGET, (), _ALL_CLOCKS),
    Move(S.RECEIVED, E.RETURN, S.RETURNED, _BY_TARGET, (), _ALL_CLOCKS),
    Move(S.RECEIVED, E.FORWARD, S.FORWARDED, _BY_TARGET, (), _ALL_CLOCKS),
    Move(S.ACCEPTED, E.REPORT_UNREACHABLE, S.UNREACHABLE, _BY_TARGET),
    *_each(
        (S.ACCEPTED, S.UNREACHABLE), E.RECORD_CONTACT, S.FIRST_CONTACT_DONE, _BY_TARGET,
        starts=(Clock.NEXT_CONTACT,), stops=(Clock.FIRST_CONTACT, Clock.REACH, Clock.ASSIGN),
    ),
    Move(S.FIRST_CONTACT_DONE, E.ASSESS, S.ASSESSED, _BY_TARGET, (Clock.FEEDBACK, Clock.FEEDBACK_AGAIN)),
    Move(S.ASSESSED, E.START_SERVICE, S.IN_SERVICE, _BY_TARGET),
    *_each(
        (S.UNREACHABLE, S.FIRST_CONTACT_DONE, S.ASSESSED, S.IN_SERVICE), E.SEND_FEEDBACK, S.FEEDBACK_SENT, _BY_TARGET,
        stops=_ALL_CLOCKS,
    ),
    Move(S.FEEDBACK_SENT, E.ACKNOWLEDGE, S.CLOSED, _BY_SOURCE),
    *_each(
        (S.DRAFT, S.SENT, S.RECEIVED, S.RETURNED, S.ACCEPTED, S.IN_SERVICE), E.WITHDRAW, S.WITHDRAWN, _BY_SOURCE,
        stops=_ALL_CLOCKS,
    ),
    *_each((S.SENT, S.RECEIVED), E.EXPIRE, S.EXPIRED, _BY_SYSTEM, stops=_ALL_CLOCKS),
    *_each((S.SENT,), E.FAIL, S.FAILED, _BY_SOURCE, stops=_ALL_CLOCKS),
    *_each((S.ACCEPTED, S.IN_SERVICE), E.FAIL, S.FAILED, _BY_TARGET, stops=_ALL_CLOCKS),
)  # fmt: skip

_FOUND: Mapping[tuple[ReferralState, ReferralEventKind], Move] = {(move.start, move.event): move for move in MOVES}

OPEN = frozenset(
    {S.DRAFT, S.SENT, S.RECEIVED, S.RETURNED, S.ACCEPTED, S.UNREACHABLE, S.FIRST_CONTACT_DONE, S.ASSESSED, S.IN_SERVICE,
     S.FEEDBACK_SENT}
)  # fmt: skip
"""The loop is open, however old the referral is."""
UNDER_WAY = OPEN - {S.DRAFT}
"""Sent, and not at its end."""
SHARED = frozenset({S.ACCEPTED, S.UNREACHABLE, S.FIRST_CONTACT_DONE, S.ASSESSED, S.IN_SERVICE, S.FEEDBACK_SENT})
"""The receiving side may see what the sender chose, as long as consent holds."""
HIDDEN_FROM_TARGET = frozenset({S.DRAFT})
REASONS: Mapping[ReferralEventKind, Sequence[ReferralReason]] = {
    E.DECLINE: DECLINE_REASONS,
    E.RETURN: RETURN_REASONS,
    E.WITHDRAW: WITHDRAW_REASONS,
    E.FAIL: FAIL_REASONS,
}
"""The events that need a reason, and the reasons that fit."""


def move_of(state: ReferralState, event: ReferralEventKind) -> Move | None:
    """The move that an event makes from a state, None where there is none."""
    return _FOUND.get((state, event))


def events_from(state: ReferralState, side: Side) -> Sequence[ReferralEventKind]:
    """What a side may do from a state, in the table's order."""
    return [move.event for move in MOVES if move.start is state and move.side is side]


def states_after() -> Mapping[ReferralState, Sequence[ReferralState]]:
    """Every state and those that may follow it, as the field's own table has them."""
    ordered = sorted(MOVES, key=lambda move: move.start)
    return {start: sorted({move.end for move in moves}) for start, moves in groupby(ordered, key=lambda m: m.start)}
