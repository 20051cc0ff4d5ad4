"""Cases under random hands: whoever tries whatever in whatever order, nothing opens, works or closes that may not."""

import uuid
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from coord.cases.codes import CaseEvent, CaseStatus, ClosureType, IntakeDecision, PlanStatus
from coord.cases.rules import TABLE, Asker, Standing, possible, transition
from coord.kernel.errors import Conflict

E, S = CaseEvent, CaseStatus
OWN, COLLEAGUE = uuid.UUID(int=1), uuid.UUID(int=2)
WORKER_USER, SUPERVISOR_USER = uuid.UUID(int=11), uuid.UUID(int=12)
_WORK, _REVIEW = frozenset({"case.work"}), frozenset({"case.review"})
ASKERS: Final = {
    "own worker": Asker(WORKER_USER, OWN, is_posted_there=True, permissions=_WORK),
    "own worker who reviews as well": Asker(WORKER_USER, OWN, is_posted_there=True, permissions=_WORK | _REVIEW),
    "colleague": Asker(uuid.UUID(int=13), COLLEAGUE, is_posted_there=True, permissions=_WORK),
    "worker of elsewhere": Asker(uuid.UUID(int=14), uuid.UUID(int=3), is_posted_there=False, permissions=_WORK),
    "supervisor": Asker(SUPERVISOR_USER, None, is_posted_there=False, permissions=_REVIEW),
}
_BY_SUPERVISOR = {E.ASSIGN, E.APPROVE_OPENING, E.DECLINE_OPENING, E.RETURN, E.APPROVE_PLAN, E.RETURN_PLAN,
                  E.APPROVE_CLOSING, E.TRANSFER}  # fmt: skip
_PLANS = {E.WRITE_PLAN: PlanStatus.DRAFT, E.SUBMIT_PLAN: PlanStatus.WAITING, E.APPROVE_PLAN: PlanStatus.APPROVED,
          E.RETURN_PLAN: PlanStatus.RETURNED}  # fmt: skip
_SUBMITS = {E.SUBMIT_OPENING, E.SUBMIT_PLAN, E.SUBMIT_CLOSING}


class CaseLife(RuleBasedStateMachine):
    """One case, written about, moved and refused; ``opened`` and ``planned`` are what was really approved."""

    def __init__(self) -> None:
        """A draft of which nothing is written yet."""
        super().__init__()
        self.case = Standing(status=S.DRAFT, worker_id=OWN)
        self.opened = self.planned = False
        self.ended_as: ClosureType | None = None

    @rule(decision=st.sampled_from(IntakeDecision), is_complete=st.booleans(), has_consent=st.booleans())
    def write_down(self, decision: IntakeDecision, is_complete: bool, has_consent: bool) -> None:
        """What forms and the person's consent say, apart from any step."""
        self.case = replace(self.case, decision=decision, is_intake_complete=is_complete, has_consent=has_consent)

    @rule(goals=st.integers(0, 3), agrees=st.booleans())
    def goals_and_agreement(self, goals: int, agrees: bool) -> None:
        """Goals as far as a plan may be written just now."""
        if self.case.plan not in {PlanStatus.WAITING, PlanStatus.APPROVED}:
            self.case = replace(self.case, goals=goals, goals_unrated=goals, does_client_agree=agrees)

    @rule(event=st.sampled_from(CaseEvent), who=st.sampled_from(sorted(ASKERS)), closure=st.sampled_from(ClosureType))
    def try_to(self, event: CaseEvent, who: str, closure: ClosureType) -> None:
        """One attempt; the permission is asked at the door, as by the real verbs."""
        asker, before = ASKERS[who], self.case
        asked = replace(before, closure=closure) if event is E.SUBMIT_CLOSING else before
        if ("case.review" if event in _BY_SUPERVISOR else "case.work") not in asker.permissions:
            assert event not in set(possible(before, asker))
            return
        try:
            line = transition(asked, event, asker)
        except Conflict:
            assert self.case is before
            return
        assert (line.source, line.event) == (before.status, event)
        if event in _BY_SUPERVISOR:
            assert asker.worker_id != before.worker_id
            assert asker.user_id not in before.written_by
        self._follow(event, asker, asked, line.target)

    def _follow(self, event: CaseEvent, asker: Asker, asked: Standing, target: CaseStatus) -> None:
        """What the action writes besides the state."""
        if event is E.APPROVE_OPENING:
            assert asked.has_consent
            assert asked.decision is IntakeDecision.OPEN
            self.opened = True
        if event is E.APPROVE_PLAN:
            self.planned = True
        if event is E.APPROVE_CLOSING:
            self.ended_as = asked.closure
        if event is E.REOPEN:
            self.opened = self.planned = False
            self.ended_as = None
            asked = Standing(status=S.ASSESSING, worker_id=asked.worker_id, is_intake_complete=asked.is_intake_complete,
                             decision=asked.decision, has_consent=asked.has_consent)  # fmt: skip
        writers = {asker.user_id} if event in _SUBMITS and asker.user_id else set()
        self.case = replace(
            asked,
            status=target,
            before_review=self.case.status if target in {S.OPENING_REVIEW, S.CLOSING_REVIEW} else asked.before_review,
            is_assessed=asked.is_assessed or event is E.ASSESS,
            plan=_PLANS.get(event, asked.plan),
            goals_unrated=0 if event is E.RATE_GOALS else asked.goals_unrated,
            written_by=frozenset(writers) or asked.written_by,
        )

    @invariant()
    def nothing_is_where_it_may_not_be(self) -> None:
        """Only what was approved is open, only what was planned is worked on, only what was closed has an end."""
        status = self.case.status
        if status in {S.OPEN, S.INTERVENING, S.CLOSING_REVIEW, S.CLOSED, S.FOLLOW_UP}:
            assert self.opened
        if status is S.INTERVENING:
            assert self.planned
        if status in {S.CLOSED, S.FOLLOW_UP}:
            assert self.ended_as is not None
        if status is S.FOLLOW_UP:
            assert self.ended_as is not ClosureType.DECEASED
        if status is S.NOT_OPENED:
            assert not any(line.source is status for line in TABLE)


def test_whoever_tries_whatever_in_whatever_order_the_table_holds() -> None:
    run_state_machine_as_test(CaseLife, settings=settings(max_examples=150, stateful_step_count=60, deadline=None))


@pytest.mark.parametrize(
    ("plan", "who", "offered"),
    [
        (None, "supervisor", set()),
        (PlanStatus.DRAFT, "own worker", {E.WRITE_PLAN, E.SUBMIT_PLAN}),
        (PlanStatus.WAITING, "own worker", set()),
        (PlanStatus.WAITING, "supervisor", {E.APPROVE_PLAN, E.RETURN_PLAN}),
        (PlanStatus.APPROVED, "own worker", {E.WRITE_PLAN}),
        (PlanStatus.RETURNED, "own worker", {E.WRITE_PLAN, E.SUBMIT_PLAN}),
    ],
)
def test_no_button_is_shown_that_no_form_could_make_work(
    plan: PlanStatus | None, who: str, offered: set[CaseEvent]
) -> None:
    case = Standing(status=S.INTERVENING, worker_id=OWN, plan=plan, goals=1)
    assert set(possible(case, ASKERS[who])) & {*_PLANS} == offered


class _Loose(CaseLife):
    """The same with a hole: an opening is approved whatever is written."""

    @rule()
    def slip_through(self) -> None:
        if self.case.status is S.DRAFT:
            self.case = replace(self.case, status=S.OPEN)


def test_a_hole_in_the_table_would_be_found() -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(_Loose, settings=settings(max_examples=50, deadline=None))
