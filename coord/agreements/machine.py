"""The machines of agreements, tranches and conditions as tables; everything that is not in them is refused. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from coord.agreements.codes import (
    AgreementMove,
    AgreementState,
    ConditionMove,
    ConditionState,
    TrancheMove,
    TrancheState,
)

StateT = TypeVar("StateT", bound=StrEnum)
MoveT = TypeVar("MoveT", bound=StrEnum)
MANAGE, APPROVE, REPORT = "agreement.manage", "agreement.approve", "agreement.report"


@dataclass(frozen=True, slots=True)
class Step(Generic[StateT, MoveT]):
    """One row: from a state, by a move of whoever has the verb, to a state; whether a reason must be said."""

    start: StateT
    move: MoveT
    end: StateT
    verb: str = MANAGE
    needs_reason: bool = False


A, AM, T, TM, C, CM = AgreementState, AgreementMove, TrancheState, TrancheMove, ConditionState, ConditionMove


def _each(starts: Sequence[StateT], move: MoveT, end: StateT, **more: bool) -> Iterator[Step[StateT, MoveT]]:
    for start in starts:
        yield Step(start, move, end, needs_reason=more.get("needs_reason", False))


AGREEMENT_STEPS: Sequence[Step[AgreementState, AgreementMove]] = (
    Step(A.DRAFT, AM.SUBMIT, A.IN_REVIEW),
    Step(A.IN_REVIEW, AM.RETURN, A.DRAFT, needs_reason=True),
    Step(A.IN_REVIEW, AM.SIGN, A.SIGNED, APPROVE),
    Step(A.SIGNED, AM.ACTIVATE, A.ACTIVE),
    Step(A.ACTIVE, AM.SUSPEND, A.SUSPENDED, needs_reason=True),
    Step(A.SUSPENDED, AM.RESUME, A.ACTIVE),
    Step(A.ACTIVE, AM.CLOSE, A.CLOSED),
    *_each((A.SIGNED, A.ACTIVE, A.SUSPENDED), AM.TERMINATE, A.TERMINATED, needs_reason=True),
)
TRANCHE_STEPS: Sequence[Step[TrancheState, TrancheMove]] = (
    Step(T.SCHEDULED, TM.REQUEST, T.CONDITIONS_MET),
    Step(T.CONDITIONS_MET, TM.APPROVE, T.APPROVED, APPROVE),
    Step(T.APPROVED, TM.PAY, T.PAID),
    *_each((T.SCHEDULED, T.CONDITIONS_MET, T.APPROVED), TM.WITHHOLD, T.WITHHELD, needs_reason=True),
    Step(T.WITHHELD, TM.RESUME, T.SCHEDULED),
    *_each((T.SCHEDULED, T.CONDITIONS_MET, T.APPROVED, T.WITHHELD), TM.CANCEL, T.CANCELED, needs_reason=True),
)
CONDITION_STEPS: Sequence[Step[ConditionState, ConditionMove]] = (
    Step(C.OPEN, CM.SUBMIT, C.SUBMITTED, REPORT),
    Step(C.REJECTED, CM.SUBMIT, C.SUBMITTED, REPORT),
    Step(C.SUBMITTED, CM.ACCEPT, C.ACCEPTED, APPROVE),
    Step(C.SUBMITTED, CM.REJECT, C.REJECTED, APPROVE, needs_reason=True),
    *(Step(state, CM.WAIVE, C.WAIVED, APPROVE, needs_reason=True) for state in (C.OPEN, C.SUBMITTED, C.REJECTED)),
    *(Step(state, CM.REOPEN, C.OPEN, APPROVE, needs_reason=True) for state in (C.ACCEPTED, C.WAIVED)),
)
MET = frozenset({C.ACCEPTED, C.WAIVED})
"""A condition in one of these states blocks no payment."""
UNPAID = frozenset({T.SCHEDULED, T.CONDITIONS_MET, T.APPROVED, T.WITHHELD})
"""Money that is still promised."""
BEFORE_SIGNATURE = frozenset({A.DRAFT, A.IN_REVIEW})
"""Known to the foundation alone."""
RUNNING = frozenset({A.SIGNED, A.ACTIVE, A.SUSPENDED})
"""Signed and not ended: what may still be amended and booked."""


def step_of(steps: Sequence[Step[StateT, MoveT]], state: StateT, move: MoveT) -> Step[StateT, MoveT] | None:
    """The row for a move from a state; None where there is none."""
    found: Mapping[tuple[StateT, MoveT], Step[StateT, MoveT]] = {(one.start, one.move): one for one in steps}
    return found.get((state, move))


def steps_from(steps: Sequence[Step[StateT, MoveT]], state: StateT) -> Sequence[Step[StateT, MoveT]]:
    """Everything that can be done from a state, in the table's order."""
    return [one for one in steps if one.start is state]
